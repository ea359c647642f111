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
        self.key = self.columns[table.key]
        self.places = {name: place for place, name in enumerate(self.columns)}
        self._names = tuple(self.columns)
        self._statements: dict[str, Statements] = {}
        self._inward = [(i, c.inward) for i, c in enumerate(self.columns.values()) if c.inward]
        self._outward = [(c.name, c.outward) for c in self.columns.values() if c.outward]

    def values(self, row: Any) -> list[Any]:
        """A row's values in the order of the columns."""
        values = [getattr(row, name) for name in self._names]
        for index, inward in self._inward:
            if values[index] is not None:
                values[index] = inward(values[index])
        return values

    def row(self, values: Iterable[Any]) -> Any:
        """The row that has these values."""
        told = dict(zip(self._names, values, strict=True))
        for name, outward in self._outward:
            if told[name] is not None:
                told[name] = outward(told[name])
        return self.table.row(**told)

    def statements(self, schema: str) -> Statements:
        """What is said to SQLite about single rows of the table in one schema."""
        known = self._statements.get(schema)
        if known is None:
            known = self._statements[schema] = Statements(self.table, schema)
        return known

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


class Statements:
    """SQL for single rows of one table in one schema."""

    def __init__(self, table: Table[Any], schema: str) -> None:
        names = [quoted(name) for name in table.columns()]
        self._place = f"{schema}.{quoted(table.name)}"
        self._by_key = f" WHERE {quoted(table.key)} = ?"
        self._changes: dict[tuple[str, ...], str] = {}
        self.select = f"SELECT {', '.join(names)} FROM {self._place}"  # noqa: S608 - our own names
        self.get = self.select + self._by_key
        self.remove = f"DELETE FROM {self._place}{self._by_key}"  # noqa: S608 - our own names
        others = ", ".join(f"{name} = excluded.{name}" for name in names if name != quoted(table.key))
        self.put = (
            f"INSERT INTO {self._place} ({', '.join(names)}) "  # noqa: S608 - our own names
            f"VALUES ({', '.join('?' * len(names))}) ON CONFLICT ({quoted(table.key)}) DO "
            + (f"UPDATE SET {others}" if others else "NOTHING")
        )

    def change(self, names: tuple[str, ...]) -> str:
        known = self._changes.get(names)
        if known is None:
            settings = ", ".join(f"{quoted(name)} = ?" for name in names)
            known = f"UPDATE {self._place} SET {settings}{self._by_key}"  # noqa: S608 - our own names
            self._changes[names] = known
        return known


_layouts: dict[str, Layout] = {}


def layout(table: Table[Any]) -> Layout:
    """The layout of a table, worked out once; found by name, as hashing a table takes longer."""
    known = _layouts.get(table.name)
    if known is None or known.table is not table:
        known = _layouts[table.name] = Layout(table)
    return known


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@cache
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


def uuid_from(text: str) -> UUID:
    """The same as `UUID(text)` in a third of the time."""
    return msgspec.convert(text, UUID)


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
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    return value.isoformat(timespec="microseconds")


def _to_json(value: Any) -> str:
    return _encode_json(value).decode()


_PLAIN: dict[type, tuple[str, Converter | None, Converter | None]] = {
    UUID: ("TEXT", msgspec.to_builtins, uuid_from),
    str: ("TEXT", None, None),
    int: ("INTEGER", None, None),
    float: ("REAL", None, None),
    bool: ("INTEGER", int, bool),
    datetime: ("TEXT", _from_datetime, datetime.fromisoformat),
}
