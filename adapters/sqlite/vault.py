"""The vault in SQLite: sealed bytes beside the log, never in it."""

from __future__ import annotations

from adapters.eventsourcing.sealing import Sealer
from adapters.sqlite.database import Database
from application.vault import KeyRing, Vault


class SqliteVault(Vault):
    """Keeps each secret under its name, sealed for that name alone."""

    def __init__(self, database: Database, keys: KeyRing) -> None:
        self._database = database
        self._sealer = Sealer(keys, purpose="vault")

    def put(self, name: str, secret: str) -> None:
        sealed = self._sealer.seal(secret.encode(), bound_to=name)
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO vault VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed",
                (name, sealed),
            )

    def get(self, name: str) -> str | None:
        with self._database.read() as connection:
            found = connection.execute("SELECT sealed FROM vault WHERE name = ?", (name,)).fetchone()
        return None if found is None else self._sealer.open(found[0], bound_to=name).decode()

    def remove(self, name: str) -> None:
        with self._database.write() as connection:
            connection.execute("DELETE FROM vault WHERE name = ?", (name,))
