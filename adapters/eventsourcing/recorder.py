"""What a database must offer to keep the log."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, Mapper, Notification, Subscription

from application.log import LogEntry


class LogRecorder(ApplicationRecorder):
    """Keeps events in one dense order, and the views with them in the same transaction.

    Refuses with `eventsourcing.persistence.IntegrityError` what came too late, and with
    SERVICE_UNAVAILABLE what the database cannot take now.
    """

    @abstractmethod
    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[Notification]:
        """One aggregate's events with their positions."""

    @abstractmethod
    def wait(self, *, after: int, seconds: float) -> bool:
        """Block until something stands after `after`, at most `seconds`; whether it does."""

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        raise NotImplementedError("follow the log by `entries` and `wait`")


def log_entry(stored: Notification, mapper: Mapper[UUID]) -> LogEntry:
    """A stored event as readers and projections see it."""
    event: Any = mapper.to_domain_event(stored)
    return LogEntry(
        position=stored.id,
        topic=stored.topic,
        aggregate_id=event.originator_id,
        version=stored.originator_version,
        at=event.timestamp,
        event=event,
    )
