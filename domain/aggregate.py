"""What all our aggregates share: events that say who caused them, and a clock that is an argument."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from uuid import UUID

import eventsourcing.domain


@dataclass(frozen=True)
class Cause:
    """Who makes something happen, when, and in answer to which request."""

    at: datetime
    actor: str
    request_id: str = ""

    def meta(self) -> dict[str, str]:
        """The part of the cause that every event keeps."""
        return {"actor": self.actor} | ({"requestId": self.request_id} if self.request_id else {})


class Aggregate(eventsourcing.domain.Aggregate):
    """Base of ours: state changes by `record`, and each event applies itself."""

    class Event(eventsourcing.domain.Aggregate.Event):
        """Base of our events: `meta` says who caused it."""

        meta: dict[str, str] = field(default_factory=dict, kw_only=True)

    class Created(Event, eventsourcing.domain.Aggregate.Created):
        """Base of our creation events."""

    @classmethod
    def begin(cls, event_class: type[Any], by: Cause, *, id: UUID | None = None, **values: Any) -> Self:
        """Make a new aggregate by its creation event."""
        return cls._create(event_class, id=id, timestamp=by.at, meta=by.meta(), **values)

    def record(self, event_class: type[Any], by: Cause, **values: Any) -> None:
        """Make an event happen; the caller has asked the rules already."""
        self.trigger_event(event_class, timestamp=by.at, meta=by.meta(), **values)
