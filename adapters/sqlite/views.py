"""The tables of the views, how far each view has come, and whether it is still what the code means."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from adapters.sqlite.columns import layout, quoted, shape
from adapters.sqlite.rows import SqliteRows
from application.log import LogEntry
from application.views.rows import View
from domain import errors


class InlineViews:
    """Keeps views within the transaction that appends events."""

    def __init__(self, views: Sequence[View]) -> None:
        self.views = tuple(views)
        self._fingerprints = [fingerprint(view) for view in views]
        self._advance = (
            "UPDATE view_state SET position = ? WHERE position = "  # noqa: S608 - nothing but placeholders
            "(SELECT coalesce(max(position), 0) FROM log WHERE position < ?) "
            f"AND fingerprint IN ({', '.join('?' * len(self.views))})"
        )

    def project(self, connection: sqlite3.Connection, entries: Sequence[LogEntry]) -> None:
        """Bring every view from before these entries to behind them; refuse where one stands elsewhere."""
        if not self.views:
            return
        first, last = entries[0].position, entries[-1].position
        moved = connection.execute(self._advance, (last, first, *self._fingerprints)).rowcount
        if moved != len(self.views):
            raise errors.ServiceUnavailable(
                "A view does not match this version of Pressroom. Start the server again, which rebuilds it."
            )
        rows = SqliteRows(connection)
        for view in self.views:
            for entry in entries:
                view.project(entry, rows)


def create_views(connection: sqlite3.Connection, views: Iterable[View]) -> list[View]:
    """Make the tables of new views while the log is empty; the views that must be rebuilt."""
    position: int = connection.execute("SELECT coalesce(max(position), 0) FROM log").fetchone()[0]
    stale = []
    for view in views:
        if is_current(connection, view, position):
            continue
        if position:
            stale.append(view)
        else:
            for table in view.tables:
                recreate(connection, view, table_names={table.name})
            mark(connection, view, position)
    return stale


def is_current(connection: sqlite3.Connection, view: View, position: int) -> bool:
    """Whether the view's tables are of the declared shape and tell the log up to the position."""
    state = connection.execute(
        "SELECT fingerprint, position FROM view_state WHERE name = ?", (view.name,)
    ).fetchone()
    return state == (fingerprint(view), position) and not misshapen(connection, view)


def misshapen(connection: sqlite3.Connection, view: View) -> set[str]:
    """The names of the view's tables that are missing or not as declared, indexes included."""
    return {
        table.name
        for table in view.tables
        if _declared(connection, table.name)
        != {_normal(sql) for sql in (layout(table).create(), *layout(table).create_indexes())}
    }


def recreate(connection: sqlite3.Connection, view: View, *, table_names: set[str]) -> None:
    """Make some of the view's tables anew, empty."""
    for table in view.tables:
        if table.name in table_names:
            connection.execute(f"DROP TABLE IF EXISTS main.{quoted(table.name)}")
            connection.execute(layout(table).create())
            for statement in layout(table).create_indexes():
                connection.execute(statement)


def mark(connection: sqlite3.Connection, view: View, position: int) -> None:
    """Note that the view is of this version and tells the log up to the position."""
    connection.execute(
        "INSERT INTO view_state VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
        "version = excluded.version, fingerprint = excluded.fingerprint, position = excluded.position",
        (view.name, view.version, fingerprint(view), position),
    )


@cache
def fingerprint(view: View) -> str:
    """Changes whenever the view's name, version, tables or types of rows do."""
    told = [view.name, str(view.version)]
    for table in view.tables:
        row: Any = table.row
        told += [layout(table).create(), *layout(table).create_indexes(), shape(row)]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _declared(connection: sqlite3.Connection, name: str) -> set[str]:
    found = connection.execute(
        "SELECT sql FROM main.sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL", (name,)
    ).fetchall()
    return {_normal(sql) for (sql,) in found}


def _normal(sql: str) -> str:
    """A declaration without the schema's name, which SQLite does not keep."""
    return sql.replace("CREATE TABLE main.", "CREATE TABLE ", 1)
