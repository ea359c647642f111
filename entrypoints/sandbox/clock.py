"""Sandbox time: real time plus an offset that other processes can read from a file."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

DAY = 86_400.0


class Clock(Protocol):
    """Tells the time of the sandbox in Unix seconds and can be moved forward."""

    def now(self) -> float: ...

    def advance(self, seconds: float) -> float: ...

    def reset(self) -> None: ...


class SharedClock:
    """Real time plus an offset, kept in `clock-offset` when a directory is given."""

    def __init__(self, directory: Path | None = None) -> None:
        self._file = directory / "clock-offset" if directory else None
        self._offset = 0.0
        if self._file and self._file.exists():
            self._offset = float(json.loads(self._file.read_text())["offset_seconds"])
        else:
            self._write()

    def now(self) -> float:
        return time.time() + self._offset

    def advance(self, seconds: float) -> float:
        self._offset += seconds
        self._write()
        return self.now()

    def reset(self) -> None:
        self._offset = 0.0
        self._write()

    def _write(self) -> None:
        if self._file is None:
            return
        draft = self._file.with_suffix(".new")
        draft.write_text(json.dumps({"offset_seconds": self._offset}))
        os.replace(draft, self._file)  # noqa: PTH105 - a reader sees the old text or the new, never half


class ManualClock:
    """Stands still until it is told to move; for tests."""

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        self._start = self._now = start

    def now(self) -> float:
        return self._now

    def advance(self, seconds: float) -> float:
        self._now += seconds
        return self._now

    def reset(self) -> None:
        self._now = self._start


def graph_time(moment: float) -> str:
    """The form the Graph API writes: whole seconds, offset without a colon."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def iso_time(moment: float) -> str:
    """The form of the control face: milliseconds and `Z`."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
