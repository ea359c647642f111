"""The clock every use-case is given."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Says what time it is, in UTC; a sandbox has one clock for all its processes."""

    def now(self) -> datetime: ...
