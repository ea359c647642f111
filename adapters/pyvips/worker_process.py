"""One child process, seen from the server."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from adapters.pyvips.wire import LENGTH, MOST_BYTES, Answer, Job, frame, read_answer

_ROOT = Path(__file__).resolve().parents[2]
_FONTS = Path(__file__).with_name("fonts") / "fonts.conf"
_INHERITED = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "HOME", "XDG_CACHE_HOME")


class Broke(Exception):
    """The child did not answer: it died, took too long, or spoke nonsense."""


class WorkerProcess:
    """A child that decodes one file at a time; it holds none of the server's secrets."""

    def __init__(self, *, libvips_threads: int) -> None:
        self.jobs = 0
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "adapters.pyvips.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            bufsize=0,
            cwd="/",
            env=_environment(libvips_threads),
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, job: Job, *, seconds: float) -> Answer:
        """The answer to a job within the time; raises Broke, after which this child must be ended."""
        deadline = time.monotonic() + seconds
        self.jobs += 1
        try:
            self._send(frame(job))
            (length,) = LENGTH.unpack(self._read(LENGTH.size, deadline))
            if length > MOST_BYTES:
                raise Broke("the child's answer is absurdly long")
            return read_answer(self._read(length, deadline))
        except BrokenPipeError as gone:
            raise Broke(self._last_words()) from gone
        except msgspec.MsgspecError as nonsense:
            raise Broke("the child's answer does not fit the types") from nonsense

    def kill(self) -> None:
        """Stop it at once, from any thread; whoever waits for its answer is told that it broke."""
        self._process.kill()

    def end(self) -> None:
        """Kill it, wait until it is gone and give back what it held."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._log):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _send(self, data: bytes) -> None:
        assert self._process.stdin
        self._process.stdin.write(data)

    def _read(self, count: int, deadline: float) -> bytes:
        assert self._process.stdout
        descriptor = self._process.stdout.fileno()
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        data = bytearray()
        while len(data) < count:
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                raise Broke("the child took too long")
            chunk = os.read(descriptor, count - len(data))
            if not chunk:
                raise Broke(self._last_words())
            data += chunk
        return bytes(data)

    def _last_words(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1)
        self._log.seek(max(0, self._log.seek(0, os.SEEK_END) - 2000))
        said = self._log.read().decode(errors="replace")
        return f"the child ended with {self._process.returncode}: {said}"


def _environment(libvips_threads: int) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return inherited | {
        "PYTHONPATH": str(_ROOT),
        "MALLOC_ARENA_MAX": "2",
        "VIPS_CONCURRENCY": str(libvips_threads),
        "VIPS_BLOCK_UNTRUSTED": "1",
        "FONTCONFIG_FILE": str(_FONTS),
    }
