"""A folder of immutable files named after their own SHA-256."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from application.media.ports import BlobStore, Stored
from domain import errors

_SHA256 = re.compile(r"[0-9a-f]{64}")
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class FileBlobStore(BlobStore):
    """Keeps each blob as `ab/cd/abcd…` below a folder; a name appears only once its bytes are on disk."""

    def __init__(self, root: Path, *, stale_seconds: float = 86_400) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep(older_than=time.time() - stale_seconds)

    def store(self, chunks: Iterable[bytes], *, limit: int) -> Stored:
        with _no_room_is_unavailable():
            descriptor, name = tempfile.mkstemp(dir=self._incoming)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                stored = _write(file, chunks, limit=limit)
                with _no_room_is_unavailable():
                    os.fsync(file.fileno())
            with _no_room_is_unavailable():
                self._keep(temporary, self._path(stored.sha256))
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return stored

    def open(self, sha256: str) -> BinaryIO:
        try:
            return self._known(sha256).open("rb")
        except FileNotFoundError as missing:
            raise _not_found(sha256) from missing

    @contextlib.contextmanager
    def local_path(self, sha256: str) -> Iterator[Path]:
        path = self._known(sha256)
        if not path.is_file():
            raise _not_found(sha256)
        yield path

    def size(self, sha256: str) -> int | None:
        if not _SHA256.fullmatch(sha256):
            return None
        try:
            return self._path(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def remove(self, sha256: str) -> None:
        if _SHA256.fullmatch(sha256):
            self._path(sha256).unlink(missing_ok=True)

    def remove_stale(self, sha256: str, *, age: timedelta) -> bool:
        if not _SHA256.fullmatch(sha256):
            return False
        path = self._path(sha256)
        with self._alone(fcntl.LOCK_EX), contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < time.time() - age.total_seconds():
                path.unlink()
                return True
        return False

    def __iter__(self) -> Iterator[str]:
        for path in self._root.glob("??/??/*"):
            if _SHA256.fullmatch(path.name):
                yield path.name

    def _path(self, sha256: str) -> Path:
        return self._root / sha256[:2] / sha256[2:4] / sha256

    def _known(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise _not_found(sha256)
        return self._path(sha256)

    def _keep(self, temporary: Path, path: Path) -> None:
        """Give finished bytes their name. Replacing equal bytes is harmless, and mends a damaged copy."""
        for folder in (path.parent.parent, path.parent):
            if not folder.is_dir():
                folder.mkdir(mode=0o700, exist_ok=True)
                _fsync_folder(folder.parent)
        with self._alone(fcntl.LOCK_SH):
            os.utime(temporary)
            temporary.replace(path)
        _fsync_folder(path.parent)

    @contextlib.contextmanager
    def _alone(self, how: int) -> Iterator[None]:
        """Many may give names at once, but none while one that looked unneeded is taken away."""
        descriptor = os.open(self._incoming, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, how)
            yield
        finally:
            os.close(descriptor)

    def _sweep(self, *, older_than: float) -> None:
        """Remove what crashed uploads left; a younger file may belong to another process still writing."""
        for leftover in self._incoming.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if leftover.stat().st_mtime < older_than:
                    leftover.unlink()


def _write(file: BinaryIO, chunks: Iterable[bytes], *, limit: int) -> Stored:
    digest = hashlib.sha256()
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise errors.UploadError(limit=limit)
        digest.update(chunk)
        rest = memoryview(chunk)
        with _no_room_is_unavailable():
            while rest:
                rest = rest[file.write(rest) :]
    return Stored(sha256=digest.hexdigest(), size_bytes=size)


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _no_room_is_unavailable() -> Iterator[None]:
    try:
        yield
    except OSError as failure:
        if failure.errno in _NO_ROOM:
            raise errors.ServiceUnavailable(
                "The disk is full: there is no room to keep the file."
            ) from failure
        raise


def _not_found(sha256: str) -> errors.NotFound:
    return errors.NotFound("No such file is kept here.", sha256=sha256)
