"""Rows: how a view is declared, written by its projection, and read by the doors.

A projection receives a `Rows` and nothing else, so that replaying it cannot have effects. The same
projection runs inside the transaction that appends the events and when a view is rebuilt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Generic, Literal, Protocol, TypeVar

from application.log import LogEntry

R = TypeVar("R")


@dataclass(frozen=True)
class Table(Generic[R]):
    """A table of frozen dataclass rows. Column types follow the annotations of `row`.

    UUID, str, int, float, bool, datetime, enums and `| None` of these become plain columns; every other
    type (tuples, nested dataclasses, mappings) is one JSON column.
    """

    name: str
    row: type[R]
    key: str = "id"
    indexes: tuple[tuple[str, ...], ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()

    def columns(self) -> tuple[str, ...]:
        return tuple(field.name for field in fields(self.row))  # type: ignore[arg-type]


class Rows(Protocol):
    """What a projection writes to: one transaction over the tables of its view."""

    def get(self, table: Table[R], key: Any) -> R | None: ...

    def put(self, table: Table[R], row: R) -> None:
        """Insert, or replace the row of the same key."""
        ...

    def change(self, table: Table[Any], key: Any, **values: Any) -> None:
        """Set some columns of one row; a missing row is left missing."""
        ...

    def remove(self, table: Table[Any], key: Any) -> None: ...


@dataclass(frozen=True)
class View:
    """One read model: its tables and the function that keeps them. `version` rises with its meaning."""

    name: str
    tables: tuple[Table[Any], ...]
    project: Callable[[LogEntry, Rows], None]
    version: int = 1


Comparison = Literal["=", "!=", "<", "<=", ">", ">=", "in", "is null", "is not null"]


@dataclass(frozen=True)
class Where:
    """One condition on a column; all conditions of a query must hold."""

    column: str
    comparison: Comparison
    value: Any = None


class Shelf(Protocol):
    """Reads rows; sees everything that was saved before the call."""

    def row(self, table: Table[R], key: Any) -> R | None: ...

    def rows(
        self,
        table: Table[R],
        *where: Where,
        order: tuple[str, ...] = (),
        descending: bool = False,
        after: tuple[Any, ...] | None = None,
        limit: int | None = None,
    ) -> list[R]:
        """Rows that meet all conditions, in `order`; `after` continues behind these order values."""
        ...

    def count(self, table: Table[Any], *where: Where) -> int: ...
