"""One SQLite database: who may write, and what everybody reads meanwhile."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
import time
import weakref
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Literal

from adapters.sqlite.failures import unavailable
from domain import errors

PATIENCE = 10.0
SHADOW = "shadow"


class Database(ABC):
    """Transactions over one database, for any number of threads; made after a fork, never before."""

    def __init__(self) -> None:
        self._process = os.getpid()
        self._closed = False
        self._writing = threading.RLock()
        self._writer: sqlite3.Connection | None = None

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A write transaction, begun at once so that reads within it are safe; it stands whole or not at all.

        SERVICE_UNAVAILABLE where the storage is full or gone, or others write for ten seconds.
        """
        self._check()
        if not self._writing.acquire(timeout=PATIENCE):
            raise errors.ServiceUnavailable("Others are writing, and it did not come to our turn in time.")
        try:
            with unavailable():
                if self._writer is None:
                    self._writer = self._connect()
                with transaction(self._writer, "IMMEDIATE"):
                    yield self._writer
        finally:
            self._writing.release()

    @abstractmethod
    def read(self) -> AbstractContextManager[sqlite3.Connection]:
        """A connection that sees everything committed before; it cannot write."""

    @abstractmethod
    def beside(self) -> AbstractContextManager[sqlite3.Connection]:
        """A connection of the caller's own, with a fast empty database attached that is thrown away."""

    def prepare(self) -> None:  # noqa: B027 - most databases need no preparation
        """Bring the database into the mode it works in; safe in several processes at once."""

    def close(self) -> None:
        self._closed = True
        with self._writing:
            if self._writer is not None:
                self._writer.close()
                self._writer = None

    @abstractmethod
    def _connect(self) -> sqlite3.Connection: ...

    def _check(self) -> None:
        if self._closed:
            raise errors.ServiceUnavailable("This server is shutting down.")
        if os.getpid() != self._process:
            raise RuntimeError("a database must be opened after a fork, not before")


class _Reader:
    """One thread's reading connection; closed when the thread ends, or with the database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA query_only=1")
        self.connection = connection
        self.in_use = threading.RLock()

    def close(self) -> None:
        with self.in_use:
            self.connection.close()

    def __del__(self) -> None:
        self.connection.close()


class FileDatabase(Database):
    """A file with a write-ahead log: readers never wait, writers take turns."""

    def __init__(self, path: Path, *, synchronous: Literal["FULL", "NORMAL", "OFF"]) -> None:
        super().__init__()
        self.path = path
        self._synchronous = synchronous
        self._local = threading.local()
        self._readers: weakref.WeakSet[_Reader] = weakref.WeakSet()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        with unavailable():
            reader: _Reader | None = getattr(self._local, "reader", None)
            if reader is None:
                self._check()
                reader = self._local.reader = _Reader(self._connect())
                self._readers.add(reader)
            with reader.in_use:
                self._check()
                yield reader.connection

    @contextmanager
    def beside(self) -> Iterator[sqlite3.Connection]:
        self._check()
        connection = self._connect()
        descriptor, name = tempfile.mkstemp(dir=self.path.parent, prefix=".rebuild-")
        os.close(descriptor)
        try:
            connection.execute(f"ATTACH ? AS {SHADOW}", (name,))
            for setting in (
                "locking_mode=EXCLUSIVE",
                "journal_mode=OFF",
                "synchronous=OFF",
                "cache_size=-65536",
            ):
                connection.execute(f"PRAGMA {SHADOW}.{setting}")
            connection.execute(f"CREATE TABLE {SHADOW}.held (value)")
            # The file stays usable while it is open, and nothing is left of it however this process ends.
            Path(name).unlink()
            yield connection
        finally:
            Path(name).unlink(missing_ok=True)
            connection.close()

    def prepare(self) -> None:
        """Switch to the write-ahead log; SQLite does not wait its turn for that, so we do."""
        deadline = time.monotonic() + PATIENCE
        with unavailable():
            connection = self._connect()
            try:
                while True:
                    try:
                        connection.execute("PRAGMA journal_mode=WAL")
                        return
                    except sqlite3.OperationalError as held:
                        if held.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                            raise
                        time.sleep(0.01)
            finally:
                connection.close()

    def close(self) -> None:
        self._closed = True
        # Readers go first: who closes last tidies the write-ahead log away, and readers may not.
        for reader in list(self._readers):
            reader.close()
        super().close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path,
            timeout=PATIENCE,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        connection.execute(f"PRAGMA synchronous={self._synchronous}")
        connection.execute("PRAGMA foreign_keys=1")
        return connection


class MemoryDatabase(Database):
    """The same for tests, in the memory of one process: a single connection, taken in turns."""

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        self._check()
        with self._writing, unavailable():
            if self._writer is None:
                self._writer = self._connect()
            yield self._writer

    @contextmanager
    def beside(self) -> Iterator[sqlite3.Connection]:
        with self.read() as connection:
            connection.execute(f"ATTACH ':memory:' AS {SHADOW}")
            try:
                yield connection
            finally:
                connection.execute(f"DETACH {SHADOW}")

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            ":memory:",
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        connection.execute("PRAGMA foreign_keys=1")
        return connection


@contextmanager
def transaction(connection: sqlite3.Connection, kind: Literal["DEFERRED", "IMMEDIATE"]) -> Iterator[None]:
    """Commit what is done within, or nothing of it."""
    connection.execute(f"BEGIN {kind}")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
