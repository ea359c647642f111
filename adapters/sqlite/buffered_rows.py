"""Rows gathered in memory and written together: in a replay the same row changes many times in a row."""

from __future__ import annotations

import sqlite3
from typing import Any

from adapters.sqlite.columns import Layout, layout
from application.views.rows import R, Rows, Table

_Values = list[Any] | None


class BufferedRows(Rows):
    """Does what `SqliteRows` does, but the tables show it only after `flush`."""

    def __init__(self, connection: sqlite3.Connection, schema: str) -> None:
        self._connection = connection
        self._schema = schema
        self._gathered: dict[str, tuple[Layout, dict[Any, _Values]]] = {}

    def get(self, table: Table[R], key: Any) -> R | None:
        columns, rows = self._of(table)
        values = self._find(columns, rows, key)
        return None if values is None else columns.row(values)

    def put(self, table: Table[R], row: R) -> None:
        columns, rows = self._of(table)
        values = columns.values(row)
        rows[values[columns.places[table.key]]] = values

    def change(self, table: Table[Any], key: Any, **values: Any) -> None:
        columns, rows = self._of(table)
        found = self._find(columns, rows, key)
        if found is not None:
            for name, value in values.items():
                found[columns.places[name]] = columns.columns[name].to_sql(value)

    def remove(self, table: Table[Any], key: Any) -> None:
        columns, rows = self._of(table)
        rows[columns.key.to_sql(key)] = None

    def flush(self) -> None:
        """Write everything gathered, within the caller's transaction, and forget it."""
        for columns, rows in self._gathered.values():
            statements = columns.statements(self._schema)
            self._connection.executemany(statements.put, [values for values in rows.values() if values])
            self._connection.executemany(
                statements.remove, [(key,) for key, values in rows.items() if values is None]
            )
            rows.clear()

    def _of(self, table: Table[Any]) -> tuple[Layout, dict[Any, _Values]]:
        known = self._gathered.get(table.name)
        if known is None:
            known = self._gathered[table.name] = layout(table), {}
        return known

    def _find(self, columns: Layout, rows: dict[Any, _Values], key: Any) -> _Values:
        """The row's values as gathered, else as they stand in the table; None where there is no such row."""
        sql_key = columns.key.to_sql(key)
        if sql_key not in rows:
            found = self._connection.execute(columns.statements(self._schema).get, (sql_key,)).fetchone()
            rows[sql_key] = None if found is None else list(found)
        return rows[sql_key]
