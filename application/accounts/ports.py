"""What connecting an account needs from outside, and what it takes to act for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.account import LoginMethod, Profile
from domain.upstream import Refused


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


@dataclass(frozen=True)
class Access:
    """What it takes to act for an account; the tokens never show in a repr.

    `token` writes; `second_token` is another of the same person, for reads that the first cannot do.
    """

    account_id: UUID
    ig_user_id: str
    login_method: LoginMethod
    token: str = field(repr=False)
    second_token: str | None = field(default=None, repr=False)
    page_id: str | None = None
    page_token: str | None = field(default=None, repr=False)


class Consent(Protocol):
    """Meta's consent pages."""

    def address(self, login_method: LoginMethod, redirect_uri: str, state: str) -> str:
        """Where to send the person. No app for this login: NOT_CONFIGURED."""
        ...

    def exchange(self, login_method: LoginMethod, code: str, redirect_uri: str) -> FreshToken:
        """A long-lived token for a code, which is good once and for an hour. Raises Refused."""
        ...

    def refusal(self, query: Mapping[str, str]) -> Refused | None:
        """What the person or Meta said no to, when a dialog comes back without a code."""
        ...


class Login(Protocol):
    """Meta's two logins. Calls raise `domain.upstream.Refused`."""

    def identify(self, token: str, login_method: LoginMethod) -> list[Identity]:
        """The professional accounts a token reaches: one for Instagram Login, any number for Facebook's."""
        ...

    def refresh(self, token: str, login_method: LoginMethod) -> FreshToken: ...
