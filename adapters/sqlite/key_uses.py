"""When each key was last used, in the small database whose writes may be lost in a power cut."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from adapters.sqlite.database import Database
from application.api_keys import KeyUses


class SqliteKeyUses(KeyUses):
    """One row a key; a process writes it once a minute at most."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._written: dict[UUID, int] = {}

    def migrate(self) -> None:
        """Make the table; safe when several processes start at once."""
        with self._database.write() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS key_uses (key TEXT PRIMARY KEY NOT NULL, at REAL NOT NULL) STRICT"
            )

    def note(self, key_id: UUID, at: datetime) -> None:
        minute = int(at.timestamp()) // 60
        if self._written.get(key_id) == minute:
            return
        self._written[key_id] = minute
        with self._database.write() as connection:
            connection.execute("INSERT OR REPLACE INTO key_uses VALUES (?, ?)", (str(key_id), at.timestamp()))

    def last(self, key_id: UUID) -> datetime | None:
        with self._database.read() as connection:
            found = connection.execute("SELECT at FROM key_uses WHERE key = ?", (str(key_id),)).fetchone()
        return None if found is None else datetime.fromtimestamp(found[0], UTC)
