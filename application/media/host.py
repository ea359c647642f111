"""Addresses from which Instagram fetches media of this server: unguessable, signed, and without a secret."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from application.posts.ports import MediaHost

SUFFIXES = {"image/jpeg": "jpg", "video/mp4": "mp4", "video/quicktime": "mov"}
MIME_TYPES = {suffix: mime for mime, suffix in SUFFIXES.items()}


@dataclass(frozen=True)
class SignedUrls(MediaHost):
    """Signs a blob's hash, so that only what was handed out can be fetched."""

    public_url: str
    key: bytes = field(repr=False)

    def url(self, sha256: str, mime_type: str) -> str:
        suffix = SUFFIXES[mime_type]
        return f"{self.public_url}/media-files/{sha256}{self._signature(sha256)}.{suffix}"

    def blob_of(self, token: str) -> str | None:
        """The hash behind the token of an address of ours; None when it is not."""
        sha256, signature = token[:64], token[64:]
        if len(token) == 96 and hmac.compare_digest(signature.encode(), self._signature(sha256).encode()):
            return sha256
        return None

    def _signature(self, sha256: str) -> str:
        return hmac.new(self.key, sha256.encode(), hashlib.sha256).hexdigest()[:32]
