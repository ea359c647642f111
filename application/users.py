"""The people who may use this installation."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from application.log import Conflict, Log, persistently
from application.sessions import (
    OneTimeCodes,
    OpenSessions,
    Passwords,
    password_name,
    second_factor_name,
)
from application.vault import Vault
from application.views.people import People, UserRow
from domain import errors
from domain.aggregate import Cause
from domain.errors import Detail
from domain.user import User, user_id

SHORTEST, LONGEST = 8, 256


@dataclass(frozen=True)
class EnsureUser:
    """Makes a user unless there is one with this address."""

    log: Log
    people: People

    def __call__(self, email: str, *, operator: bool, by: Cause) -> UserRow:
        known = self.people.user(user_id(email))
        if known is None:
            with suppress(Conflict):  # another process may make the same user just now
                self.log.save(User.create(email=email, operator=operator, by=by))
            known = self.people.user(user_id(email))
        assert known is not None
        return known


@dataclass(frozen=True)
class SetPassword:
    """Gives a user a password; the sessions from before end."""

    log: Log
    vault: Vault
    passwords: Passwords
    sessions: OpenSessions

    def __call__(self, user: UUID, password: str, *, by: Cause) -> None:
        """Too short or too long: VALIDATION_ERROR."""
        self.check(password)
        self.vault.put(password_name(user), self.passwords.hash(password))
        self.sessions.close_all(str(user))

        def record() -> None:
            person = self.log.load(User, user)
            person.password_set(by=by)
            self.log.save(person)

        persistently(record)

    def check(self, password: str) -> None:
        if not SHORTEST <= len(password) <= LONGEST:
            message = f"A password has {SHORTEST} to {LONGEST} characters."
            raise errors.ValidationError(message, details=(Detail("/password", "length", message),))

    def has_one(self, user: UUID) -> bool:
        return self.vault.get(password_name(user)) is not None


@dataclass(frozen=True)
class SecondFactor:
    """Switches a user's one-time codes on and off."""

    log: Log
    vault: Vault
    codes: OneTimeCodes

    def switch_on(self, user: UserRow, *, by: Cause) -> str:
        """From now on a code is asked for; the answer is what an authenticator app reads, shown once."""
        secret = self.codes.new_secret()
        self.vault.put(second_factor_name(user.id), secret)
        self._record(user.id, on=True, by=by)
        return self.codes.address(secret, user.email)

    def switch_off(self, user: UserRow, *, by: Cause) -> None:
        self.vault.remove(second_factor_name(user.id))
        self._record(user.id, on=False, by=by)

    def _record(self, user: UUID, *, on: bool, by: Cause) -> None:
        def record() -> None:
            person = self.log.load(User, user)
            person.second_factor_set(on=on, by=by)
            self.log.save(person)

        persistently(record)
