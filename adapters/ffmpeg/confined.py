"""Run a program with little to lose: `confined.py PARENT MEMORY FILE_BYTES SECONDS PROGRAM [ARGUMENT …]`.

It is nice to others, bounded in memory, file size and processor time, and ends when PARENT does, however
that one ends.
Only the standard library's lightest parts are used, since this runs before each job.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
import time

NICE = 10
OPEN_FILES = 64
_PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, memory, file_bytes, seconds = map(int, sys.argv[1:5])
    command = sys.argv[5:]
    os.nice(NICE)
    _bound(resource.RLIMIT_FSIZE, file_bytes)
    _bound(resource.RLIMIT_CPU, seconds)
    _bound(resource.RLIMIT_NOFILE, OPEN_FILES)
    _bound(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":
        _bound(resource.RLIMIT_AS, memory)
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() == parent:
            os.execv(command[0], command)  # noqa: S606 - an argument list of our own making
    else:
        _guard(parent, command)


def _bound(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def _guard(parent: int, command: list[str]) -> None:
    """Where the system ends no orphans: stay, and end the program once the parent is gone."""
    signal.signal(signal.SIGTERM, lambda *_: None)  # it goes to the whole group, and the program obeys
    child = subprocess.Popen(command)
    while child.poll() is None:
        if os.getppid() != parent:
            child.kill()
        time.sleep(0.2)
    sys.exit(child.returncode if child.returncode >= 0 else 128 - child.returncode)


if __name__ == "__main__":
    main()
