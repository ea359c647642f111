"""How the values of a row stand in columns, and how a table is declared to SQLite."""

from __future__ import annotations

import dataclasses
import enum
import types
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec

from application.views.rows import Table

_encode_json = msgspec.json.Encoder(order="deterministic").encode
Converter = Callable[[Any], Any]


@dataclasses.dataclass(frozen=True)
class Column:
    """One column: its SQL type and the way of a value in and out."""

    name: str
    sql_type: str
    nullable: bool
    inward: Converter | None = None
    outward: Converter | None = None

    def to_sql(self, value: Any) -> Any:
        return value if value is None or self.inward is None else self.inward(value)

    def declared(self) -> str:
        return f"{quoted(self.name)} {self.sql_type}{'' if self.nullable else ' NOT NULL'}"


class Layout:
    """The columns of one table."""

    def __init__(self, table: Table[Any]) -> None:
        hints = get_type_hints(table.row)
        self.table = table
        self.columns = {name: _column(name, hints[name]) for name in table.columns()}
        self._inward = [(c.name, c.inward) for c in self.columns.values()]
        self._outward = [(c.name, c.outward) for c in self.columns.values()]

    def values(self, row: Any) -> list[Any]:
        """A row's values in the order of the columns."""
        values = []
        for name, inward in self._inward:
            value = getattr(row, name)
            values.append(value if value is None or inward is None else inward(value))
        return values

    def row(self, values: Iterable[Any]) -> Any:
        """The row that has these values."""
        return self.table.row(
            **{
                name: value if value is None or outward is None else outward(value)
                for (name, outward), value in zip(self._outward, values, strict=True)
            }
        )

    def create(self, schema: str = "main") -> str:
        columns = ", ".join(
            column.declared() + (" PRIMARY KEY" if column.name == self.table.key else "")
            for column in self.columns.values()
        )
        return f"CREATE TABLE {schema}.{quoted(self.table.name)} ({columns}) STRICT"

    def create_indexes(self) -> list[str]:
        name = self.table.name
        return [
            f"CREATE {kind} {quoted('_'.join((name, label, *columns)))} ON {quoted(name)} "
            f"({', '.join(map(quoted, columns))})"
            for kind, label, wanted in (
                ("INDEX", "by", self.table.indexes),
                ("UNIQUE INDEX", "one", self.table.unique),
            )
            for columns in wanted
        ]


@cache
def layout(table: Table[Any]) -> Layout:
    """The layout of a table, worked out once."""
    return Layout(table)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def shape(hint: Any) -> str:
    """A type in words, as deep as it goes: equal words, equal stored form."""
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        hints = get_type_hints(hint)
        inner = ", ".join(f"{field.name}: {shape(hints[field.name])}" for field in dataclasses.fields(hint))
        return f"{hint.__name__}({inner})"
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return f"{hint.__name__}({', '.join(str(member.value) for member in hint)})"
    if arguments := get_args(hint):
        return f"{getattr(get_origin(hint), '__name__', 'Union')}[{', '.join(map(shape, arguments))}]"
    return getattr(hint, "__name__", repr(hint))


def _column(name: str, hint: Any) -> Column:
    hint, nullable = _without_none(hint)
    if isinstance(hint, type):
        if issubclass(hint, enum.Enum):
            whole = all(isinstance(member.value, int) for member in hint)
            return Column(name, "INTEGER" if whole else "TEXT", nullable, _enum_value, hint)
        if hint in _PLAIN:
            return Column(name, _PLAIN[hint][0], nullable, *_PLAIN[hint][1:])
    return Column(name, "TEXT", nullable, _to_json, msgspec.json.Decoder(hint).decode)


def _without_none(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) not in (types.UnionType, Union):
        return hint, False
    others = tuple(argument for argument in get_args(hint) if argument is not type(None))
    return Union[others], len(others) < len(get_args(hint))  # noqa: UP007 - made at run time


def _enum_value(value: enum.Enum) -> Any:
    return value.value


def _from_datetime(value: datetime) -> str:
    """UTC in a fixed width, so that the order of the texts is the order of the times."""
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _to_json(value: Any) -> str:
    return _encode_json(value).decode()


_PLAIN: dict[type, tuple[str, Converter | None, Converter | None]] = {
    UUID: ("TEXT", str, UUID),
    str: ("TEXT", None, None),
    int: ("INTEGER", None, None),
    float: ("REAL", None, None),
    bool: ("INTEGER", int, bool),
    datetime: ("TEXT", _from_datetime, datetime.fromisoformat),
}
