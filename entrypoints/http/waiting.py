"""How many requests may hold a thread while they wait for something."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

PAUSE = 0.1


class WaitingRoom:
    """Seats for a quarter of the threads, so that the rest always answers; `open` turns false at shutdown."""

    def __init__(self, threads: int, *, open: Callable[[], bool] = lambda: True) -> None:
        self.seats = threads // 4
        self._free = threading.BoundedSemaphore(self.seats) if self.seats else None
        self._open = open

    @property
    def open(self) -> bool:
        """Whether this server goes on; a request that waits should end when it does not."""
        return self._open()

    @contextmanager
    def seat(self) -> Iterator[bool]:
        """Hold a seat inside the block; False when all are taken."""
        taken = self._free is not None and self._free.acquire(blocking=False)
        try:
            yield taken
        finally:
            if taken and self._free is not None:
                self._free.release()

    def watch(self, done: Callable[[T], bool], look: Callable[[], T], *, seconds: float) -> T:
        """Look again and again until done, out of time or at shutdown; for those who hold a seat."""
        deadline = time.monotonic() + seconds
        seen = look()
        while self.open and not done(seen) and (left := deadline - time.monotonic()) > 0:
            time.sleep(min(PAUSE, left))
            seen = look()
        return seen
