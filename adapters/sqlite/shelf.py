"""Views read from SQLite."""

from __future__ import annotations

from typing import Any

from adapters.sqlite.columns import Layout, layout, quoted
from adapters.sqlite.database import Database
from adapters.sqlite.rows import SqliteRows, select
from application.views.rows import R, Shelf, Table, Where


class SqliteShelf(Shelf):
    """Reads the view tables of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def row(self, table: Table[R], key: Any) -> R | None:
        with self._database.read() as connection:
            return SqliteRows(connection).get(table, key)

    def rows(
        self,
        table: Table[R],
        *where: Where,
        order: tuple[str, ...] = (),
        descending: bool = False,
        after: tuple[Any, ...] | None = None,
        limit: int | None = None,
    ) -> list[R]:
        columns = layout(table)
        conditions, parameters = _conditions(columns, where)
        if after is not None:
            condition, values = _behind(columns, order, after, descending=descending)
            conditions.append(condition)
            parameters += values
        statement = select(table) + _where(conditions)
        if order:
            direction = " DESC" if descending else ""
            statement += " ORDER BY " + ", ".join(quoted(name) + direction for name in order)
        if limit is not None:
            statement += " LIMIT ?"
            parameters.append(limit)
        with self._database.read() as connection:
            found = connection.execute(statement, parameters).fetchall()
        return [columns.row(values) for values in found]

    def count(self, table: Table[Any], *where: Where) -> int:
        conditions, parameters = _conditions(layout(table), where)
        statement = f"SELECT count(*) FROM {quoted(table.name)}{_where(conditions)}"  # noqa: S608 - our names
        with self._database.read() as connection:
            number: int = connection.execute(statement, parameters).fetchone()[0]
        return number


def _where(conditions: list[str]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _conditions(columns: Layout, where: tuple[Where, ...]) -> tuple[list[str], list[Any]]:
    conditions: list[str] = []
    parameters: list[Any] = []
    for wanted in where:
        column = columns.columns[wanted.column]
        name = quoted(column.name)
        match wanted.comparison:
            case "is null" | "is not null":
                conditions.append(f"{name} {wanted.comparison.upper()}")
            case "in":
                values = [column.to_sql(value) for value in wanted.value]
                conditions.append(f"{name} IN ({', '.join('?' * len(values))})")
                parameters += values
            case "=" | "!=":
                conditions.append(f"{name} {'IS' if wanted.comparison == '=' else 'IS NOT'} ?")
                parameters.append(column.to_sql(wanted.value))
            case comparison:
                conditions.append(f"{name} {comparison} ?")
                parameters.append(column.to_sql(wanted.value))
    return conditions, parameters


def _behind(
    columns: Layout, order: tuple[str, ...], after: tuple[Any, ...], *, descending: bool
) -> tuple[str, list[Any]]:
    """The condition that a row comes behind the given values; None comes before everything."""
    ordered = [columns.columns[name] for name in order]
    values = [column.to_sql(value) for column, value in zip(ordered, after, strict=True)]
    sign = "<" if descending else ">"
    if not any(column.nullable for column in ordered):
        names = ", ".join(quoted(name) for name in order)
        return f"({names}) {sign} ({', '.join('?' * len(values))})", values
    ways: list[str] = []
    parameters: list[Any] = []
    for index, value in enumerate(values):
        name = quoted(order[index])
        same = [f"{quoted(earlier)} IS ?" for earlier in order[:index]]
        if value is not None:
            beyond, needs = (f"({name} < ? OR {name} IS NULL)" if descending else f"{name} > ?"), [value]
        else:
            beyond, needs = ("0" if descending else f"{name} IS NOT NULL"), []
        ways.append(f"({' AND '.join([*same, beyond])})")
        parameters += [*values[:index], *needs]
    return f"({' OR '.join(ways)})", parameters
