"""The tables that are not views, and the version of their shape."""

from __future__ import annotations

import sqlite3

from domain import errors

VERSION = 1

_TABLES = (
    # AUTOINCREMENT: a position is never given twice, even when the newest rows were deleted or the file
    # was dumped and restored.
    "CREATE TABLE IF NOT EXISTS log (position INTEGER PRIMARY KEY AUTOINCREMENT, aggregate_id TEXT NOT NULL, "
    "version INTEGER NOT NULL, topic TEXT NOT NULL, state BLOB NOT NULL, "
    "UNIQUE (aggregate_id, version)) STRICT",
    "CREATE TABLE IF NOT EXISTS view_state (name TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, "
    "fingerprint TEXT NOT NULL, position INTEGER NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS vault (name TEXT PRIMARY KEY NOT NULL, sealed BLOB NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS idempotency_keys (tenant TEXT NOT NULL, key TEXT NOT NULL, "
    "fingerprint TEXT NOT NULL, command_id TEXT NOT NULL, holder TEXT, held_until REAL NOT NULL, "
    "status INTEGER, headers TEXT, body BLOB, ends REAL NOT NULL, PRIMARY KEY (tenant, key)) STRICT",
    "CREATE TABLE IF NOT EXISTS sessions (id TEXT PRIMARY KEY NOT NULL, owner TEXT NOT NULL, "
    "ends REAL NOT NULL) STRICT",
    "CREATE INDEX IF NOT EXISTS idempotency_keys_ends ON idempotency_keys (ends)",
)


def create_tables(connection: sqlite3.Connection) -> None:
    """Make what is missing, within the caller's transaction; refuse a file of a newer Pressroom."""
    connection.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT")
    found = connection.execute("SELECT version FROM schema_version").fetchone()
    if found is not None and found[0] > VERSION:
        raise errors.ServiceUnavailable(
            f"A newer version of Pressroom wrote this database (schema {found[0]}; this one knows {VERSION})."
        )
    for statement in _TABLES:
        connection.execute(statement)
    if found is None:
        connection.execute("INSERT INTO schema_version VALUES (?)", (VERSION,))
