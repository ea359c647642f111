"""What views keep to over every store: written with the events, read at once, told again from the log."""

from __future__ import annotations

import enum
import itertools
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Literal, get_args
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sqlite.store import SqliteStore
from application.log import Conflict, LogEntry
from application.replay import Difference
from application.views.rows import Rows, Table, View, Where
from domain import errors
from domain.attempt import Schedule
from domain.post import Post, Status
from tests.conformance.stores import (
    BY,
    COUNTS,
    NOW,
    POSTS,
    VIEWS,
    PostRow,
    child,
    draft,
    open_store,
    said,
)


class Colour(enum.StrEnum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 9


@dataclass(frozen=True)
class Part:
    name: str
    at: datetime | None = None


@dataclass(frozen=True)
class Everything:
    """A row with a column of every sort."""

    id: UUID
    text: str
    number: int
    ratio: float
    yes: bool
    at: datetime
    colour: Colour
    level: Level
    parts: tuple[Part, ...]
    part: Part
    words: dict[str, str]
    states: dict[Colour, Part]
    maybe_id: UUID | None = None
    maybe_text: str | None = None
    maybe_number: int | None = None
    maybe_at: datetime | None = None
    maybe_colour: Colour | None = None
    maybe_part: Part | None = None
    maybe_ids: tuple[UUID, ...] | None = None


EVERYTHING = Table("everything", Everything)
FULL = Everything(
    id=UUID(int=1),
    text='it\'s "quoted" ☃',
    number=-(2**62),
    ratio=0.1,
    yes=True,
    at=NOW,
    colour=Colour.BLUE,
    level=Level.HIGH,
    parts=(Part("a", NOW), Part("b")),
    part=Part("c"),
    words={"one": "eins"},
    states={Colour.RED: Part("d")},
    maybe_id=UUID(int=2),
    maybe_text="",
    maybe_number=0,
    maybe_at=NOW + timedelta(microseconds=1),
    maybe_colour=Colour.RED,
    maybe_part=Part("e"),
    maybe_ids=(),
)
BARE = replace(
    FULL,
    id=UUID(int=3),
    yes=False,
    maybe_id=None,
    maybe_text=None,
    maybe_number=None,
    maybe_at=None,
    maybe_colour=None,
    maybe_part=None,
    maybe_ids=None,
)


def in_memory(*tables: Table[Any], write: Callable[[Rows], None]) -> SqliteStore:
    """A store whose only view was written by one function, once."""

    def project(entry: LogEntry, rows: Rows) -> None:
        if entry.position == 1:
            write(rows)

    store = open_store("memory:", (View("only", tables, project),))
    store.log.save(draft())
    return store


def test_a_caller_reads_its_own_writes(store: SqliteStore) -> None:
    post = draft("Hello")
    store.log.save(post)
    assert store.shelf.row(POSTS, post.id) == PostRow(post.id, Status.DRAFT, "Hello", None, 1)

    post.schedule_for(Schedule(NOW + timedelta(hours=1)), by=BY)
    store.log.save(post)
    row = PostRow(post.id, Status.SCHEDULED, "Hello", NOW + timedelta(hours=1), 2)
    assert store.shelf.row(POSTS, post.id) == row

    post.cancel(by=BY)
    store.log.save(post)
    assert store.shelf.row(POSTS, post.id) is None
    assert store.shelf.count(COUNTS) == 3


def test_every_sort_of_value_comes_back_the_same() -> None:
    def write(rows: Rows) -> None:
        rows.put(EVERYTHING, FULL)
        rows.put(EVERYTHING, BARE)

    store = in_memory(EVERYTHING, write=write)

    assert store.shelf.rows(EVERYTHING, order=("id",)) == [FULL, BARE]
    assert type(store.shelf.rows(EVERYTHING)[0].yes) is bool


def test_a_projection_reads_what_it_wrote() -> None:
    def write(rows: Rows) -> None:
        rows.put(EVERYTHING, FULL)
        assert rows.get(EVERYTHING, FULL.id) == FULL
        rows.put(EVERYTHING, replace(FULL, number=5))
        rows.change(EVERYTHING, FULL.id, words={}, maybe_part=None, level=Level.LOW)
        rows.change(EVERYTHING, BARE.id, number=9)
        rows.remove(EVERYTHING, BARE.id)

    store = in_memory(EVERYTHING, write=write)

    changed = replace(FULL, number=5, words={}, maybe_part=None, level=Level.LOW)
    assert store.shelf.rows(EVERYTHING) == [changed]


def test_times_are_kept_as_instants() -> None:
    berlin = timezone(timedelta(hours=1))

    def write(rows: Rows) -> None:
        rows.put(EVERYTHING, replace(FULL, at=datetime(2030, 1, 1, 13, 0, tzinfo=berlin)))

    (row,) = in_memory(EVERYTHING, write=write).shelf.rows(EVERYTHING)

    assert row.at == NOW
    assert row.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ((), {FULL.id, BARE.id}),
        ((Where("text", "=", FULL.text), Where("yes", "=", True)), {FULL.id}),
        ((Where("colour", "!=", Colour.RED),), {FULL.id, BARE.id}),
        ((Where("maybe_number", "=", None),), {BARE.id}),
        ((Where("maybe_number", "!=", 7),), {FULL.id, BARE.id}),
        ((Where("maybe_at", "is null"),), {BARE.id}),
        ((Where("maybe_at", "is not null"),), {FULL.id}),
        ((Where("maybe_at", ">", NOW),), {FULL.id}),
        ((Where("at", "<", NOW),), set()),
        ((Where("at", "<=", NOW), Where("level", ">=", Level.HIGH)), {FULL.id, BARE.id}),
        ((Where("id", "in", (FULL.id, UUID(int=77))),), {FULL.id}),
        ((Where("id", "in", ()),), set()),
    ],
)
def test_conditions_narrow_down(where: tuple[Where, ...], found: set[UUID]) -> None:
    def write(rows: Rows) -> None:
        rows.put(EVERYTHING, FULL)
        rows.put(EVERYTHING, BARE)

    store = in_memory(EVERYTHING, write=write)

    assert {row.id for row in store.shelf.rows(EVERYTHING, *where)} == found
    assert store.shelf.count(EVERYTHING, *where) == len(found)


@dataclass(frozen=True)
class Place:
    id: int
    first: int | None
    second: str


PLACES = Table("places", Place, indexes=(("first", "second", "id"),))


@given(
    st.lists(st.tuples(st.none() | st.integers(0, 2), st.sampled_from("ab")), max_size=12),
    st.booleans(),
    st.sampled_from([("first", "second", "id"), ("second", "id"), ("second", "first", "id")]),
)
def test_pages_put_together_are_the_whole_list(
    values: list[tuple[int | None, str]], descending: bool, order: tuple[str, ...]
) -> None:
    places = [Place(number, *pair) for number, pair in enumerate(values)]

    def write(rows: Rows) -> None:
        for place in places:
            rows.put(PLACES, place)

    store = in_memory(PLACES, write=write)

    def key(place: Place) -> list[tuple[bool, Any]]:
        values = [getattr(place, name) for name in order]
        return [
            (value is not None, value or 0 if name != "second" else value)
            for name, value in zip(order, values, strict=True)
        ]

    paged: list[Place] = []
    after = None
    while page := store.shelf.rows(PLACES, order=order, descending=descending, after=after, limit=2):
        paged += page
        after = tuple(getattr(page[-1], name) for name in order)
    store.close()

    assert paged == sorted(places, key=key, reverse=descending)


@dataclass(frozen=True)
class Name:
    id: UUID
    caption: str


NAMES = Table("names", Name, unique=(("caption",),))


def project_names(entry: LogEntry, rows: Rows) -> None:
    if isinstance(entry.event, Post.Created):
        rows.put(NAMES, Name(entry.aggregate_id, entry.event.content.caption))


def test_what_must_be_unique_is_a_conflict_and_saves_nothing() -> None:
    store = open_store("memory:", (View("names", (NAMES,), project_names),))
    store.log.save(draft("taken"))
    with pytest.raises(Conflict):
        store.log.save(draft("free"), draft("taken"))
    assert store.log.last_position() == 1
    assert store.shelf.count(NAMES) == 1


def test_a_projection_that_fails_saves_nothing() -> None:
    def project(entry: LogEntry, rows: Rows) -> None:
        raise ZeroDivisionError

    failing = open_store("memory:", (*VIEWS, View("failing", (NAMES,), project)))
    with pytest.raises(ZeroDivisionError):
        failing.log.save(draft())
    assert failing.log.last_position() == 0
    assert failing.shelf.count(POSTS) == 0


def filled(place: str) -> SqliteStore:
    store = open_store(place)
    for number in range(30):
        post = draft(f"post {number}")
        if number % 2:
            post.schedule_for(Schedule(NOW + timedelta(minutes=number + 1)), by=BY)
        if number % 5 == 0:
            post.cancel(by=BY)
        store.log.save(post)
    return store


def change(place: str, statement: str, *values: object) -> None:
    connection = sqlite3.connect(Path(place.partition(":")[2]), isolation_level=None)
    connection.execute(statement, values)
    connection.close()


def test_a_rebuild_says_what_the_live_views_say(store: SqliteStore) -> None:
    posts = [draft() for _ in range(1200)]
    store.log.save(*posts)
    for post in posts[::7]:
        post.schedule_for(Schedule(NOW + timedelta(days=1)), by=BY)
    store.log.save(*posts)
    seen: list[tuple[int, int]] = []

    report = store.rebuilder.verify(lambda position, last: seen.append((position, last)))

    assert report.clean
    assert report.position == report.events == store.log.last_position()
    assert [(view.name, view.rows) for view in report.views] == [("test posts", 1200), ("test counts", 2)]
    assert seen[-1] == (report.position, report.position)


Step = tuple[Literal["get", "put", "change", "remove"], int, int]


@given(
    st.lists(st.tuples(st.sampled_from(get_args(get_args(Step)[0])), st.integers(0, 3), st.integers(0, 9)))
)
def test_whatever_a_projection_does_is_told_again_the_same(steps: list[Step]) -> None:
    def project(entry: LogEntry, rows: Rows) -> None:
        for step, key, number in steps[(entry.position - 1) * 3 : entry.position * 3]:
            match step:
                case "get":
                    known = rows.get(PLACES, key)
                    rows.put(PLACES, Place(key, None, f"{known.second}*" if known else "new"))
                case "put":
                    rows.put(PLACES, Place(key, number, "put"))
                case "change":
                    rows.change(PLACES, key, first=number, second="changed")
                case "remove":
                    rows.remove(PLACES, key)

    store = open_store("memory:", (View("places", (PLACES,), project),))
    for _ in range(0, len(steps), 3):
        store.log.save(draft())

    report = store.rebuilder.verify()

    assert report.clean
    assert report.views[0].rows == store.shelf.count(PLACES)
    store.close()


def test_an_empty_log_verifies(store: SqliteStore) -> None:
    assert store.rebuilder.verify().clean
    assert store.rebuilder.run().clean


def test_a_damaged_value_is_found_and_healed(place: str) -> None:
    store = filled(place)
    (row, *_) = store.shelf.rows(POSTS, Where("status", "=", Status.SCHEDULED))
    change(place, "UPDATE test_posts SET caption = 'forged' WHERE id = ?", str(row.id))

    found = store.rebuilder.verify()

    assert not found.clean
    assert not found.healed
    assert found.differences == (
        Difference("test posts", "test_posts", str(row.id), "caption", "forged", row.caption),
    )
    assert store.shelf.row(POSTS, row.id) == replace(row, caption="forged")
    assert store.rebuilder.run().differences == found.differences
    assert store.shelf.row(POSTS, row.id) == row
    assert store.rebuilder.verify().clean


def test_a_lost_row_and_a_strange_one_are_found_and_healed(place: str) -> None:
    store = filled(place)
    rows = store.shelf.rows(POSTS, order=("id",))
    change(place, "DELETE FROM test_posts WHERE id = ?", str(rows[0].id))
    strange = str(UUID(int=2**128 - 1))
    change(place, "INSERT INTO test_posts VALUES (?, 'DRAFT', '', NULL, 1)", strange)

    found = store.rebuilder.run()

    assert [
        (each.key, each.column, each.live is None, each.rebuilt is None) for each in found.differences
    ] == [
        (str(rows[0].id), None, True, False),
        (strange, None, False, True),
    ]
    assert store.shelf.rows(POSTS, order=("id",)) == rows


@pytest.mark.parametrize(
    "damage",
    [
        "DROP TABLE test_posts",
        "DROP INDEX test_posts_by_status_due",
        "ALTER TABLE test_posts ADD COLUMN strange TEXT",
        "UPDATE view_state SET position = 3 WHERE name = 'test posts'",
        "DELETE FROM view_state",
    ],
)
def test_a_misshapen_view_is_noticed_and_made_anew(place: str, damage: str) -> None:
    store = filled(place)
    rows = store.shelf.rows(POSTS, order=("id",))
    change(place, damage)

    assert not store.rebuilder.verify().clean
    store.rebuilder.run()

    assert store.rebuilder.verify().clean
    assert store.shelf.rows(POSTS, order=("id",)) == rows
    store.log.save(draft())


def test_a_view_behind_the_log_takes_no_more_events(place: str) -> None:
    store = filled(place)
    change(place, "UPDATE view_state SET position = 3 WHERE name = 'test posts'")
    before = store.log.last_position()
    with pytest.raises(errors.ServiceUnavailable):
        store.log.save(draft())
    assert store.log.last_position() == before

    open_store(place).close()

    assert store.log.save(draft()) == before + 1


def test_a_changed_view_is_rebuilt_at_the_start(place: str) -> None:
    old = filled(place)

    def project_shouting(entry: LogEntry, rows: Rows) -> None:
        VIEWS[0].project(entry, rows)
        rows.change(POSTS, entry.aggregate_id, caption="LOUD")

    changed = (replace(VIEWS[0], project=project_shouting, version=2), VIEWS[1])
    store = open_store(place, changed)

    assert {row.caption for row in store.shelf.rows(POSTS)} == {"LOUD"}
    store.log.save(draft())
    with pytest.raises(errors.ServiceUnavailable):
        old.log.save(draft())


def test_a_new_view_starts_with_all_that_happened(place: str) -> None:
    filled(place).close()
    store = open_store(place, (*VIEWS, View("names", (NAMES,), project_names)))
    assert store.shelf.count(NAMES) == 30
    assert store.rebuilder.verify().clean


def test_a_hole_in_the_log_is_named(place: str) -> None:
    store = open_store(place)
    post = draft()
    store.log.save(post)
    post.schedule_for(Schedule(NOW + timedelta(days=1)), by=BY)
    post.unschedule(by=BY)
    store.log.save(post)
    change(place, "DELETE FROM log WHERE position = 2")

    report = store.rebuilder.verify()

    assert not report.clean
    assert report.faults == (
        "No event stands at position 2.",
        f"The history of {post.id} lacks a version.",
    )


def test_differences_are_counted_and_listed_as_far_as_it_helps(place: str) -> None:
    store = open_store(place)
    store.log.save(*(draft() for _ in range(150)))
    change(place, "UPDATE test_posts SET version = 7")

    report = store.rebuilder.verify()

    assert report.views[0].differing_rows == 150
    assert len(report.differences) == 100


def test_verifying_and_healing_beside_writing_processes_stays_clean(place: str) -> None:
    store = open_store(place)
    writers = [child("write", place, 150) for _ in range(2)]
    for number in itertools.count():
        report = store.rebuilder.run() if number % 2 else store.rebuilder.verify()
        assert report.clean, report
        if all(writer.poll() is not None for writer in writers):
            break

    assert [said(writer) for writer in writers] == ["150", "150"]
    assert store.rebuilder.verify().events == 900


def test_a_rebuild_leaves_no_file_behind(place: str) -> None:
    store = filled(place)
    folder = Path(place.partition(":")[2]).parent
    store.rebuilder.run()
    store.close()
    assert {path.suffix for path in folder.iterdir()} == {".db"}


def test_a_projection_sees_events_as_they_will_be_read_again() -> None:
    seen: list[Any] = []
    store = open_store("memory:", (View("seen", (NAMES,), lambda entry, rows: seen.append(entry)),))
    store.log.save(draft("Hello", id=uuid4()))
    assert seen == list(store.log.entries())
