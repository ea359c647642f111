"""The store: appending, loading and rebuilding, beside SQLite and the eventsourcing library alone."""

from __future__ import annotations

import itertools
import resource
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.persistence import Mapper

from adapters.eventsourcing.mapper import TypedMapper
from adapters.filesystem.key_file import KeyFile
from adapters.sqlite.store import SqliteStore
from application import views
from application.topics import AGGREGATES
from domain.aggregate import Cause
from domain.attempt import Schedule
from domain.content import Content, MediaType
from domain.post import Post
from domain.timing import Pace
from tests.benchmarks.figures import Figure, head, tell

BY = Cause(datetime(2030, 1, 1, tzinfo=UTC), "user:3f0c", "request-1")
BATCH = 1000


class Incomplete(Exception):
    """A rebuild did not tell every event, or found the views wrong."""


def scheduled() -> Post:
    """A post with the two events that POST /schedule stores."""
    content = Content(MediaType.IMAGE, (uuid4(),), "A caption of a usual length, with a #tag")
    post = Post.draft(id=uuid4(), user_id=uuid4(), account_id=uuid4(), content=content, by=BY)
    post.schedule_for(Schedule(BY.at + timedelta(days=1)), by=BY)
    return post


def published() -> Post:
    """A post with all events of a publication that went well."""
    post = scheduled()
    post.start_publishing("worker", Pace(), by=BY)
    post.container_created(-1, "17890", by=BY)
    post.container_ready(-1, by=BY)
    post.ask("worker", by=BY)
    post.published("18001", "answer", by=BY)
    return post


def rate(action: Callable[[Post], object], posts: list[Post]) -> float:
    """Posts a second, each in a transaction of its own."""
    began = time.perf_counter()
    for post in posts:
        action(post)
    return len(posts) / (time.perf_counter() - began)


class Bare(Application[UUID]):
    """The library's application with its own recorder; it needs our mapper to store our events."""

    def construct_mapper(self) -> Mapper[UUID]:
        return TypedMapper(AGGREGATES)


class Library:
    """The library over a file of its own, without views."""

    def __init__(self, path: Path) -> None:
        self._application = Bare(
            env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
        )

    def save(self, post: Post) -> None:
        self._application.save(post)

    def close(self) -> None:
        self._application.close()


class Raw:
    """One durable transaction per post: its two events as rows, nothing else."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("CREATE TABLE log (position INTEGER PRIMARY KEY, id TEXT, state BLOB)")

    def save(self, post: Post) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        for _ in range(2):
            self._connection.execute("INSERT INTO log (id, state) VALUES (?, ?)", (str(post.id), b"x" * 400))
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


def appends(store: SqliteStore, folder: Path, rounds: int, each: int) -> list[Figure]:
    raw, library = Raw(folder / "raw.db"), Library(folder / "library.db")
    beside_raw = Figure("append with views", "/s", "raw sqlite3, the same rows of the log, FULL")
    beside_library = Figure("append with views", "/s", "eventsourcing.sqlite as it comes, no views")
    for _ in range(rounds):
        beside_raw.floor.append(rate(raw.save, [scheduled() for _ in range(each)]))
        beside_library.floor.append(rate(library.save, [scheduled() for _ in range(each)]))
        ours = rate(store.log.save, [scheduled() for _ in range(each)])
        beside_raw.ours.append(ours)
        beside_library.ours.append(ours)
    raw.close()
    library.close()
    return [beside_raw, beside_library]


def fill(store: SqliteStore, events: int) -> None:
    while store.log.last_position() < events:
        missing = events - store.log.last_position()
        store.log.save(*(published() for _ in range(min(BATCH, 1 + missing // 7))))


def copy(database: Path, folder: Path) -> float:
    """Events a second of SQLite reading the log and writing as many rows as the views have, all in C."""
    target = folder / "copy.db"
    target.unlink(missing_ok=True)
    with sqlite3.connect(database, isolation_level=None) as connection:
        connection.execute("ATTACH ? AS copy", (str(target),))
        connection.execute("PRAGMA copy.synchronous=OFF")
        connection.execute("CREATE TABLE copy.log (position INTEGER PRIMARY KEY, id, version, topic, state)")
        began = time.perf_counter()
        rows = connection.execute("SELECT position, aggregate_id, version, topic, state FROM log")
        connection.execute("BEGIN")
        while page := rows.fetchmany(BATCH):
            connection.executemany("INSERT INTO copy.log VALUES (?, ?, ?, ?, ?)", page)
        connection.execute("COMMIT")
        seconds = time.perf_counter() - began
        (count,) = connection.execute("SELECT count(*) FROM copy.log").fetchone()
    connection.close()
    return float(count) / seconds


def rebuilds(store: SqliteStore, database: Path, folder: Path, rounds: int) -> list[Figure]:
    rebuild = Figure("rebuild of all views", "events/s", "raw sqlite3 reading and inserting the log's rows")
    read = Figure("reading the log", "events/s", "raw sqlite3 reading the log's rows")
    for _ in range(rounds):
        rebuild.floor.append(copy(database, folder))
        began = time.perf_counter()
        report = store.rebuilder.verify()
        rebuild.ours.append(report.events / (time.perf_counter() - began))
        if report.events != store.log.last_position() or report.differences or report.faults:
            raise Incomplete(str(report))
        began = time.perf_counter()
        with sqlite3.connect(database) as connection:
            count = sum(1 for _ in connection.execute("SELECT * FROM log"))
        connection.close()
        read.floor.append(count / (time.perf_counter() - began))
        began = time.perf_counter()
        count = sum(1 for _ in store.log.entries())
        read.ours.append(count / (time.perf_counter() - began))
    return [rebuild, read]


def main(folder: Path, *, rounds: int, events: int) -> list[Figure]:
    head("Store")
    folder = folder / "store"
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "pressroom.db"
    store = SqliteStore(database, views.ALL, KeyFile.open(folder / "keys.json"))
    store.migrate()
    figures = appends(store, folder, rounds, each=min(500, max(10, events // 20)))
    tell(*figures)
    fill(store, events)
    post = published()
    store.log.save(post)
    load = Figure(f"load a post of {post.version} events", "ms", "")
    for _ in range(rounds):
        began = time.perf_counter()
        for _ in itertools.repeat(None, 100):
            store.log.load(Post, post.id)
        load.ours.append((time.perf_counter() - began) * 10)
    rest = rebuilds(store, database, folder, rounds)
    memory = Figure("largest size of this process", "MB", "")
    memory.ours.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    tell(load, *rest, memory)
    store.close()
    return [*figures, load, *rest, memory]
