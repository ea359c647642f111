"""The log as use-cases see it: aggregates go in and come out, and a save that came too late is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from domain.aggregate import Aggregate

A = TypeVar("A", bound=Aggregate)
T = TypeVar("T")


class Conflict(Exception):
    """Somebody else saved the aggregate meanwhile; what was decided on its old state is void."""


class Log(Protocol):
    """All facts in one dense order. Positions run 1, 2, 3, … and are never reused."""

    def load(self, kind: type[A], id: UUID) -> A:
        """The aggregate as its events tell it. Unknown or of another kind: NOT_FOUND."""
        ...

    def save(self, *aggregates: Aggregate) -> int:
        """Append all pending events in one transaction, views included; the last position.

        `Conflict` when any aggregate changed meanwhile. Storage full or gone: SERVICE_UNAVAILABLE.
        """
        ...


@dataclass(frozen=True)
class LogEntry:
    """One event of the log as readers see it; `event` is the domain event."""

    position: int
    topic: str
    aggregate_id: UUID
    version: int
    at: datetime
    event: Any


class LogReader(Protocol):
    """Reads the log by position."""

    def entries(
        self, *, after: int = 0, limit: int | None = None, aggregate_id: UUID | None = None
    ) -> Iterator[LogEntry]:
        """Events in order. One that cannot be decoded raises INTERNAL_ERROR and names its position."""
        ...

    def last_position(self) -> int: ...

    def wait(self, *, after: int, seconds: float) -> bool:
        """Block until something stands after `after`, at most `seconds`; whether it does."""
        ...


def persistently(command: Callable[[], T], *, tries: int = 3) -> T:
    """Run a command that loads, decides and saves; decide afresh when somebody was faster."""
    for _ in range(tries - 1):
        try:
            return command()
        except Conflict:
            continue
    return command()
