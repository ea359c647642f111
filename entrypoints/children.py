"""Child processes that end with their parent, however that one ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, BinaryIO

START_SECONDS = 30.0
STOP_SECONDS = 25.0
RESTART_SECONDS = 1.0


class DidNotStart(Exception):
    """A child ended, or said nothing, before it was ready."""


@dataclass
class Child:
    """One `python -m …` of ours, started again when it dies and nobody asked it to."""

    name: str
    arguments: list[str]
    environment: dict[str, str]
    waits_until_ready: bool = True
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _loaded: bool = field(default=False, repr=False)
    _lifeline: int = field(default=-1, repr=False)
    told: dict[str, Any] = field(default_factory=dict)

    def load(self) -> None:
        """Let it load what it needs; it does nothing yet. May be left out before `start`."""
        inherited, self._lifeline = os.pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "entrypoints.child", *self.arguments, "--lifeline", str(inherited)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                pass_fds=(inherited,),
                env={**os.environ, **self.environment},
                start_new_session=True,
            )
        finally:
            os.close(inherited)
        self._loaded = True

    def go(self) -> None:
        """Tell it to begin, without waiting for it. May be left out before `start`."""
        assert self._process is not None
        assert self._process.stdin is not None
        if not self._process.stdin.closed:
            with suppress(BrokenPipeError), self._process.stdin as word:
                word.write(b"go\n")

    def start(self) -> None:
        """Start it and wait for its ready line on stdout; `told` holds what that says."""
        if not self._loaded:
            self.load()
        self._loaded = False
        self.go()
        if self.waits_until_ready:
            self.told = self._ready_line()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def exit_code(self) -> int | None:
        """None while it runs."""
        assert self._process is not None
        return self._process.poll()

    def stop(self) -> None:
        """Ask it to end; the lifeline is let go in any case, which ends its whole family."""
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1
        self._loaded = False
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    def _ready_line(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        lines: list[bytes] = []
        reader = threading.Thread(target=_first_line, args=(self._process.stdout, lines), daemon=True)
        reader.start()
        reader.join(START_SECONDS)
        if not lines or not lines[0]:
            raise DidNotStart(f"{self.name} did not start (exit code {self._process.poll()}).")
        told: dict[str, Any] = json.loads(lines[0])
        return told


def _first_line(stream: BinaryIO, lines: list[bytes]) -> None:
    lines.append(stream.readline())


def tend(children: list[Child], stop: threading.Event, *, notice: Callable[[str], None]) -> None:
    """Keep children running until `stop`; one that dies is started again after a second."""
    while not stop.wait(0.2):
        for child in children:
            if child.exit_code() is not None:
                notice(f"{child.name} ended with exit code {child.exit_code()}; starting it again")
                child.stop()
                time.sleep(RESTART_SECONDS)
                if not stop.is_set():
                    child.start()
