"""Who is asking, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.aggregate import Cause

SCOPES = (
    "accounts:read",
    "accounts:write",
    "media:read",
    "media:write",
    "posts:read",
    "posts:write",
    "reposts:read",
    "reposts:write",
    "private:write",
    "cloud:read",
    "cloud:write",
    "audit:read",
    "webhooks:write",
)


@dataclass(frozen=True)
class Caller:
    """A user, present by an API key or (without one) by a console session.

    `account_ids` limits a key to some accounts; None is all of the user's. Not live is a sandbox.
    """

    user_id: UUID
    email: str
    key_id: UUID | None
    scopes: frozenset[str]
    account_ids: frozenset[UUID] | None
    livemode: bool
    session_id: str | None = None

    @property
    def actor(self) -> str:
        """How events name whoever caused them."""
        return f"user:{self.user_id}" if self.key_id is None else f"key:{self.key_id}"

    def cause(self, at: datetime, request_id: str, command_id: UUID | None = None) -> Cause:
        """What an event of this caller's keeps about its origin."""
        return Cause(at=at, actor=self.actor, request_id=request_id, command_id=command_id)

    def may(self, scope: str) -> bool:
        """Whether this caller was given a scope."""
        return scope in self.scopes

    def may_use(self, account_id: UUID) -> bool:
        """Whether this caller's key is meant for an account."""
        return self.account_ids is None or account_id in self.account_ids
