"""Idempotency keys beside the log: what was promised under them must outlive a power cut as the log does."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Collection
from uuid import UUID, uuid4

from adapters.sqlite.database import Database
from application.idempotency import Claim, Held, IdempotencyKeys, KeptAnswer, Taken

_SELECT = (
    "SELECT fingerprint, command_id, held_until, status, headers, body FROM idempotency_keys "
    "WHERE tenant = ? AND key = ? AND ends > ?"
)
_MINE = "WHERE tenant = ? AND key = ? AND holder = ?"


class SqliteIdempotencyKeys(IdempotencyKeys):
    """One row a key; whoever writes it first acts, everybody else reads."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    def claim(
        self, tenant: str, key: str, *, fingerprint: str, holder: str, lease: float, kept: float
    ) -> Claim | KeptAnswer | Held | Taken:
        with self._database.read() as connection:
            seen = self._seen(connection, tenant, key, fingerprint)
        if isinstance(seen, KeptAnswer | Held | Taken):
            return seen
        with self._database.write() as connection:
            seen = self._seen(connection, tenant, key, fingerprint)
            if isinstance(seen, KeptAnswer | Held | Taken):
                return seen
            now = self._now()
            connection.execute("DELETE FROM idempotency_keys WHERE ends <= ?", (now,))
            command_id = seen or uuid4()
            connection.execute(
                "INSERT INTO idempotency_keys "
                "(tenant, key, fingerprint, command_id, holder, held_until, ends) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, key) DO UPDATE "
                "SET holder = excluded.holder, held_until = excluded.held_until",
                (tenant, key, fingerprint, str(command_id), holder, now + lease, now + kept),
            )
        return Claim(tenant, key, holder, command_id)

    def renew(self, holders: Collection[str], *, lease: float) -> None:
        with self._database.write() as connection:
            connection.executemany(
                "UPDATE idempotency_keys SET held_until = ? WHERE holder = ?",
                [(self._now() + lease, holder) for holder in holders],
            )

    def keep(self, claim: Claim, answer: KeptAnswer) -> None:
        with self._database.write() as connection:
            connection.execute(
                "UPDATE idempotency_keys SET holder = NULL, held_until = 0, "  # noqa: S608 - ours
                f"status = ?, headers = ?, body = ? {_MINE}",
                (answer.status, json.dumps(dict(answer.headers)), answer.body, *_identity(claim)),
            )

    def release(self, claim: Claim) -> None:
        with self._database.write() as connection:
            connection.execute(f"DELETE FROM idempotency_keys {_MINE}", _identity(claim))  # noqa: S608 - ours

    def lapse(self, claim: Claim) -> None:
        with self._database.write() as connection:
            connection.execute(
                f"UPDATE idempotency_keys SET holder = NULL, held_until = 0 {_MINE}",  # noqa: S608 - ours
                _identity(claim),
            )

    def _seen(
        self, connection: sqlite3.Connection, tenant: str, key: str, fingerprint: str
    ) -> KeptAnswer | Held | Taken | UUID | None:
        """What stands under a key; the id of its command where it is free to be taken over."""
        now = self._now()
        row = connection.execute(_SELECT, (tenant, key, now)).fetchone()
        if row is None:
            return None
        known, command_id, held_until, status, headers, body = row
        if known != fingerprint:
            return Taken()
        if status is not None:
            return KeptAnswer(status, json.loads(headers), body)
        return Held() if held_until > now else UUID(command_id)


def _identity(claim: Claim) -> tuple[str, str, str]:
    return claim.tenant, claim.key, claim.holder
