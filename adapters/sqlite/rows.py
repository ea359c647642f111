"""Rows over one transaction of SQLite."""

from __future__ import annotations

import sqlite3
from functools import cache
from typing import Any

from adapters.sqlite.columns import layout, quoted
from application.views.rows import R, Rows, Table


class SqliteRows(Rows):
    """Writes the tables of one schema on a connection whose transaction somebody else began."""

    def __init__(self, connection: sqlite3.Connection, schema: str = "main") -> None:
        self._execute = connection.execute
        self._schema = schema

    def get(self, table: Table[R], key: Any) -> R | None:
        columns = layout(table)
        found = self._execute(
            select(table, self._schema) + _by_key(table), (columns.columns[table.key].to_sql(key),)
        ).fetchone()
        return None if found is None else columns.row(found)

    def put(self, table: Table[R], row: R) -> None:
        self._execute(_upsert(table, self._schema), layout(table).values(row))

    def change(self, table: Table[Any], key: Any, **values: Any) -> None:
        columns = layout(table).columns
        parameters = [columns[name].to_sql(value) for name, value in values.items()]
        parameters.append(columns[table.key].to_sql(key))
        self._execute(_update(table, self._schema, tuple(values)), parameters)

    def remove(self, table: Table[Any], key: Any) -> None:
        self._execute(
            f"DELETE FROM {self._schema}.{quoted(table.name)}{_by_key(table)}",  # noqa: S608 - our own names
            (layout(table).columns[table.key].to_sql(key),),
        )


@cache
def select(table: Table[Any], schema: str = "main") -> str:
    """All columns of all rows, to be narrowed down by what the caller adds."""
    names = ", ".join(map(quoted, table.columns()))
    return f"SELECT {names} FROM {schema}.{quoted(table.name)}"  # noqa: S608 - our own names


@cache
def _by_key(table: Table[Any]) -> str:
    return f" WHERE {quoted(table.key)} = ?"


@cache
def _upsert(table: Table[Any], schema: str) -> str:
    names = table.columns()
    others = [quoted(name) for name in names if name != table.key]
    settings = ", ".join(f"{name} = excluded.{name}" for name in others)
    return (
        f"INSERT INTO {schema}.{quoted(table.name)} ({', '.join(map(quoted, names))}) "  # noqa: S608
        f"VALUES ({', '.join('?' * len(names))}) ON CONFLICT ({quoted(table.key)}) DO "
        + (f"UPDATE SET {settings}" if others else "NOTHING")
    )


@cache
def _update(table: Table[Any], schema: str, names: tuple[str, ...]) -> str:
    settings = ", ".join(f"{quoted(name)} = ?" for name in names)
    return f"UPDATE {schema}.{quoted(table.name)} SET {settings}{_by_key(table)}"  # noqa: S608 - our own names
