"""One process to a folder: who comes second waits until the first is gone."""

from __future__ import annotations

import fcntl
import sys
from pathlib import Path
from typing import TextIO


def occupy(folder: Path) -> TextIO:
    """Hold the folder until the returned file is closed or the process ends, however it ends."""
    file = (folder / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        # A worker whose arbiter was killed takes up to a second to notice.
        sys.stderr.write(f"sandbox: another process still uses {folder}; waiting for it to end\n")
        fcntl.flock(file, fcntl.LOCK_EX)
    return file
