"""Request counts in a small database of their own, whose writes may be lost in a power cut."""

from __future__ import annotations

from adapters.sqlite.database import Database
from application.rate_limits import Counts, RateWindows

# One row a key, one statement for both windows: no row comes back where one of them is full.
_HIT = """
INSERT INTO rate_windows AS used (key, minute, in_minute, hour, in_hour) VALUES (?, ?, 1, ?, 1)
ON CONFLICT (key) DO UPDATE SET
  in_minute = CASE WHEN used.minute = excluded.minute THEN used.in_minute + 1 ELSE 1 END,
  in_hour = CASE WHEN used.hour = excluded.hour THEN used.in_hour + 1 ELSE 1 END,
  minute = excluded.minute,
  hour = excluded.hour
WHERE (? = 0 OR used.minute <> excluded.minute OR used.in_minute < ?)
  AND (? = 0 OR used.hour <> excluded.hour OR used.in_hour < ?)
RETURNING in_minute, in_hour
"""


class SqliteRateWindows(RateWindows):
    """Counts exactly, however many processes and threads ask at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def migrate(self) -> None:
        """Make the table; safe when several processes start at once."""
        self._database.prepare()
        with self._database.write() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS rate_windows (key TEXT PRIMARY KEY, minute INTEGER NOT NULL, "
                "in_minute INTEGER NOT NULL, hour INTEGER NOT NULL, in_hour INTEGER NOT NULL) WITHOUT ROWID"
            )

    def forget(self, key: str) -> None:
        with self._database.write() as connection:
            connection.execute("DELETE FROM rate_windows WHERE key = ?", (key,))

    def hit(self, key: str, *, minute: int, hour: int, per_minute: int, per_hour: int) -> Counts:
        with self._database.write() as connection:
            counted = connection.execute(
                _HIT, (key, minute, hour, per_minute, per_minute, per_hour, per_hour)
            ).fetchall()
            if counted:
                ((in_minute, in_hour),) = counted
                return Counts(in_minute, in_hour, let_in=True)
            at_minute, in_minute, at_hour, in_hour = connection.execute(
                "SELECT minute, in_minute, hour, in_hour FROM rate_windows WHERE key = ?", (key,)
            ).fetchone()
        return Counts(
            in_minute if at_minute == minute else 0, in_hour if at_hour == hour else 0, let_in=False
        )
