"""The people who may use this installation."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from application.log import Conflict, Log
from application.views.people import People, UserRow
from domain.aggregate import Cause
from domain.user import User, user_id


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
