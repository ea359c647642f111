"""How often a key may ask: two fixed windows, a minute and an hour, counted exactly over all processes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True)
class Counts:
    """What a key has used of the current minute and hour, this request included where it was let in."""

    minute: int
    hour: int
    let_in: bool


class RateWindows(Protocol):
    """Counts requests in rows outside the log; a refused one is counted nowhere."""

    def hit(self, key: str, *, minute: int, hour: int, per_minute: int, per_hour: int) -> Counts:
        """Count one request in the windows that begin at these epoch seconds, unless one of them is full.

        A limit of 0 is none.
        """
        ...

    def forget(self, key: str) -> None:
        """Count from nothing again."""
        ...


@dataclass(frozen=True)
class Window:
    """How a key stands in one window; `resets_in` is whole seconds, at least 1."""

    name: str
    quota: int
    seconds: int
    remaining: int
    resets_in: int


@dataclass(frozen=True)
class Standing:
    """How a key stands after asking; no windows, no limit. `refused_by` is the window that is full."""

    windows: tuple[Window, ...]
    refused_by: Window | None = None

    @property
    def tightest(self) -> Window:
        return min(self.windows, key=lambda window: (window.remaining, -window.resets_in))


@dataclass(frozen=True)
class RateLimit:
    """Counts a key's request and says whether it may go on."""

    windows: RateWindows
    now: Callable[[], datetime]
    per_minute: int
    per_hour: int

    def __call__(self, key_id: UUID) -> Standing:
        if not self.per_minute and not self.per_hour:
            return Standing(())
        second = int(self.now().timestamp())
        counts = self.windows.hit(
            str(key_id),
            minute=second - second % MINUTE,
            hour=second - second % HOUR,
            per_minute=self.per_minute,
            per_hour=self.per_hour,
        )
        found = tuple(
            Window(name, quota, seconds, max(quota - used, 0), seconds - second % seconds)
            for name, quota, seconds, used in (
                ("minute", self.per_minute, MINUTE, counts.minute),
                ("hour", self.per_hour, HOUR, counts.hour),
            )
            if quota
        )
        full = [window for window in found if not window.remaining] if not counts.let_in else []
        return Standing(found, max(full, key=lambda window: window.resets_in, default=None))
