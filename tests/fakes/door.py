"""As much of a service as the HTTP door itself asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from application.access import SCOPES, Caller
from application.rate_limits import Standing
from application.readiness import Readiness
from domain import errors

KEY = "vg_test_" + "a" * 43
READER_KEY = "vg_test_" + "b" * 43


def caller(*scopes: str) -> Caller:
    return Caller(
        user_id=UUID(int=1),
        email="studio@sandbox.example",
        key_id=UUID(int=2),
        scopes=frozenset(scopes),
        account_ids=None,
        livemode=False,
    )


def authenticate(token: str) -> Caller:
    known = {KEY: caller(*SCOPES), READER_KEY: caller("posts:read")}
    if token not in known:
        raise errors.AuthInvalidKey
    return known[token]


@dataclass
class FakeDoor:
    authenticate: Callable[[str], Caller] = authenticate
    readiness: Callable[[], Readiness] = lambda: Readiness(storage=True, schema=True)
    now: Callable[[], datetime] = lambda: datetime(2026, 3, 1, 12, tzinfo=UTC)
    rate_limit: Callable[[UUID], Standing] = lambda key_id: Standing(())
    idempotency: None = None
    sessions: None = None
