"""Views told from the log into a database that is thrown away."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from uuid import UUID

from eventsourcing.persistence import Mapper, Notification

from adapters.eventsourcing.recorder import log_entry
from adapters.sqlite.buffered_rows import BufferedRows
from adapters.sqlite.columns import layout
from adapters.sqlite.database import SHADOW, Database, transaction
from adapters.sqlite.log import last_position, page
from application.replay import Progress
from application.views.rows import View

_PAGE = 1000
_NAMED = 10


class Shadow:
    """Keeps shadow tables in step with the log, in bounded memory however long the log is."""

    def __init__(
        self,
        database: Database,
        connection: sqlite3.Connection,
        mapper: Mapper[UUID],
        views: Sequence[View],
    ) -> None:
        self.position = 0
        self.events = 0
        self._gaps: list[str] = []
        self._database = database
        self._connection = connection
        self._mapper = mapper
        self._views = views
        self._rows = BufferedRows(connection, SHADOW)
        for view in views:
            for table in view.tables:
                connection.execute(layout(table).create(SHADOW))

    def tell(self, progress: Progress | None = None) -> None:
        """Tell what stands in the log now, in nobody's way: a page is read at a time, by itself."""
        with self._database.read() as reader:
            stop = last_position(reader)
        with transaction(self._connection, "DEFERRED"):
            while self.position < stop:
                with self._database.read() as reader:
                    stored = page(reader, after=self.position, stop=stop, limit=_PAGE)
                self._tell(stored)
                if progress:
                    progress(self.position, stop)

    def catch_up(self) -> None:
        """Tell what was appended since, within the caller's transaction."""
        stop = last_position(self._connection)
        while self.position < stop:
            self._tell(page(self._connection, after=self.position, stop=stop, limit=_PAGE))

    def faults(self) -> tuple[str, ...]:
        """What is wrong with the log itself: positions and versions without an event."""
        torn = self._connection.execute(
            "SELECT aggregate_id FROM log GROUP BY aggregate_id "
            "HAVING min(version) != 1 OR max(version) != count(*) LIMIT ?",
            (_NAMED,),
        ).fetchall()
        return (*self._gaps, *(f"The history of {aggregate_id} lacks a version." for (aggregate_id,) in torn))

    def _tell(self, events: Iterable[Notification]) -> None:
        for stored in events:
            if stored.id != self.position + 1 and len(self._gaps) < _NAMED:
                self._gaps.append(_gap(self.position + 1, stored.id - 1))
            entry = log_entry(stored, self._mapper)
            for view in self._views:
                view.project(entry, self._rows)
            self.position = stored.id
            self.events += 1
        self._rows.flush()


def _gap(first: int, last: int) -> str:
    places = f"position {first}" if first == last else f"the positions {first} to {last}"
    return f"No event stands at {places}."
