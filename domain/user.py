"""A user: a person who owns accounts, media, posts and keys."""

from __future__ import annotations

from uuid import UUID, uuid5

from domain.aggregate import Aggregate, Cause

_NAMESPACE = UUID("0a4a6a0e-4a0c-4c5e-8a45-3d8f4be6b1f7")


def user_id(email: str) -> UUID:
    """One id per e-mail address: signing up twice is a conflict."""
    return uuid5(_NAMESPACE, email.strip().lower())


class User(Aggregate):
    """One person."""

    TOPIC = "user"

    def __init__(self) -> None:
        self.email = ""
        self.operator = False

    class Created(Aggregate.Created):
        """A person got an account here."""

        TOPIC = "user.created"
        email: str
        operator: bool

        def apply(self, aggregate: User) -> None:
            aggregate.email = self.email
            aggregate.operator = self.operator

    class PasswordSet(Aggregate.Event):
        """The password was set or changed; its hash is kept apart, and sessions from before have ended."""

        TOPIC = "user.password_set"

        def apply(self, aggregate: User) -> None:
            """Nothing that is decided here depends on it."""

    class SecondFactorSet(Aggregate.Event):
        """From now on logging in takes a one-time code, or (`on` is false) no longer does."""

        TOPIC = "user.second_factor_set"
        on: bool

        def apply(self, aggregate: User) -> None:
            """Nothing that is decided here depends on it."""

    @classmethod
    def create(cls, *, email: str, operator: bool, by: Cause) -> User:
        return cls.begin(cls.Created, by, id=user_id(email), email=email.strip().lower(), operator=operator)

    def password_set(self, *, by: Cause) -> None:
        self.record(self.PasswordSet, by)

    def second_factor_set(self, *, on: bool, by: Cause) -> None:
        self.record(self.SecondFactorSet, by, on=on)
