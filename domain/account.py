"""A connected Instagram professional account: who it is, how we may act for it, and what blocks it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from domain.aggregate import Aggregate, Cause

_NAMESPACE = UUID("5b0d5c8e-6a3e-4f0a-9a52-8d6b7f0c1e21")


class LoginMethod(enum.StrEnum):
    """Which of Meta's two logins connected it; it decides the host and what can be done."""

    INSTAGRAM = "INSTAGRAM"
    FACEBOOK = "FACEBOOK"


class AccountStatus(enum.StrEnum):
    CONNECTED = "CONNECTED"
    BLOCKED = "BLOCKED"
    DISCONNECTED = "DISCONNECTED"


class Capability(enum.StrEnum):
    PUBLISH = "PUBLISH"
    RESUMABLE_UPLOAD = "RESUMABLE_UPLOAD"
    DELETE = "DELETE"
    FACEBOOK_CROSS_POST = "FACEBOOK_CROSS_POST"
    COMMENT = "COMMENT"


CAPABILITIES = {
    LoginMethod.INSTAGRAM: frozenset({Capability.PUBLISH, Capability.COMMENT}),
    LoginMethod.FACEBOOK: frozenset(Capability),
}


@dataclass(frozen=True)
class Page:
    """The Facebook Page an account is linked to."""

    id: str
    name: str


@dataclass(frozen=True)
class Profile:
    """Who an account is at Instagram; `person_id` is how Meta names its owner to the app."""

    ig_user_id: str
    username: str
    account_type: str
    login_method: LoginMethod
    page: Page | None = None
    person_id: str | None = None


def account_id(user_id: UUID, ig_user_id: str) -> UUID:
    """One id per owner and Instagram account: connecting twice is a reconnection."""
    return uuid5(_NAMESPACE, f"{user_id}/{ig_user_id}")


class Account(Aggregate):
    """One Instagram account of one user. Tokens stand in the vault; events carry only their fingerprint."""

    TOPIC = "account"

    def __init__(self) -> None:
        self.user_id: UUID
        self.profile: Profile
        self.status = AccountStatus.CONNECTED
        self.blocked_by: str | None = None
        self.token_fingerprint = ""
        self.token_expires_at: datetime | None = None

    class Created(Aggregate.Created):
        """Its owner connected it for the first time."""

        TOPIC = "account.connected"
        user_id: UUID
        profile: Profile
        token_fingerprint: str
        token_expires_at: datetime | None

        def apply(self, aggregate: Account) -> None:
            aggregate.user_id = self.user_id
            aggregate._take(self.profile, self.token_fingerprint, self.token_expires_at)

    class Reconnected(Aggregate.Event):
        """Its owner connected it again; whatever blocked it is over."""

        TOPIC = "account.reconnected"
        profile: Profile
        token_fingerprint: str
        token_expires_at: datetime | None

        def apply(self, aggregate: Account) -> None:
            aggregate._take(self.profile, self.token_fingerprint, self.token_expires_at)

    class TokenRefreshed(Aggregate.Event):
        """Its token got a new life."""

        TOPIC = "account.token_refreshed"
        token_fingerprint: str
        token_expires_at: datetime | None

        def apply(self, aggregate: Account) -> None:
            aggregate.token_fingerprint = self.token_fingerprint
            aggregate.token_expires_at = self.token_expires_at

    class Blocked(Aggregate.Event):
        """Instagram refuses to act for it until a person mends that; `code` is the catalogue's."""

        TOPIC = "account.blocked"
        code: str

        def apply(self, aggregate: Account) -> None:
            aggregate.status = AccountStatus.BLOCKED
            aggregate.blocked_by = self.code

    class Disconnected(Aggregate.Event):
        """Its owner removed it; its tokens are gone."""

        TOPIC = "account.disconnected"

        def apply(self, aggregate: Account) -> None:
            aggregate.status = AccountStatus.DISCONNECTED
            aggregate.token_fingerprint = ""

    @classmethod
    def connect(
        cls, *, user_id: UUID, profile: Profile, fingerprint: str, expires_at: datetime | None, by: Cause
    ) -> Account:
        return cls.begin(
            cls.Created,
            by,
            id=account_id(user_id, profile.ig_user_id),
            user_id=user_id,
            profile=profile,
            token_fingerprint=fingerprint,
            token_expires_at=expires_at,
        )

    def reconnect(
        self, *, profile: Profile, fingerprint: str, expires_at: datetime | None, by: Cause
    ) -> None:
        self.record(
            self.Reconnected,
            by,
            profile=profile,
            token_fingerprint=fingerprint,
            token_expires_at=expires_at,
        )

    def token_refreshed(self, *, fingerprint: str, expires_at: datetime | None, by: Cause) -> None:
        self.record(self.TokenRefreshed, by, token_fingerprint=fingerprint, token_expires_at=expires_at)

    def block(self, code: str, *, by: Cause) -> None:
        if self.status is AccountStatus.CONNECTED:
            self.record(self.Blocked, by, code=code)

    def disconnect(self, *, by: Cause) -> None:
        if self.status is not AccountStatus.DISCONNECTED:
            self.record(self.Disconnected, by)

    def token_expired(self, at: datetime) -> bool:
        return self.token_expires_at is not None and self.token_expires_at <= at

    def _take(self, profile: Profile, fingerprint: str, expires_at: datetime | None) -> None:
        self.profile = profile
        self.status = AccountStatus.CONNECTED
        self.blocked_by = None
        self.token_fingerprint = fingerprint
        self.token_expires_at = expires_at
