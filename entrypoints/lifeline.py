"""Ends a process when the one it depends on is gone, however that one ended."""

from __future__ import annotations

import os
import signal
import threading
import time

GRACE = 2.0


def hold_on_to(lifeline: int) -> None:
    """Watch the reading end of a pipe: once nobody holds its other end, stop this process.

    First by SIGTERM, so that answers under way are finished; after two seconds in any case.
    """
    threading.Thread(target=watch, args=(lifeline,), name="lifeline", daemon=True).start()


def watch(lifeline: int) -> None:
    while os.read(lifeline, 64):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)
