# ruff: noqa: T201 - printing is what it is for
"""Prints how fast the store is here: `python -m tests.benchmarks.store [events]`."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from adapters.filesystem.key_file import KeyFile
from adapters.sqlite.store import SqliteStore
from application.log import LogEntry
from application.views.rows import Rows, Table, View
from domain.aggregate import Cause
from domain.content import Content, MediaType
from domain.post import Post
from domain.timing import Pace


@dataclass(frozen=True)
class PostRow:
    id: UUID
    account_id: UUID
    status: str
    caption: str
    due: datetime | None
    version: int


@dataclass(frozen=True)
class Due:
    id: UUID
    at: datetime


POSTS = Table("posts", PostRow, indexes=(("account_id", "status"),))
DUE = Table("due", Due, indexes=(("at",),))


def project_posts(entry: LogEntry, rows: Rows) -> None:
    match entry.event:
        case Post.Created() as event:
            row = PostRow(entry.aggregate_id, event.account_id, "DRAFT", event.content.caption, None, 1)
            rows.put(POSTS, row)
        case _:
            rows.change(POSTS, entry.aggregate_id, version=entry.version)


def project_due(entry: LogEntry, rows: Rows) -> None:
    match entry.event:
        case Post.Scheduled(at=at):
            rows.put(DUE, Due(entry.aggregate_id, at))
        case Post.Published():
            rows.remove(DUE, entry.aggregate_id)


VIEWS = (View("posts", (POSTS,), project_posts), View("due", (DUE,), project_due))
BY = Cause(datetime.now(UTC), "user:3f0c", "request-1")


def draft() -> Post:
    content = Content(MediaType.IMAGE, (uuid4(),), "A caption of a usual length, with a #tag")
    return Post.draft(id=uuid4(), user_id=uuid4(), account_id=uuid4(), content=content, by=BY)


def finished() -> Post:
    post = draft()
    post.publish_now(by=BY)
    post.start_publishing("worker", Pace(), by=BY)
    post.container_created(-1, "17890", by=BY)
    post.container_ready(-1, by=BY)
    post.ask("worker", by=BY)
    post.published("18001", "answer", by=BY)
    for _ in range(3):
        post.record(Post.Resumed, BY)
    return post


def best(action: Callable[[], object], times: int, rounds: int = 5) -> float:
    """Seconds of one action, in the best of some rounds."""
    fastest = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(times):
            action()
        fastest = min(fastest, (time.perf_counter() - start) / times)
    return fastest


def main() -> None:
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        keys = KeyFile.open(folder / "keys.json")
        start = time.perf_counter()
        store = SqliteStore(folder / "pressroom.db", VIEWS, keys)
        store.migrate()
        print(f"first start      {(time.perf_counter() - start) * 1e3:10.1f} ms")
        store.log.save(draft())

        def open_again() -> None:
            again = SqliteStore(folder / "pressroom.db", VIEWS, keys)
            again.migrate()
            again.log.last_position()
            again.close()

        print(f"start            {best(open_again, 1) * 1e3:10.1f} ms")
        post = finished()
        store.log.save(post)
        seconds = best(lambda: store.log.load(Post, post.id), 300)
        print(f"load, {post.version:2} events  {seconds * 1e3:10.3f} ms")
        posts = iter([draft() for _ in range(5000)])
        print(f"save             {1 / best(lambda: store.log.save(next(posts)), 1000):10,.0f} events/s")
        while store.log.last_position() < events:
            store.log.save(*(finished() for _ in range(1000)))
        start = time.perf_counter()
        count = sum(1 for _ in store.log.entries())
        print(f"entries          {count / (time.perf_counter() - start):10,.0f} events/s")
        start = time.perf_counter()
        report = store.rebuilder.verify()
        seconds = time.perf_counter() - start
        print(f"verify           {report.events / seconds:10,.0f} events/s")
        print(f"memory           {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:10.0f} MB")
        store.close()
    start = time.perf_counter()
    for _ in range(20):
        SqliteStore.in_memory(VIEWS, keys).close()
    print(f"in memory        {(time.perf_counter() - start) / 20 * 1e3:10.2f} ms to make")


if __name__ == "__main__":
    main()
