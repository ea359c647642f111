"""Stores behind one door, so that every database passes the same tests, also from other processes.

A place is a word a process can be told: `sqlite:/some/folder/pressroom.db`. `memory:` is the same SQLite code
in the memory of one process: it is what use-case tests take instead of a fake (about 2 ms to make).
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
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
from domain.post import Post, Status

ROOT = Path(__file__).parents[2]
KEYS = KeyFile("test", {"test": bytes(range(32))})
OTHER_KEYS = KeyFile("other", {"other": bytes(32)})


@dataclass(frozen=True)
class PostRow:
    """What the tests' own view keeps of a post."""

    id: UUID
    status: Status
    caption: str
    due: datetime | None
    version: int


@dataclass(frozen=True)
class TopicCount:
    topic: str
    events: int
    last: datetime


POSTS = Table("test_posts", PostRow, indexes=(("status", "due"),))
COUNTS = Table("test_counts", TopicCount, key="topic")


def project_posts(entry: LogEntry, rows: Rows) -> None:
    match entry.event:
        case Post.Created(content=content):
            rows.put(POSTS, PostRow(entry.aggregate_id, Status.DRAFT, content.caption, None, entry.version))
        case Post.Scheduled(at=at):
            rows.change(POSTS, entry.aggregate_id, status=Status.SCHEDULED, due=at, version=entry.version)
        case Post.Cancelled():
            rows.remove(POSTS, entry.aggregate_id)
        case _:
            rows.change(POSTS, entry.aggregate_id, version=entry.version)


def project_counts(entry: LogEntry, rows: Rows) -> None:
    known = rows.get(COUNTS, entry.topic)
    rows.put(COUNTS, TopicCount(entry.topic, known.events + 1 if known else 1, entry.at))


VIEWS = (View("test posts", (POSTS,), project_posts), View("test counts", (COUNTS,), project_counts))


def open_store(place: str, views: Sequence[View] = VIEWS, keys: KeyFile = KEYS) -> SqliteStore:
    """The store of a place, migrated."""
    kind, _, rest = place.partition(":")
    if kind == "memory":
        return SqliteStore.in_memory(views, keys)
    assert kind == "sqlite"
    store = SqliteStore(Path(rest), views, keys)
    store.migrate()
    return store


def child(task: str, place: str, *arguments: object) -> subprocess.Popen[str]:
    """A real process doing one of the tasks of `children.py`."""
    command = [sys.executable, "-m", "tests.conformance.children", task, place, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def said(process: subprocess.Popen[str]) -> str:
    """What a process printed, once it ended well."""
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return output.strip()


NOW = datetime(2030, 1, 1, 12, 0, tzinfo=UTC)
BY = Cause(NOW, "user:1", "request-1")


def draft(caption: str = "Hello", id: UUID | None = None) -> Post:
    content = Content(MediaType.IMAGE, (uuid4(),), caption)
    return Post.draft(id=id or uuid4(), user_id=uuid4(), account_id=uuid4(), content=content, by=BY)
