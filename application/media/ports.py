"""What handling media needs from outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

from domain.media import Facts, Issue, Rendition, Use
from domain.renditions import Recipe


@dataclass(frozen=True)
class Stored:
    """Bytes kept under their own hash."""

    sha256: str
    size_bytes: int


class BlobStore(Protocol):
    """Keeps bytes by content hash (lower-case hex SHA-256); equal bytes are kept once."""

    def store(self, chunks: Iterable[bytes], *, limit: int) -> Stored:
        """Keep a stream whole or not at all.

        Over `limit` bytes: UPLOAD_ERROR. Disk full: SERVICE_UNAVAILABLE.
        """
        ...

    def open(self, sha256: str) -> BinaryIO:
        """Read a blob from its start. Unknown: NOT_FOUND."""
        ...

    def local_path(self, sha256: str) -> AbstractContextManager[Path]:
        """The blob as a file that may be read (never written) inside the block. Unknown: NOT_FOUND."""
        ...

    def size(self, sha256: str) -> int | None:
        """Bytes of a blob, or None when it is not here."""
        ...

    def remove(self, sha256: str) -> None:
        """Forget a blob; one that is not there is fine."""
        ...

    def remove_stale(self, sha256: str, *, age: timedelta) -> bool:
        """Forget a blob that was not stored, or stored again, within `age`; whether it was forgotten.

        May be called while others store the same bytes: theirs stay.
        """
        ...

    def __iter__(self) -> Iterator[str]:
        """Every blob's hash, for sweeping."""
        ...


@dataclass(frozen=True)
class Prepared:
    """What the workshop found and made."""

    facts: Facts
    issues: tuple[Issue, ...]
    renditions: tuple[Rendition, ...]


class MediaWorkshop(Protocol):
    """Decodes untrusted files away from the server process, within limits of pixels, memory and time."""

    def prepare(self, sha256: str, uses: tuple[Use, ...] = ()) -> Prepared:
        """Decode a stored file whole, judge it, make its renditions and store them.

        Not a picture or video we take, truncated or beyond the limits: MEDIA_INVALID.
        The worker process died, hung or exceeded its limits: PROCESSING_FAILED for a picture,
        VIDEO_PROCESSING_FAILED for a video.
        """
        ...

    def render(self, sha256: str, recipe: Recipe) -> Rendition:
        """Make one picture of a stored picture by a recipe and store it; equal recipes give equal bytes.

        Refuses as `prepare` does.
        """
        ...
