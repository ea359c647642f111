"""Events to stored bytes and back, by the types their classes declare.

The bytes are plain JSON with sorted keys, so that the same event always makes the same bytes: they are
hashed later and must never change shape.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable
from typing import Any, cast, get_type_hints
from uuid import UUID

import msgspec
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, Notification, StoredEvent

from application.topics import event_classes
from domain import errors
from domain.aggregate import Aggregate

_KEPT_BESIDE = ("originator_id", "originator_version")
_encode = msgspec.json.Encoder(order="sorted").encode


class TypedMapper(Mapper[UUID]):
    """Maps the events of the given aggregates, and of no others."""

    def __init__(self, aggregates: Iterable[type[Aggregate]]) -> None:
        super().__init__(JSONTranscoder())
        self._classes = {
            topic: event_class
            for aggregate in aggregates
            for topic, event_class in event_classes(aggregate).items()
        }
        self._shapes: dict[str, _Shape] = {}

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        event_class = type(domain_event)
        topic: str = getattr(event_class, "TOPIC", "")
        if self._classes.get(topic) is not event_class:
            raise TypeError(f"{event_class.__qualname__} belongs to no aggregate in application/topics.py")
        state = dict(vars(domain_event))
        for name in _KEPT_BESIDE:
            del state[name]
        version = getattr(event_class, "class_version", 1)
        if version > 1:
            state["class_version"] = version
        return StoredEvent(domain_event.originator_id, domain_event.originator_version, topic, _encode(state))

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """The event as it was; INTERNAL_ERROR with its position where that cannot be told any more."""
        try:
            return self._decode(stored_event)
        except Exception as failure:
            position = stored_event.id if isinstance(stored_event, Notification) else None
            place = f"Event {position} of the log" if position else "An event of the log"
            raise errors.InternalError(
                f"{place} (`{stored_event.topic}`) cannot be read: {failure}",
                position=position,
                topic=stored_event.topic,
                aggregate_id=str(stored_event.originator_id),
                version=stored_event.originator_version,
            ) from failure

    def _decode(self, stored: StoredEvent) -> DomainEventProtocol[UUID]:
        shape = self._shapes.get(stored.topic)
        if shape is None:
            if stored.topic not in self._classes:
                raise LookupError("no event of this version has that topic")
            shape = self._shapes[stored.topic] = _shape(self._classes[stored.topic])
        state = shape.decode(stored.state)
        state["originator_id"] = stored.originator_id
        state["originator_version"] = stored.originator_version
        event = object.__new__(shape.event_class)
        object.__setattr__(event, "__dict__", state)
        return cast("DomainEventProtocol[UUID]", event)


class _Version(msgspec.Struct):
    class_version: int = 1


class _Shape:
    """The stored form of one event class."""

    def __init__(self, event_class: type[Aggregate.Event]) -> None:
        self.event_class = event_class
        self._version: int = getattr(event_class, "class_version", 1)
        self._struct = msgspec.defstruct(
            event_class.__name__, _fields(event_class), kw_only=True, bases=(_Version,)
        )
        self._decoder = msgspec.json.Decoder(self._struct)

    def decode(self, stored: bytes) -> dict[str, Any]:
        """The event's values; one of an older version is brought up to date first."""
        if self._version > 1 and (written := msgspec.json.decode(stored, type=_Version).class_version) < (
            self._version
        ):
            struct = msgspec.convert(self._upcast(msgspec.json.decode(stored), written), self._struct)
        else:
            struct = self._decoder.decode(stored)
        state = msgspec.structs.asdict(struct)
        if state.pop("class_version") > self._version:
            raise LookupError("a newer version of Pressroom wrote it")
        return state

    def _upcast(self, state: dict[str, Any], written: int) -> dict[str, Any]:
        for version in range(written, self._version):
            getattr(self.event_class, f"upcast_v{version}_v{version + 1}")(state)
        state.pop("class_version", None)
        return state


@functools.cache
def _shape(event_class: type[Aggregate.Event]) -> _Shape:
    """Made once per class, however many stores a process opens."""
    return _Shape(event_class)


def _fields(event_class: type[Aggregate.Event]) -> list[tuple[str, Any] | tuple[str, Any, Any]]:
    """What the class declares, its defaults included: an event stored before a field existed has them."""
    hints = get_type_hints(event_class)
    described: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    for declared in dataclasses.fields(event_class):
        name, hint = declared.name, hints[declared.name]
        if name in _KEPT_BESIDE:
            continue
        if declared.default is not dataclasses.MISSING:
            described.append((name, hint, declared.default))
        elif declared.default_factory is not dataclasses.MISSING:
            described.append((name, hint, msgspec.field(default_factory=declared.default_factory)))
        else:
            described.append((name, hint))
    return described
