"""Unfinished files: named by us, locked while somebody writes them, removed whatever happens."""

from __future__ import annotations

import fcntl
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_YOUNG_SECONDS = 1.0


class Scratch:
    """A folder of unfinished files; those whose writer died are swept when the next one is begun."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    @contextmanager
    def file(self) -> Iterator[Path]:
        """An empty file for the block, which may overwrite or move it."""
        with self._lock:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._sweep()
            descriptor, name = tempfile.mkstemp(dir=self._folder, suffix=".mp4")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        path = Path(name)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)
            os.close(descriptor)

    def free_bytes(self) -> int:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        room = os.statvfs(self._folder)
        return room.f_bavail * room.f_frsize

    def _sweep(self) -> None:
        for path in self._folder.iterdir():
            with suppress(OSError):
                descriptor = os.open(path, os.O_RDONLY)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    if time.time() - path.stat().st_mtime > _YOUNG_SECONDS:
                        path.unlink()
                finally:
                    os.close(descriptor)
