"""A live table and its shadow, row by row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from adapters.sqlite.columns import quoted
from adapters.sqlite.database import SHADOW
from adapters.sqlite.rows import select
from application.replay import Difference
from application.views.rows import Table, View


def differing_keys(connection: sqlite3.Connection, table: Table[Any]) -> int:
    """Note the keys of all rows that are not the same on both sides; how many there are."""
    noted, key = _noted(table), quoted(table.key)
    live, told = select(table), select(table, SHADOW)
    connection.execute(f"DROP TABLE IF EXISTS {noted}")
    connection.execute(
        f"CREATE TABLE {noted} AS SELECT {key} AS key FROM ({live} EXCEPT {told}) "  # noqa: S608 - our names
        f"UNION SELECT {key} FROM ({told} EXCEPT {live})"
    )
    return _count(connection, noted)


def difference_of(
    connection: sqlite3.Connection, view: View, table: Table[Any], *, limit: int
) -> Iterator[Difference]:
    """The noted rows, value by value, as far as the limit allows."""
    keys = connection.execute(f"SELECT key FROM {_noted(table)} ORDER BY key LIMIT ?", (limit,)).fetchall()  # noqa: S608
    where = f" WHERE {quoted(table.key)} = ?"
    for (key,) in keys[:limit]:
        live = connection.execute(select(table) + where, (key,)).fetchone()
        told = connection.execute(select(table, SHADOW) + where, (key,)).fetchone()
        if live is None or told is None:
            yield Difference(view.name, table.name, str(key), None, _words(live), _words(told))
            continue
        for column, left, right in zip(table.columns(), live, told, strict=True):
            if left != right:
                yield Difference(view.name, table.name, str(key), column, _words(left), _words(right))


def replace_differing(connection: sqlite3.Connection, table: Table[Any]) -> None:
    """Give the live table the shadow's rows for all noted keys."""
    where = f"WHERE {quoted(table.key)} IN (SELECT key FROM {_noted(table)})"  # noqa: S608 - our own names
    names = ", ".join(map(quoted, table.columns()))
    live = f"main.{quoted(table.name)}"
    connection.execute(f"DELETE FROM {live} {where}")  # noqa: S608 - our own names
    connection.execute(f"INSERT INTO {live} ({names}) {select(table, SHADOW)} {where}")


def rows_in(connection: sqlite3.Connection, table: Table[Any]) -> int:
    """How many rows were told anew."""
    return _count(connection, f"{SHADOW}.{quoted(table.name)}")


def _count(connection: sqlite3.Connection, name: str) -> int:
    number: int = connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608 - our names
    return number


def _noted(table: Table[Any]) -> str:
    return f"{SHADOW}.{quoted(f'differing {table.name}')}"


def _words(value: Any) -> str | None:
    return None if value is None else str(value)
