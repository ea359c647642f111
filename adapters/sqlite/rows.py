"""Rows over one transaction of SQLite."""

from __future__ import annotations

import sqlite3
from typing import Any

from adapters.sqlite.columns import layout
from application.views.rows import R, Rows, Table


class SqliteRows(Rows):
    """Writes the tables of one schema on a connection whose transaction somebody else began."""

    def __init__(self, connection: sqlite3.Connection, schema: str = "main") -> None:
        self._execute = connection.execute
        self._schema = schema

    def get(self, table: Table[R], key: Any) -> R | None:
        columns = layout(table)
        statement = columns.statements(self._schema).get
        found = self._execute(statement, (columns.key.to_sql(key),)).fetchone()
        return None if found is None else columns.row(found)

    def put(self, table: Table[R], row: R) -> None:
        columns = layout(table)
        self._execute(columns.statements(self._schema).put, columns.values(row))

    def change(self, table: Table[Any], key: Any, **values: Any) -> None:
        columns = layout(table)
        known = columns.columns
        parameters = [known[name].to_sql(value) for name, value in values.items()]
        parameters.append(columns.key.to_sql(key))
        self._execute(columns.statements(self._schema).change(tuple(values)), parameters)

    def remove(self, table: Table[Any], key: Any) -> None:
        columns = layout(table)
        self._execute(columns.statements(self._schema).remove, (columns.key.to_sql(key),))


def select(table: Table[Any], schema: str = "main") -> str:
    """All columns of all rows, to be narrowed down by what the caller adds."""
    return layout(table).statements(schema).select
