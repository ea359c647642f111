"""What connecting an account needs from outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from domain.account import LoginMethod, Profile


@dataclass(frozen=True)
class Identity:
    """Who a token speaks for, as Instagram says; one per account it reaches."""

    profile: Profile
    token: str = field(repr=False)
    expires_at: datetime | None = None
    second_token: str | None = field(default=None, repr=False)
    page_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class FreshToken:
    """A token with a new life."""

    token: str = field(repr=False)
    expires_at: datetime | None = None


class Login(Protocol):
    """Meta's two logins. Calls raise `domain.upstream.Refused`."""

    def identify(self, token: str, login_method: LoginMethod) -> list[Identity]:
        """The professional accounts a token reaches: one for Instagram Login, any number for Facebook's."""
        ...

    def refresh(self, token: str, login_method: LoginMethod) -> FreshToken: ...
