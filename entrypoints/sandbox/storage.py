"""Where a world is kept: one row of JSON per thing, changed in transactions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

Change = tuple[str, str, dict[str, Any] | None]
"""Kind, key and the new fields; no fields mean that the thing is gone."""


class Storage(Protocol):
    """Keeps changes all or none (`afresh` drops what was there); gives all back in order of arrival."""

    def commit(self, changes: Iterable[Change], *, afresh: bool = False) -> None: ...

    def load(self) -> Iterator[tuple[str, dict[str, Any]]]: ...


class MemoryStorage:
    """Keeps nothing: the world in memory is all there is."""

    def commit(self, changes: Iterable[Change], *, afresh: bool = False) -> None: ...

    def load(self) -> Iterator[tuple[str, dict[str, Any]]]:
        return iter(())


class SqliteStorage:
    """One SQLite file; what was committed survives a kill at any moment."""

    def __init__(self, file: Path) -> None:
        # The world's lock keeps threads apart, so one connection serves them all.
        self._db = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        # NORMAL may lose the last commits with the machine's power, never with the process.
        self._db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS things "
            "(kind TEXT, key TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, key))"
        )

    def commit(self, changes: Iterable[Change], *, afresh: bool = False) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            if afresh:
                self._db.execute("DELETE FROM things")
            for kind, key, fields in changes:
                if fields is None:
                    self._db.execute("DELETE FROM things WHERE kind = ? AND key = ?", (kind, key))
                else:
                    self._db.execute(
                        "INSERT INTO things VALUES (?, ?, ?) "
                        "ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
                        (kind, key, json.dumps(fields)),
                    )
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise

    def load(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for kind, body in self._db.execute("SELECT kind, body FROM things ORDER BY rowid").fetchall():
            yield kind, json.loads(body)
