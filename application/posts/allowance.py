"""How hard an account's call allowance is used, as Instagram says beside its answers."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from application.clock import Clock

FULL = 100


@dataclass(frozen=True)
class Allowances:
    """Remembers, in this process, until when an account must not be called: calls made meanwhile only
    lengthen the wait.
    """

    clock: Clock
    _until: dict[str, datetime] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def heard(self, ig_user_id: str, percent: int, minutes_to_regain: int) -> None:
        """Take note of what an answer said."""
        if percent < FULL or minutes_to_regain <= 0:
            return
        until = self.clock.now() + timedelta(minutes=minutes_to_regain)
        with self._lock:
            self._until[ig_user_id] = max(until, self._until.get(ig_user_id, until))

    def parked_until(self, ig_user_id: str) -> datetime | None:
        """When the account may be called again; None where it may be now."""
        with self._lock:
            until = self._until.get(ig_user_id)
            if until is not None and until <= self.clock.now():
                del self._until[ig_user_id]
                return None
            return until
