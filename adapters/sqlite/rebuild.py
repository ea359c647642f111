"""Views told anew from the log: beside the live ones, compared at one position, put in their place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from eventsourcing.persistence import Mapper

from adapters.sqlite.comparison import difference_of, differing_keys, replace_differing, rows_in
from adapters.sqlite.database import Database, transaction
from adapters.sqlite.failures import unavailable
from adapters.sqlite.shadow import Shadow
from adapters.sqlite.views import is_current, mark, misshapen, recreate
from application.replay import Difference, Progress, Rebuilder, Report, ViewReport
from application.views.rows import View

_LISTED = 100


class SqliteRebuilder(Rebuilder):
    """Rebuilds the views of one database while other processes write to it."""

    def __init__(self, database: Database, mapper: Mapper[UUID], views: Sequence[View]) -> None:
        self._database = database
        self._mapper = mapper
        self._views = tuple(views)

    def verify(self, progress: Progress | None = None) -> Report:
        with (
            self._told_anew(self._views, progress) as (connection, shadow),
            # One read transaction: log and views are seen as they stood at the same moment.
            transaction(connection, "DEFERRED"),
        ):
            shadow.catch_up()
            return _report(connection, shadow, self._views, healed=False)

    def run(self, progress: Progress | None = None, *, only: Iterable[View] | None = None) -> Report:
        views = self._views if only is None else tuple(only)
        with (
            self._told_anew(views, progress) as (connection, shadow),
            # One write transaction: nobody appends between the last event told and the views in place.
            transaction(connection, "IMMEDIATE"),
        ):
            shadow.catch_up()
            report = _report(connection, shadow, views, healed=True)
            for view in views:
                _swap(connection, view, shadow.position)
        return report

    @contextmanager
    def _told_anew(
        self, views: Sequence[View], progress: Progress | None
    ) -> Iterator[tuple[sqlite3.Connection, Shadow]]:
        with unavailable(), self._database.beside() as connection:
            shadow = Shadow(self._database, connection, self._mapper, views)
            shadow.tell(progress)
            yield connection, shadow


def _report(connection: sqlite3.Connection, shadow: Shadow, views: Sequence[View], *, healed: bool) -> Report:
    reports: list[ViewReport] = []
    listed: list[Difference] = []
    for view in views:
        unfit = misshapen(connection, view)
        differing = 0
        for table in view.tables:
            if table.name not in unfit:
                differing += differing_keys(connection, table)
                listed += difference_of(connection, view, table, limit=_LISTED - len(listed))
        reports.append(
            ViewReport(
                name=view.name,
                rows=sum(rows_in(connection, table) for table in view.tables),
                differing_rows=differing,
                outdated=not is_current(connection, view, shadow.position),
            )
        )
    return Report(
        position=shadow.position,
        events=shadow.events,
        views=tuple(reports),
        differences=tuple(listed),
        faults=shadow.faults(),
        healed=healed,
    )


def _swap(connection: sqlite3.Connection, view: View, position: int) -> None:
    """Give the live tables the rows that were told anew: only those that differ are touched."""
    unfit = misshapen(connection, view)
    recreate(connection, view, table_names=unfit)
    for table in view.tables:
        if table.name in unfit:
            differing_keys(connection, table)
        replace_differing(connection, table)
    mark(connection, view, position)
