"""Clocks: the system's, and the sandbox's, whose offset stands in a file that all its processes read."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from application.clock import Clock


class SystemClock(Clock):
    """The time of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SandboxClock(Clock):
    """The time of this machine plus the offset the simulator keeps; without a file there is none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._offset = timedelta(0)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return datetime.now(UTC)
        seen = (found.st_mtime_ns, found.st_ino)
        if seen != self._seen:
            with self._lock:
                offset = json.loads(self._path.read_text())["offset_seconds"]
                self._offset = timedelta(seconds=offset)
                self._seen = seen
        return datetime.now(UTC) + self._offset
