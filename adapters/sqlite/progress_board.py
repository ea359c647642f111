"""How far videos are, beside the request counts: rows that may be lost in a power cut."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from uuid import UUID

from adapters.sqlite.database import Database
from application.media.video_ports import ProgressBoard

_FORGOTTEN = 7 * 86_400.0


class SqliteProgressBoard(ProgressBoard):
    """One row per video; a percentage only ever rises, also when the work is begun anew."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def migrate(self) -> None:
        self._database.prepare()
        with self._database.write() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS media_progress (id TEXT PRIMARY KEY NOT NULL, "
                "percent INTEGER NOT NULL, at REAL NOT NULL) STRICT"
            )
            connection.execute("DELETE FROM media_progress WHERE at < ?", (time.time() - _FORGOTTEN,))

    def tell(self, media_id: UUID, percent: int) -> None:
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO media_progress VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE "
                "SET percent = max(percent, excluded.percent), at = excluded.at",
                (str(media_id), percent, time.time()),
            )

    def read(self, media_ids: Iterable[UUID]) -> Mapping[UUID, int]:
        found: dict[UUID, int] = {}
        with self._database.read() as connection:
            for media_id in media_ids:
                row = connection.execute(
                    "SELECT percent FROM media_progress WHERE id = ?", (str(media_id),)
                ).fetchone()
                if row:
                    found[media_id] = row[0]
        return found

    def forget(self, media_id: UUID) -> None:
        with self._database.write() as connection:
            connection.execute("DELETE FROM media_progress WHERE id = ?", (str(media_id),))
