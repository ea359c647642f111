"""The log in SQLite: one table, one dense order, views in the same transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import IntegrityError, Mapper, Notification, StoredEvent

from adapters.eventsourcing.recorder import LogRecorder, log_entry
from adapters.sqlite.columns import uuid_from
from adapters.sqlite.database import Database
from adapters.sqlite.failures import is_taken
from adapters.sqlite.views import InlineViews
from adapters.sqlite.watch import Watch

_SELECT = "SELECT position, aggregate_id, version, topic, state FROM log"
_INSERT = "INSERT INTO log (aggregate_id, version, topic, state) VALUES (?, ?, ?, ?)"


class SqliteRecorder(LogRecorder):
    """Appends events and keeps the views, which see each event as it will be read again."""

    def __init__(self, database: Database, mapper: Mapper[UUID], views: InlineViews) -> None:
        self._database = database
        self._mapper = mapper
        self._views = views
        self.watch = Watch(self.max_notification_id)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        if not stored_events:
            return []
        try:
            with self._database.write() as connection:
                entries = [log_entry(_append(connection, stored), self._mapper) for stored in stored_events]
                self._views.project(connection, entries)
        except sqlite3.IntegrityError as failure:
            if is_taken(failure):
                raise IntegrityError(str(failure)) from failure
            raise
        positions = [entry.position for entry in entries]
        self.watch.tell(positions[-1])
        return positions

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[Notification]:
        statement = f"{_SELECT} WHERE aggregate_id = ?"
        parameters: list[Any] = [str(originator_id)]
        if gt is not None:
            statement += " AND version > ?"
            parameters.append(gt)
        if lte is not None:
            statement += " AND version <= ?"
            parameters.append(lte)
        statement += f" ORDER BY version {'DESC' if desc else 'ASC'}"
        if limit is not None:
            statement += " LIMIT ?"
            parameters.append(limit)
        return self._select(statement, parameters)

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        statement = f"{_SELECT} WHERE position {'>=' if inclusive_of_start else '>'} ?"
        parameters: list[Any] = [start or 0]
        if stop is not None:
            statement += " AND position <= ?"
            parameters.append(stop)
        if topics:
            statement += f" AND topic IN ({', '.join('?' * len(topics))})"
            parameters += topics
        return self._select(f"{statement} ORDER BY position LIMIT ?", [*parameters, limit])

    def max_notification_id(self) -> int:
        with self._database.read() as connection:
            return last_position(connection)

    def wait(self, *, after: int, seconds: float) -> bool:
        return self.watch.wait(after=after, seconds=seconds)

    def _select(self, statement: str, parameters: list[Any]) -> list[Notification]:
        with self._database.read() as connection:
            found = connection.execute(statement, parameters).fetchall()
        return [_stored(*values) for values in found]


def page(connection: sqlite3.Connection, *, after: int, stop: int, limit: int) -> list[Notification]:
    """Stored events as one connection sees them, in order."""
    statement = f"{_SELECT} WHERE position > ? AND position <= ? ORDER BY position LIMIT ?"
    return [_stored(*values) for values in connection.execute(statement, (after, stop, limit)).fetchall()]


def last_position(connection: sqlite3.Connection) -> int:
    """The newest position as one connection sees it."""
    position: int = connection.execute("SELECT coalesce(max(position), 0) FROM log").fetchone()[0]
    return position


def _append(connection: sqlite3.Connection, stored: StoredEvent) -> Notification:
    position = connection.execute(
        _INSERT, (str(stored.originator_id), stored.originator_version, stored.topic, stored.state)
    ).lastrowid
    assert position is not None
    return Notification(stored.originator_id, stored.originator_version, stored.topic, stored.state, position)


def _stored(position: int, aggregate_id: str, version: int, topic: str, state: bytes) -> Notification:
    return Notification(uuid_from(aggregate_id), version, topic, state, position)
