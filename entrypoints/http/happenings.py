"""What happened to a post, as answers tell it."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic.alias_generators import to_camel

from application.posts.timeline import Happening
from entrypoints.http.models import Shown, Time, write_time


class Event(Shown):
    """One event: in words, and with its own fields as `data`."""

    position: int
    time: Time
    type: str
    text: str
    actor: str
    data: dict[str, Any]


class Timeline(Shown):
    """All events of a post, oldest first."""

    items: list[Event]


def timeline(happenings: Sequence[Happening]) -> Timeline:
    return Timeline(
        items=[
            Event(
                position=happening.position,
                time=happening.time,
                type=happening.type,
                text=happening.text,
                actor=happening.actor,
                data=plain(happening.data),
            )
            for happening in happenings
        ]
    )


def plain(value: Any) -> Any:
    """A value of the domain as JSON knows it, its names written as the API writes them."""
    match value:
        case enum.Enum():
            return value.value
        case datetime():
            return write_time(value)
        case UUID():
            return str(value)
        case Mapping():
            return {to_camel(str(plain(name))): plain(item) for name, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case _ if dataclasses.is_dataclass(value):
            return {to_camel(name): plain(item) for name, item in vars(value).items()}
        case _:
            return value
