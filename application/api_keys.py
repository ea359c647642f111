"""API keys: made, shown once, recognised by their hash, ended."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from application.access import SCOPES, Caller
from application.clock import Clock
from application.log import Log
from application.views.accounts import AccountList
from application.views.people import KeyRow, People
from domain import errors
from domain.aggregate import Cause
from domain.api_key import ApiKey
from domain.errors import Detail


class KeyUses(Protocol):
    """Remembers when keys were last used, to the minute; may forget in a power cut."""

    def note(self, key_id: UUID, at: datetime) -> None: ...

    def last(self, key_id: UUID) -> datetime | None: ...


PREFIXES = {True: "vg_live_", False: "vg_test_"}
_FORM = re.compile(r"vg_(live|test)_[0-9A-Za-z]{43}")


def secret_hash(key: str) -> str:
    """What is kept of a key: its 256 random bits make a plain hash enough."""
    return hashlib.sha256(key.encode()).hexdigest()


@dataclass(frozen=True)
class Authenticate:
    """Tells who shows a key. Unknown, revoked, expired or of the other mode: AUTH_INVALID_KEY."""

    people: People
    clock: Clock
    livemode: bool
    uses: KeyUses

    def __call__(self, key: str) -> Caller:
        if not _FORM.fullmatch(key) or not key.startswith(PREFIXES[self.livemode]):
            raise errors.AuthInvalidKey
        row = self.people.key_by_hash(secret_hash(key))
        now = self.clock.now()
        if row is None or (row.expires_at is not None and row.expires_at <= now):
            raise errors.AuthInvalidKey
        user = self.people.user(row.user_id)
        if user is None:
            raise errors.AuthInvalidKey
        self.uses.note(row.id, now)
        return Caller(
            user_id=row.user_id,
            email=user.email,
            key_id=row.id,
            scopes=frozenset(row.scopes),
            account_ids=None if row.account_ids is None else frozenset(row.account_ids),
            livemode=self.livemode,
        )


@dataclass(frozen=True)
class MadeKey:
    """A new key; `key` is shown once and cannot be had again, not even by repeating the command."""

    id: UUID
    name: str
    prefix: str
    scopes: tuple[str, ...]
    account_ids: tuple[UUID, ...] | None
    expires_at: datetime | None
    created_at: datetime
    key: str | None


@dataclass(frozen=True)
class CreateApiKey:
    """Makes a key for a user; `audit:read` shows the whole instance and is for operators alone.

    A scope that cannot be given, an end in the past: VALIDATION_ERROR. Somebody else's account: NOT_FOUND.
    """

    log: Log
    people: People
    clock: Clock
    new_id: Callable[[], UUID]
    new_secret: Callable[[], str]
    livemode: bool
    accounts: AccountList

    def __call__(
        self,
        *,
        user_id: UUID,
        name: str,
        scopes: tuple[str, ...] | None = None,
        account_ids: tuple[UUID, ...] | None = None,
        expires_at: datetime | None = None,
        by: Cause,
    ) -> MadeKey:
        user = self.people.user(user_id)
        if user is None:
            raise errors.NotFound(what="user")
        allowed = SCOPES if user.operator else tuple(scope for scope in SCOPES if scope != "audit:read")
        chosen = allowed if scopes is None else scopes
        wrong = [scope for scope in chosen if scope not in allowed]
        if wrong:
            raise errors.ValidationError(
                details=tuple(
                    Detail(f"/scopes/{chosen.index(scope)}", "unknown_scope", "This scope cannot be given.")
                    for scope in wrong
                )
            )
        if expires_at is not None and expires_at <= by.at:
            raise errors.ValidationError(
                details=(Detail("/expiresAt", "in_the_past", "A key must expire in the future."),)
            )
        self._require_own(user_id, account_ids)
        if by.command_id is not None and (row := self.people.key(by.id_for(self.new_id))) is not None:
            return MadeKey(
                row.id,
                row.name,
                row.prefix,
                row.scopes,
                row.account_ids,
                row.expires_at,
                row.created_at,
                None,
            )
        prefix = PREFIXES[self.livemode]
        key = prefix + self.new_secret()
        made = ApiKey.create(
            id=by.id_for(self.new_id),
            user_id=user_id,
            name=name,
            prefix=key[: len(prefix) + 4],
            secret_hash=secret_hash(key),
            scopes=chosen,
            account_ids=account_ids,
            expires_at=expires_at,
            by=by,
        )
        self.log.save(made)
        return MadeKey(made.id, name, key[: len(prefix) + 4], chosen, account_ids, expires_at, by.at, key)

    def _require_own(self, user_id: UUID, account_ids: tuple[UUID, ...] | None) -> None:
        for account_id in account_ids or ():
            account = self.accounts.get(account_id)
            if account is None or account.user_id != user_id:
                raise errors.NotFound(what="account")


@dataclass(frozen=True)
class RevokeApiKey:
    """Ends a key of the user's at once. Unknown: NOT_FOUND."""

    log: Log
    people: People

    def __call__(self, *, user_id: UUID, key_id: UUID, by: Cause) -> None:
        if not any(row.id == key_id for row in self.people.keys_of(user_id)):
            raise errors.NotFound(what="API key")
        key = self.log.load(ApiKey, key_id)
        key.revoke(by=by)
        self.log.save(key)


@dataclass(frozen=True)
class ListApiKeys:
    """The keys of a user, without their secrets."""

    people: People
    uses: KeyUses

    def __call__(self, user_id: UUID) -> list[KeyRow]:
        return self.people.keys_of(user_id)

    def last_used(self, key_id: UUID) -> datetime | None:
        return self.uses.last(key_id)
