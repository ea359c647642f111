"""A blob store in memory, for tests of use-cases."""

from __future__ import annotations

import contextlib
import hashlib
import io
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from application.media.ports import BlobStore, Stored
from domain import errors


class MemoryBlobStore(BlobStore):
    """Keeps blobs in a dictionary; set `full` to make it refuse as a full disk does."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}
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

    def __iter__(self) -> Iterator[str]:
        return iter(list(self.blobs))

    def _known(self, sha256: str) -> bytes:
        if sha256 not in self.blobs:
            raise errors.NotFound(sha256=sha256)
        return self.blobs[sha256]
