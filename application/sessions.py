"""Logging in and out: who may, for how long, and what ends a session before its time."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from application.access import SCOPES, Caller
from application.clock import Clock
from application.rate_limits import HOUR, MINUTE, RateWindows
from application.vault import Vault
from application.views.people import People, UserRow
from domain import errors
from domain.errors import Detail
from domain.user import user_id

TRIES_PER_MINUTE, TRIES_PER_HOUR = 10, 50


def password_name(user: UUID) -> str:
    """The name of a user's password hash in the vault."""
    return f"user/{user}/password"


def second_factor_name(user: UUID) -> str:
    return f"user/{user}/second-factor"


class Passwords(Protocol):
    """Slow hashes of passwords."""

    def hash(self, password: str) -> str: ...

    def fits(self, password: str, hashed: str | None) -> bool:
        """Whether this is the password; takes as long where there is none to compare with."""
        ...


class OneTimeCodes(Protocol):
    """Codes of six digits that change every half minute (RFC 6238)."""

    def new_secret(self) -> str: ...

    def address(self, secret: str, email: str) -> str:
        """What an authenticator app reads from a QR code."""
        ...

    def step(self, secret: str, code: str, at: datetime) -> int | None:
        """The step of time a code belongs to, now or just before or after; None where it is wrong."""
        ...


class SignedTokens(Protocol):
    """Small claims that only we can have signed."""

    def sign(self, claims: Mapping[str, str | int], *, purpose: str) -> str: ...

    def read(self, token: str, *, purpose: str) -> Mapping[str, Any]:
        """The claims. Signed by another, for another purpose, or changed: TOKEN_INVALID."""
        ...


class OpenSessions(Protocol):
    """Which sessions go on, in rows outside the log."""

    def open(self, id: str, owner: str, ends: datetime) -> None: ...

    def is_open(self, id: str) -> bool: ...

    def close(self, id: str) -> bool:
        """End a session; whether it went on until now."""
        ...

    def close_all(self, owner: str) -> None: ...

    def forget(self, before: datetime) -> None:
        """Drop what ended by itself before a moment."""
        ...


@dataclass(frozen=True)
class Session:
    """Somebody is logged in. The token goes into a cookie, the CSRF token into the hands of the console."""

    user: UserRow
    token: str = field(repr=False)
    csrf_token: str = field(repr=False)
    ends: datetime


@dataclass(frozen=True)
class Sessions:
    """Opens, recognises and ends sessions."""

    people: People
    tokens: SignedTokens
    open_sessions: OpenSessions
    clock: Clock
    new_id: Callable[[], UUID]
    secret: bytes = field(repr=False)
    life: timedelta
    livemode: bool

    def open(self, user: UserRow) -> Session:
        now, id_ = self.clock.now(), str(self.new_id())
        ends = now + self.life
        self.open_sessions.forget(now)
        self.open_sessions.open(id_, str(user.id), ends)
        claims: dict[str, str | int] = {"sub": str(user.id), "jti": id_, "exp": int(ends.timestamp())}
        return Session(user, self.tokens.sign(claims, purpose="session"), self.csrf_token(id_), ends)

    def read(self, token: str) -> Caller:
        """Who shows a cookie. TOKEN_INVALID; TOKEN_EXPIRED where the session is over."""
        claims = self.tokens.read(token, purpose="session")
        id_ = str(claims["jti"])
        user = self.people.user(UUID(str(claims["sub"])))
        if int(claims["exp"]) <= self.clock.now().timestamp() or not self.open_sessions.is_open(id_):
            raise errors.TokenExpired(session=True)
        if user is None:
            raise errors.TokenInvalid
        scopes = frozenset(SCOPES if user.operator else (one for one in SCOPES if one != "audit:read"))
        return Caller(user.id, user.email, None, scopes, None, self.livemode, session_id=id_)

    def csrf_token(self, session_id: str) -> str:
        """What proves that a request comes from the page the session was given to."""
        return hmac.new(self.secret, session_id.encode(), hashlib.sha256).hexdigest()

    def proves(self, session_id: str, sent: str | None) -> bool:
        """Whether this is the CSRF token of a session."""
        return hmac.compare_digest(self.csrf_token(session_id).encode(), (sent or "").encode())

    def end(self, session_id: str) -> None:
        self.open_sessions.close(session_id)


@dataclass(frozen=True)
class LogIn:
    """Opens a session for an address and its password, with a one-time code where that is switched on."""

    people: People
    vault: Vault
    passwords: Passwords
    codes: OneTimeCodes
    tries: RateWindows
    sessions: Sessions
    clock: Clock

    def __call__(self, *, email: str, password: str, code: str | None) -> Session:
        """INVALID_CREDENTIALS, whatever was wrong; RATE_LIMITED after too many tries for one address."""
        owner = user_id(email)
        counted = f"login/{owner}"
        self._count(counted)
        user = self.people.user(owner)
        hashed = self.vault.get(password_name(owner)) if user else None
        if not self.passwords.fits(password, hashed) or user is None:
            raise errors.InvalidCredentials
        self._check_code(owner, code)
        self.tries.forget(counted)
        return self.sessions.open(user)

    def _count(self, counted: str) -> None:
        second = int(self.clock.now().timestamp())
        counts = self.tries.hit(
            counted,
            minute=second - second % MINUTE,
            hour=second - second % HOUR,
            per_minute=TRIES_PER_MINUTE,
            per_hour=TRIES_PER_HOUR,
        )
        if not counts.let_in:
            span = HOUR if counts.hour >= TRIES_PER_HOUR else MINUTE
            raise errors.RateLimited(
                "There were too many tries to log in with this address.", retry_after=span - second % span
            )

    def _check_code(self, owner: UUID, code: str | None) -> None:
        name = second_factor_name(owner)
        kept = self.vault.get(name)
        if kept is None:
            return
        if code is None:
            message = "This user logs in with a one-time code."
            raise errors.InvalidCredentials(message, details=(Detail("/totp", "required", message),))
        secret, _, last = kept.partition(" ")
        step = self.codes.step(secret, code, self.clock.now())
        if step is None or step <= int(last or 0):
            raise errors.InvalidCredentials
        self.vault.put(name, f"{secret} {step}")
