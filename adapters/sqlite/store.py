"""Everything SQLite keeps for Pressroom, ready to use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self

from adapters.eventsourcing.log import EventLog
from adapters.eventsourcing.mapper import TypedMapper
from adapters.sqlite.database import Database, FileDatabase, MemoryDatabase
from adapters.sqlite.idempotency_keys import SqliteIdempotencyKeys
from adapters.sqlite.key_uses import SqliteKeyUses
from adapters.sqlite.leases import SqliteLeases
from adapters.sqlite.log import SqliteRecorder
from adapters.sqlite.open_sessions import SqliteOpenSessions
from adapters.sqlite.progress_board import SqliteProgressBoard
from adapters.sqlite.rate_windows import SqliteRateWindows
from adapters.sqlite.rebuild import SqliteRebuilder
from adapters.sqlite.schema import create_tables
from adapters.sqlite.shelf import SqliteShelf
from adapters.sqlite.vault import SqliteVault
from adapters.sqlite.views import InlineViews, create_views
from application.topics import AGGREGATES
from application.vault import KeyRing
from application.views.rows import View


class SqliteStore:
    """Log, views, vault, leases, counts and progress over three files; made after a fork, for any thread."""

    def __init__(self, path: Path, views: Sequence[View], keys: KeyRing) -> None:
        self._compose(
            FileDatabase(path, synchronous="FULL"),
            FileDatabase(path.with_name(f"{path.stem}-leases{path.suffix}"), synchronous="NORMAL"),
            FileDatabase(path.with_name(f"{path.stem}-rates{path.suffix}"), synchronous="OFF"),
            views,
            keys,
        )

    @classmethod
    def in_memory(cls, views: Sequence[View], keys: KeyRing) -> Self:
        """The same in the memory of this process, migrated: for tests, gone when it is closed."""
        store = cls.__new__(cls)
        store._compose(MemoryDatabase(), MemoryDatabase(), MemoryDatabase(), views, keys)
        store.migrate()
        return store

    def _compose(
        self,
        database: Database,
        volatile: Database,
        fleeting: Database,
        views: Sequence[View],
        keys: KeyRing,
    ) -> None:
        mapper = TypedMapper(AGGREGATES)
        self._views = tuple(views)
        self._recorder = SqliteRecorder(database, mapper, InlineViews(views))
        self.database = database
        self.volatile = volatile
        self.log = EventLog(self._recorder, mapper)
        self.shelf = SqliteShelf(database)
        self.vault = SqliteVault(database, keys)
        self.fleeting = fleeting
        self.leases = SqliteLeases(volatile)
        self.rate_windows = SqliteRateWindows(fleeting)
        self.progress_board = SqliteProgressBoard(fleeting)
        self.idempotency_keys = SqliteIdempotencyKeys(database)
        self.open_sessions = SqliteOpenSessions(database)
        self.key_uses = SqliteKeyUses(fleeting)
        self.rebuilder = SqliteRebuilder(database, mapper, views)

    def migrate(self) -> None:
        """Make what is missing and rebuild changed views; safe when several processes start at once."""
        self.database.prepare()
        with self.database.write() as connection:
            create_tables(connection)
            stale = create_views(connection, self._views)
        if stale:
            self.rebuilder.run(only=stale)
        self.leases.migrate()
        self.rate_windows.migrate()
        self.key_uses.migrate()
        self.progress_board.migrate()

    def close(self) -> None:
        """End all waits and let the files go."""
        self._recorder.watch.close()
        self.database.close()
        self.volatile.close()
        self.fleeting.close()
