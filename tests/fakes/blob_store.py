"""A blob store in memory, for tests of use-cases."""

from __future__ import annotations

import contextlib
import hashlib
import io
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from application.media.ports import BlobStore, Stored
from domain import errors


class MemoryBlobStore(BlobStore):
    """Keeps blobs in a dictionary; set `full` to make it refuse as a full disk does."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}
        self.stored_at: dict[str, float] = {}
        self.full = False

    def store(self, chunks: Iterable[bytes], *, limit: int) -> Stored:
        data = bytearray()
        for chunk in chunks:
            data += chunk
            if len(data) > limit:
                raise errors.UploadError(limit=limit)
            if self.full:
                raise errors.ServiceUnavailable
        sha256 = hashlib.sha256(data).hexdigest()
        self.blobs[sha256] = bytes(data)
        self.stored_at[sha256] = time.time()
        return Stored(sha256=sha256, size_bytes=len(data))

    def open(self, sha256: str) -> BinaryIO:
        return io.BytesIO(self._known(sha256))

    @contextlib.contextmanager
    def local_path(self, sha256: str) -> Iterator[Path]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / sha256
            path.write_bytes(self._known(sha256))
            yield path

    def size(self, sha256: str) -> int | None:
        return len(self.blobs[sha256]) if sha256 in self.blobs else None

    def remove(self, sha256: str) -> None:
        self.blobs.pop(sha256, None)

    def remove_stale(self, sha256: str, *, age: timedelta) -> bool:
        if sha256 in self.blobs and self.stored_at.get(sha256, 0.0) < time.time() - age.total_seconds():
            del self.blobs[sha256]
            return True
        return False

    def __iter__(self) -> Iterator[str]:
        return iter(list(self.blobs))

    def _known(self, sha256: str) -> bytes:
        if sha256 not in self.blobs:
            raise errors.NotFound(sha256=sha256)
        return self.blobs[sha256]
