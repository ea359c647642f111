"""Sealing small secrets: AES-256-GCM, with the key's id in the bytes."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from application.vault import KeyRing
from domain import errors

_FORMAT = b"\x01"
_NONCE = 12


class Sealer:
    """Seals bytes for one purpose; sealed bytes open only under the name they were bound to.

    The form is: one byte 1, one byte with the length of the key's id, the id, the nonce, the sealed bytes.
    """

    def __init__(self, keys: KeyRing, *, purpose: str) -> None:
        self._keys = keys
        self._purpose = purpose
        self._ciphers: dict[str, AESGCM] = {}

    def seal(self, secret: bytes, *, bound_to: str) -> bytes:
        key_id = self._keys.current
        nonce = os.urandom(_NONCE)
        head = _FORMAT + bytes([len(key_id)]) + key_id.encode("ascii") + nonce
        return head + self._cipher(key_id).encrypt(nonce, secret, bound_to.encode())

    def open(self, sealed: bytes, *, bound_to: str) -> bytes:
        """What was sealed; SERVICE_UNAVAILABLE where the key is another or the bytes were changed."""
        try:
            key_id, nonce, rest = _parts(sealed)
            return self._cipher(key_id).decrypt(nonce, rest, bound_to.encode())
        except (InvalidTag, ValueError, IndexError) as failure:
            raise errors.ServiceUnavailable(
                f"The secret `{bound_to}` does not open: the key file is not the one it was sealed with, or "
                "the database was changed by hand."
            ) from failure

    def _cipher(self, key_id: str) -> AESGCM:
        if key_id not in self._ciphers:
            self._ciphers[key_id] = AESGCM(self._keys.key(key_id, self._purpose))
        return self._ciphers[key_id]


def _parts(sealed: bytes) -> tuple[str, bytes, bytes]:
    if sealed[:1] != _FORMAT:
        raise ValueError("not sealed in a form we know")
    start = 2 + sealed[1]
    return sealed[2:start].decode("ascii"), sealed[start : start + _NONCE], sealed[start + _NONCE :]
