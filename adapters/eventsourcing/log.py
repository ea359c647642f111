"""The log, kept by an application of the eventsourcing library over the recorder it is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import IntegrityError, Mapper
from eventsourcing.utils import Environment, EnvType, get_topic

from adapters.eventsourcing.recorder import LogRecorder, log_entry
from application.log import A, Conflict, Log, LogEntry, LogReader
from domain import errors
from domain.aggregate import Aggregate

PAGE = 1000


class EventLog(Log, LogReader):
    """Aggregates in and out of one recorder, and its events by position."""

    def __init__(self, recorder: LogRecorder, mapper: Mapper[UUID]) -> None:
        self._recorder = recorder
        self._mapper = mapper
        self._application = _Application(recorder, mapper)

    def load(self, kind: type[A], id: UUID) -> A:
        try:
            aggregate = self._application.repository.get(id, projector_func=_replay)
        except AggregateNotFoundError as missing:
            raise _not_found(kind) from missing
        if type(aggregate) is not kind:
            raise _not_found(kind)
        return aggregate

    def save(self, *aggregates: Aggregate) -> int:
        try:
            recordings = self._application.events.put(
                [event for aggregate in aggregates for event in aggregate.collect_events()]
            )
        except IntegrityError as overtaken:
            raise Conflict(str(overtaken)) from overtaken
        return recordings[-1].notification.id if recordings else self.last_position()

    def entries(
        self, *, after: int = 0, limit: int | None = None, aggregate_id: UUID | None = None
    ) -> Iterator[LogEntry]:
        if aggregate_id is None:
            return islice(self._pages(after), limit)
        return islice(self._of_one(aggregate_id, after), limit)

    def last_position(self) -> int:
        return self._recorder.max_notification_id() or 0

    def wait(self, *, after: int, seconds: float) -> bool:
        return self._recorder.wait(after=after, seconds=seconds)

    def _pages(self, after: int) -> Iterator[LogEntry]:
        while page := self._recorder.select_notifications(after, PAGE, inclusive_of_start=False):
            for stored in page:
                yield log_entry(stored, self._mapper)
            after = page[-1].id

    def _of_one(self, aggregate_id: UUID, after: int) -> Iterator[LogEntry]:
        for stored in self._recorder.select_events(aggregate_id):
            if stored.id > after:
                yield log_entry(stored, self._mapper)


class _Application(Application[UUID]):
    """The library's application with our recorder and mapper, deaf to its environment variables."""

    name = "pressroom"

    def __init__(self, recorder: LogRecorder, mapper: Mapper[UUID]) -> None:
        self._given = recorder, mapper
        super().__init__()

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        return Environment(name, dict(env or {}))

    def construct_mapper(self) -> Mapper[UUID]:
        return self._given[1]

    def construct_recorder(self) -> LogRecorder:
        return self._given[0]


def _replay(aggregate: Any, events: Iterable[Any]) -> Any:
    """The library's own projector checks a protocol per event, which takes three times as long."""
    for event in events:
        aggregate = event.mutate(aggregate)
    return aggregate


def _not_found(kind: type[Aggregate]) -> errors.NotFound:
    return errors.NotFound(what=get_topic(kind).replace("_", " "))
