"""`docs/events.md`: every event that may stand in the log."""

from __future__ import annotations

import dataclasses
import enum
import types
import typing
from collections.abc import Iterator
from typing import Any, get_args, get_origin, get_type_hints

from application.topics import AGGREGATES, event_classes
from domain.aggregate import Aggregate
from entrypoints.documentation.markdown import page, table, written_by

FOREIGN = ("builtins", "enum", "eventsourcing")
COMMON = {"originator_id", "originator_version", "originator_topic", "timestamp", "meta"}

INTRODUCTION = """\
The log holds every fact in one order: positions 1, 2, 3, … without gaps. An event is never changed or
removed, and neither is its topic. `pressroom events list` shows the log, `pressroom events show POSITION` one
event whole.

Besides the fields below, each event has its time, the id of what it is about (`subject`), its number within
that (`version`), and in `meta` who caused it: `actor` (`key:…`, `worker:…`, `operator:cli`, `system:…`) and,
where a request did, `requestId`.

Tokens and the keys' secrets are in no event; where one matters, the event has a fingerprint or a hash.
"""


def events_page() -> str:
    """Every topic with its sentence and fields, as Markdown."""
    return page(
        ["# Events", "", written_by("the event classes in `domain/`"), "", INTRODUCTION, *_chapters()]
    )


def _chapters() -> Iterator[str]:
    shown: dict[str, type[Any]] = {}
    for aggregate in AGGREGATES:
        yield f"## {aggregate.__name__}"
        yield ""
        yield sentence(aggregate)
        yield ""
        for topic, event_class in event_classes(aggregate).items():
            yield f"### `{topic}`"
            yield ""
            yield sentence(event_class)
            yield ""
            fields = fields_of(event_class)
            if fields:
                yield from table(
                    ("Field", "Type"), *((f"`{name}`", told(hint)) for name, hint in fields.items())
                )
            for hint in fields.values():
                shown |= {part.__name__: part for part in _parts(hint)}
    yield "## Values inside events"
    yield ""
    for name, value in sorted(shown.items()):
        yield f"### {name}"
        yield ""
        if meaning := sentence(value):
            yield meaning
            yield ""
        if issubclass(value, enum.Enum):
            yield "One of " + ", ".join(f"`{member.value}`" for member in value) + "."
            yield ""
        else:
            hints = get_type_hints(value)
            names = [field.name for field in dataclasses.fields(value)]
            yield from table(("Field", "Type"), *((f"`{each}`", told(hints[each])) for each in names))


def sentence(described: type[Any]) -> str:
    """The first docstring on the way up that somebody wrote, rather than a dataclass's signature."""
    for each in described.__mro__:
        text = (vars(each).get("__doc__") or "").strip()
        if text and not text.startswith(f"{each.__name__}(") and not each.__module__.startswith(FOREIGN):
            return " ".join(text.split())
    return ""


def fields_of(event_class: type[Aggregate.Event]) -> dict[str, Any]:
    """What an event holds besides what all have."""
    hints = get_type_hints(event_class)
    return {
        name: hint for name, hint in hints.items() if name not in COMMON and not _is_class_wide(hint, name)
    }


def _is_class_wide(hint: Any, name: str) -> bool:
    return name.isupper() or get_origin(hint) is typing.ClassVar


def told(hint: Any) -> str:
    """A type as readers of JSON think of it."""
    if hint is type(None):
        return "null"
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return " or ".join(map(told, inside))
    if origin in (tuple, frozenset, list):
        return f"list of {told(inside[0])}"
    if origin is dict:
        return f"object of {told(inside[1])}"
    if origin is typing.Literal:
        return " or ".join(f"`{word}`" for word in inside)
    if _is_ours(hint):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    return PLAIN.get(getattr(hint, "__name__", ""), str(getattr(hint, "__name__", hint)))


PLAIN = {
    "str": "text",
    "int": "whole number",
    "float": "number",
    "bool": "yes or no",
    "datetime": "time",
    "timedelta": "duration",
    "UUID": "id",
}


def _is_ours(hint: Any) -> bool:
    return isinstance(hint, type) and (dataclasses.is_dataclass(hint) or issubclass(hint, enum.Enum))


def _parts(hint: Any) -> Iterator[type[Any]]:
    """The value objects and enums within a type, and within those."""
    if _is_ours(hint):
        yield hint
        if dataclasses.is_dataclass(hint):
            for inner in get_type_hints(hint).values():
                yield from _parts(inner)
    for inner in get_args(hint):
        yield from _parts(inner)
