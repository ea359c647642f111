"""Leases in a small database of their own, whose writes need not survive a power cut."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from adapters.sqlite.database import Database
from application.posts.ports import Leases

_FORGOTTEN = 30 * 86_400.0


class SqliteLeases(Leases):
    """One row per lease; whoever writes it first has it until its time is over."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    def migrate(self) -> None:
        self._database.prepare()
        with self._database.write() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS leases (name TEXT PRIMARY KEY NOT NULL, holder TEXT NOT NULL, "
                "until REAL NOT NULL) STRICT"
            )
            connection.execute("DELETE FROM leases WHERE until < ?", (self._now() - _FORGOTTEN,))

    def acquire(self, name: str, holder: str, *, seconds: float) -> bool:
        with self._database.write() as connection:
            now = self._now()
            taken = connection.execute(
                "INSERT INTO leases VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE "
                "SET holder = excluded.holder, until = excluded.until WHERE until <= ? RETURNING 1",
                (name, holder, now + seconds, now),
            ).fetchall()
        return bool(taken)

    def renew(self, holder: str, *, seconds: float) -> set[str]:
        with self._database.write() as connection:
            now = self._now()
            held = connection.execute(
                "UPDATE leases SET until = ? WHERE holder = ? AND until > ? RETURNING name",
                (now + seconds, holder, now),
            ).fetchall()
        return {name for (name,) in held}

    def release(self, name: str, holder: str) -> None:
        with self._database.write() as connection:
            connection.execute("DELETE FROM leases WHERE name = ? AND holder = ?", (name, holder))

    def held_until(self, prefix: str) -> datetime | None:
        with self._database.read() as connection:
            (until,) = connection.execute(
                "SELECT max(until) FROM leases WHERE substr(name, 1, length(?)) = ?", (prefix, prefix)
            ).fetchone()
        return None if until is None else datetime.fromtimestamp(until, UTC)
