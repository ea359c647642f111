"""Secrets: kept outside the log, encrypted at rest, under names that say whose they are."""

from __future__ import annotations

import hashlib
from typing import Protocol


class Vault(Protocol):
    """Keeps small secrets sealed (AES-256-GCM, the key's id in the bytes)."""

    def put(self, name: str, secret: str) -> None:
        """Keep a secret under a name, replacing the one before."""
        ...

    def get(self, name: str) -> str | None: ...

    def remove(self, name: str) -> None: ...


class KeyRing(Protocol):
    """Secret keys by their id, one of them current; every purpose has keys of its own."""

    @property
    def current(self) -> str:
        """The id of the key that seals what is new."""
        ...

    def key(self, id: str, purpose: str) -> bytes:
        """32 bytes for one purpose. An id that is not on the ring: SERVICE_UNAVAILABLE."""
        ...


def fingerprint(secret: str) -> str:
    """A short hash by which a secret can be told from another, and nothing else be learnt."""
    return hashlib.sha256(secret.encode()).hexdigest()[:16]
