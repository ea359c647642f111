"""Sessions that go on: who signs out, or changes the password, has the row removed."""

from __future__ import annotations

from datetime import datetime

from adapters.sqlite.database import Database
from application.sessions import OpenSessions


class SqliteOpenSessions(OpenSessions):
    """One row a session."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, id: str, owner: str, ends: datetime) -> None:
        with self._database.write() as connection:
            connection.execute("INSERT INTO sessions VALUES (?, ?, ?)", (id, owner, ends.timestamp()))

    def is_open(self, id: str) -> bool:
        with self._database.read() as connection:
            return connection.execute("SELECT 1 FROM sessions WHERE id = ?", (id,)).fetchone() is not None

    def close(self, id: str) -> bool:
        with self._database.write() as connection:
            return connection.execute("DELETE FROM sessions WHERE id = ?", (id,)).rowcount > 0

    def close_all(self, owner: str) -> None:
        with self._database.write() as connection:
            connection.execute("DELETE FROM sessions WHERE owner = ?", (owner,))

    def forget(self, before: datetime) -> None:
        with self._database.write() as connection:
            connection.execute("DELETE FROM sessions WHERE ends < ?", (before.timestamp(),))
