"""Idempotency keys: a request that is sent twice under one key acts once, and is answered the same."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from domain import errors

KEPT_SECONDS = 24 * 3600.0
LEASE_SECONDS = 10.0


@dataclass(frozen=True)
class KeptAnswer:
    """What the first request was answered, without its secrets."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Claim:
    """The right to act under a key. Whoever takes over a key from a dead holder gets the same command."""

    tenant: str
    key: str
    holder: str = field(repr=False)
    command_id: UUID


@dataclass(frozen=True)
class Held:
    """Somebody else acts under the key right now."""


@dataclass(frozen=True)
class Taken:
    """The key stands for another request."""


class IdempotencyKeys(Protocol):
    """Keys in rows outside the log, each for a day of real time; safe over all processes."""

    def claim(
        self, tenant: str, key: str, *, fingerprint: str, holder: str, lease: float, kept: float
    ) -> Claim | KeptAnswer | Held | Taken:
        """Take the key, or its answer; a holder whose lease is over has lost it."""
        ...

    def renew(self, holders: Collection[str], *, lease: float) -> None:
        """Lengthen the leases of those who are still at it."""
        ...

    def keep(self, claim: Claim, answer: KeptAnswer) -> None:
        """Put an answer on record, unless the claim was lost meanwhile."""
        ...

    def release(self, claim: Claim) -> None:
        """Let the key go as if it had never been used: nothing was done under it."""
        ...

    def lapse(self, claim: Claim) -> None:
        """Let the same request be tried again at once, as the same command: something may have been done."""
        ...


@dataclass(frozen=True)
class Idempotency:
    """Gives out claims. What is remembered of a request is a keyed hash: it may hold a password."""

    keys: IdempotencyKeys
    secret: bytes = field(repr=False)

    def fingerprint(self, *parts: bytes) -> str:
        """The same for the same parts only; nobody without our secret can guess at them."""
        whole = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        return hmac.new(self.secret, whole, hashlib.sha256).hexdigest()

    def claim(self, tenant: str, key: str, fingerprint: str, holder: str) -> Claim | KeptAnswer:
        """The right to act, or the answer; IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS."""
        found = self.keys.claim(
            tenant, key, fingerprint=fingerprint, holder=holder, lease=LEASE_SECONDS, kept=KEPT_SECONDS
        )
        match found:
            case Taken():
                raise errors.IdempotencyKeyReused
            case Held():
                raise errors.IdempotencyInProgress(retry_after=1)
            case _:
                return found
