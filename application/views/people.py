"""Users and their API keys, as authentication needs them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from application.log import LogEntry
from application.views.rows import Rows, Shelf, Table, View, Where
from domain.api_key import ApiKey
from domain.user import User


@dataclass(frozen=True)
class UserRow:
    """One person."""

    id: UUID
    email: str
    operator: bool
    created_at: datetime


@dataclass(frozen=True)
class KeyRow:
    """One key that works; revoked ones leave the table."""

    id: UUID
    user_id: UUID
    name: str
    prefix: str
    secret_hash: str
    scopes: tuple[str, ...]
    account_ids: tuple[UUID, ...] | None
    expires_at: datetime | None
    created_at: datetime


USERS: Table[UserRow] = Table("users", UserRow, unique=(("email",),))
KEYS: Table[KeyRow] = Table("api_keys", KeyRow, indexes=(("user_id",),), unique=(("secret_hash",),))


def project(entry: LogEntry, rows: Rows) -> None:
    match entry.event:
        case User.Created(email=email, operator=operator):
            rows.put(USERS, UserRow(entry.aggregate_id, email, operator, entry.at))
        case ApiKey.Created() as made:
            rows.put(
                KEYS,
                KeyRow(
                    id=entry.aggregate_id,
                    user_id=made.user_id,
                    name=made.name,
                    prefix=made.prefix,
                    secret_hash=made.secret_hash,
                    scopes=made.scopes,
                    account_ids=made.account_ids,
                    expires_at=made.expires_at,
                    created_at=entry.at,
                ),
            )
        case ApiKey.Revoked():
            rows.remove(KEYS, entry.aggregate_id)


VIEW = View("people", (USERS, KEYS), project)


@dataclass(frozen=True)
class People:
    """What doors ask about users and keys."""

    shelf: Shelf

    def user(self, user_id: UUID) -> UserRow | None:
        return self.shelf.row(USERS, user_id)

    def users(self) -> list[UserRow]:
        return self.shelf.rows(USERS, order=("created_at", "id"))

    def key(self, key_id: UUID) -> KeyRow | None:
        return self.shelf.row(KEYS, key_id)

    def key_by_hash(self, secret_hash: str) -> KeyRow | None:
        found = self.shelf.rows(KEYS, Where("secret_hash", "=", secret_hash), limit=1)
        return found[0] if found else None

    def keys_of(self, user_id: UUID) -> list[KeyRow]:
        return self.shelf.rows(KEYS, Where("user_id", "=", user_id), order=("created_at", "id"))
