"""When things happen: lateness, preparation, polls, looks, retries. Pure arithmetic over aware times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

CONTAINER_LIFE = timedelta(hours=24)
CONTAINER_USABLE = timedelta(hours=23)
LONGEST_ANNOUNCED_WAIT = timedelta(hours=24)


@dataclass(frozen=True)
class Pace:
    """The knobs of publishing, in one place."""

    prepare_ahead: timedelta = timedelta(minutes=10)
    allowed_lateness: timedelta = timedelta(minutes=30)
    quiet: timedelta = timedelta(seconds=60)
    lease: timedelta = timedelta(seconds=15)
    listing_lag: timedelta = timedelta(seconds=20)
    clock_skew: timedelta = timedelta(seconds=5)


def poll_delay(age: timedelta) -> timedelta:
    """How long to wait before the next status read of a container of this age: 1 s, then twice as old."""
    seconds = min(max(age.total_seconds(), 1.0), 60.0)
    if age < timedelta(seconds=8):
        seconds = min(seconds, 2.0)
    return timedelta(seconds=seconds)


def look_delay(looks: int) -> timedelta:
    """How long to wait before the next look at a doubtful outcome: 1, 2, 4 … 60 s, after an hour 10 min."""
    return timedelta(seconds=min(2.0**looks, 60.0) if looks < 60 else 600.0)


def backoff(tries: int, chance: float, *, least: float | None = None) -> timedelta:
    """Seconds before try number `tries` + 1: 5, 15, 45 … 600, spread by ±20 % (`chance` from 0 to 1).

    A wait that was given (`least`) is honoured and only lengthened.
    """
    base = min(5.0 * 3.0 ** min(max(tries - 1, 0), 5), 600.0) * (0.8 + 0.4 * chance)
    if least is not None:
        base = max(base, least * (1.0 + 0.1 * chance))
    return timedelta(seconds=base)


def deadline(due: datetime, allowed: timedelta, announced_until: datetime | None) -> datetime:
    """The last moment at which a post may still go out: an announced wait stops the clock of lateness."""
    return max(due, announced_until or due) + allowed
