"""One run of ffmpeg, watched: how far it is, whether it still moves, and how it ended."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from application.media.video_ports import Stopped

MEMORY = 4 << 30
_CONFINED = Path(__file__).with_name("confined.py")
_INHERITED = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")
_LAST_WORDS = 4096
_LOOK_SECONDS = 0.5
_GRACE_SECONDS = 5.0


class Broke(Exception):
    """It ended badly, took too long, or stood still."""


@dataclass(frozen=True)
class Bounds:
    """What one run may take: seconds in all, seconds without progress, bytes of a file."""

    seconds: float
    stall_seconds: float
    file_bytes: int


def run(command: list[str], bounds: Bounds, tell: Callable[[float], bool], *, duration: float) -> None:
    """Run to the end; raises Broke, or Stopped once `tell` (the share done, from 0 to 1) answers False."""
    process = subprocess.Popen(
        [*_confined(bounds), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        cwd="/",
        env={name: os.environ[name] for name in _INHERITED if name in os.environ},
        start_new_session=True,
    )
    try:
        said = _Watch(process, bounds, tell, duration).until_the_end()
    finally:
        _end(process)
    if process.returncode:
        raise Broke(f"ffmpeg ended with {process.returncode}: {said}")


class _Watch:
    """Reads what the process says on both its pipes, so that it never waits for us."""

    def __init__(
        self, process: subprocess.Popen[bytes], bounds: Bounds, tell: Callable[[float], bool], duration: float
    ) -> None:
        self._process, self._bounds, self._tell, self._duration = process, bounds, tell, duration
        self._begun = self._moved = time.monotonic()
        self._done = 0.0
        self._line = b""
        self._words = b""

    def until_the_end(self) -> str:
        """Its last words on stderr, once it has closed both pipes."""
        told = 0.0
        with selectors.DefaultSelector() as pipes:
            for pipe in (self._process.stdout, self._process.stderr):
                assert pipe is not None
                pipes.register(pipe, selectors.EVENT_READ)
            while pipes.get_map():
                for key, _ in pipes.select(_LOOK_SECONDS):
                    said = os.read(key.fd, 65536)
                    if not said:
                        pipes.unregister(key.fileobj)
                    elif key.fileobj is self._process.stdout:
                        self._hear(said)
                    else:
                        self._words = (self._words + said)[-_LAST_WORDS:]
                self._check()
                if time.monotonic() - told >= _LOOK_SECONDS:
                    told = time.monotonic()
                    if not self._tell(self._done):
                        raise Stopped
        self._process.wait(_GRACE_SECONDS)
        return self._words.decode(errors="replace").strip()

    def _hear(self, said: bytes) -> None:
        *lines, self._line = (self._line + said)[-_LAST_WORDS:].split(b"\n")
        for line in lines:
            name, _, value = line.partition(b"=")
            if name == b"out_time_us" and value.strip().isdigit() and self._duration > 0:
                done = min(int(value) / 1e6 / self._duration, 1.0)
                if done > self._done:
                    self._done, self._moved = done, time.monotonic()

    def _check(self) -> None:
        now = time.monotonic()
        if now - self._begun > self._bounds.seconds:
            raise Broke(f"it took longer than {self._bounds.seconds:.0f} s")
        if now - self._moved > self._bounds.stall_seconds:
            raise Broke(f"it made no progress for {self._bounds.stall_seconds:.0f} s")


def _confined(bounds: Bounds) -> list[str]:
    # Processor time is bounded by more than the clock would allow four cores: only a runaway meets it.
    limits = (os.getpid(), MEMORY, bounds.file_bytes, int(bounds.seconds * 4) + 5)
    return [sys.executable, "-I", "-S", str(_CONFINED), *map(str, limits)]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it if it still runs: first asking, then not."""
    for how, patience in ((signal.SIGTERM, _GRACE_SECONDS), (signal.SIGKILL, None)):
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, how)
            with suppress(subprocess.TimeoutExpired):
                process.wait(patience)
    for pipe in (process.stdout, process.stderr):
        if pipe:
            pipe.close()
