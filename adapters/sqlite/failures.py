"""SQLite's failures in the catalogue's words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from domain import errors

_UNAVAILABLE = {
    sqlite3.SQLITE_FULL: "The disk is full: nothing more can be stored. Nothing that was stored is lost.",
    sqlite3.SQLITE_BUSY: "The database is held by another process and did not become free in time.",
    sqlite3.SQLITE_LOCKED: "The database is held by another connection.",
    sqlite3.SQLITE_IOERR: "The disk does not answer: the database cannot be read or written.",
    sqlite3.SQLITE_CANTOPEN: "The database file cannot be opened.",
    sqlite3.SQLITE_PERM: "The database file may not be used by this process.",
    sqlite3.SQLITE_READONLY: "The database file cannot be written to.",
    sqlite3.SQLITE_CORRUPT: "The database file is damaged: restore it from a backup.",
    sqlite3.SQLITE_NOTADB: "The database file is not a database: restore it from a backup.",
}


@contextmanager
def unavailable() -> Iterator[None]:
    """Raise SERVICE_UNAVAILABLE where the storage is full, held or gone; any other failure passes."""
    try:
        yield
    except sqlite3.DatabaseError as failure:
        sentence = _UNAVAILABLE.get(getattr(failure, "sqlite_errorcode", 0) & 0xFF)
        if sentence is None:
            raise
        raise errors.ServiceUnavailable(sentence) from failure


def is_taken(failure: sqlite3.IntegrityError) -> bool:
    """Whether a row of that key stands there already, rather than the row being wrong in itself."""
    return failure.sqlite_errorcode in (
        sqlite3.SQLITE_CONSTRAINT_UNIQUE,
        sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
    )
