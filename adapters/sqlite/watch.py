"""Waiting for the log to grow."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

_LOOK_EVERY = 0.02


class Watch:
    """Waits for the log to pass a position: at once for our own saves, within 20 ms for another process's.

    It looks at the log itself: that costs no more than asking SQLite whether anything changed.
    """

    def __init__(self, last_position: Callable[[], int]) -> None:
        self._last_position = last_position
        self._heard = threading.Condition()
        self._newest = 0
        self._closed = False

    def tell(self, position: int) -> None:
        """Wake everybody who waits for something before this position."""
        with self._heard:
            self._newest = max(self._newest, position)
            self._heard.notify_all()

    def wait(self, *, after: int, seconds: float) -> bool:
        """Block until something stands after `after`, at most `seconds`; whether it does."""
        deadline = time.monotonic() + seconds
        while not self._closed:
            if self._last_position() > after:
                return True
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return False
            with self._heard:
                if self._newest <= after and not self._closed:
                    self._heard.wait(min(_LOOK_EVERY, remaining))
        return False

    def close(self) -> None:
        """End all waits."""
        with self._heard:
            self._closed = True
            self._heard.notify_all()
