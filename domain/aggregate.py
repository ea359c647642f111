"""What all our aggregates share: events that say who caused them, and a clock that is an argument."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID, uuid5

import eventsourcing.domain


@dataclass(frozen=True)
class Cause:
    """Who makes something happen, when, and in answer to which request.

    A command that may be sent twice has an id: what it makes is named after it, and what it changes keeps it,
    so that its second run meets its first.
    """

    at: datetime
    actor: str
    request_id: str = ""
    command_id: UUID | None = None

    def meta(self) -> dict[str, str]:
        """The part of the cause that every event keeps."""
        told = {"actor": self.actor}
        if self.request_id:
            told["requestId"] = self.request_id
        if self.command_id is not None:
            told["commandId"] = str(self.command_id)
        return told

    def id_for(self, new_id: Callable[[], UUID]) -> UUID:
        """The id of what this makes: always the same for a command with an id, else a new one."""
        return new_id() if self.command_id is None else uuid5(self.command_id, "made")

    def part(self, index: int) -> Cause:
        """The cause of one of several things that a command makes."""
        if self.command_id is None:
            return self
        return replace(self, command_id=uuid5(self.command_id, str(index)))


class Aggregate(eventsourcing.domain.Aggregate):
    """Base of ours: state changes by `record`, and each event applies itself."""

    class Event(eventsourcing.domain.Aggregate.Event):
        """Base of our events: `meta` says who caused it."""

        meta: dict[str, str] = field(default_factory=dict, kw_only=True)

        def mutate(self, aggregate: Any) -> Any:
            """Apply the event, and remember which command it came from."""
            changed = super().mutate(aggregate)
            if changed is not None and "commandId" in self.meta:
                vars(changed).setdefault("commands", set()).add(self.meta["commandId"])
            return changed

    class Created(Event, eventsourcing.domain.Aggregate.Created):
        """Base of our creation events."""

    @classmethod
    def begin(cls, event_class: type[Any], by: Cause, *, id: UUID | None = None, **values: Any) -> Self:
        """Make a new aggregate by its creation event."""
        return cls._create(event_class, id=id, timestamp=by.at, meta=by.meta(), **values)

    def has_done(self, by: Cause) -> bool:
        """Whether this very command acted here before."""
        return by.command_id is not None and str(by.command_id) in vars(self).get("commands", ())

    def record(self, event_class: type[Any], by: Cause, **values: Any) -> None:
        """Make an event happen; the caller has asked the rules already."""
        self.trigger_event(event_class, timestamp=by.at, meta=by.meta(), **values)
