"""What the log keeps to over every store: one dense order, nothing lost, nothing twice."""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import threading
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from adapters.sqlite.store import SqliteStore
from application.log import Conflict
from domain import errors
from domain.account import Account
from domain.attempt import Schedule
from domain.post import Post, Status
from tests.conformance.stores import BY, NOW, POSTS, child, draft, open_store, said


def positions(store: SqliteStore) -> list[int]:
    return [entry.position for entry in store.log.entries()]


def test_an_aggregate_comes_back_as_it_was_saved(store: SqliteStore) -> None:
    post = draft("Hello")
    post.schedule_for(Schedule(NOW + timedelta(hours=1), "14:00", "Europe/Berlin"), by=BY)
    assert store.log.save(post) == 2

    loaded = store.log.load(Post, post.id)

    assert vars(loaded) == vars(post)


def test_what_was_never_saved_is_not_found(store: SqliteStore) -> None:
    with pytest.raises(errors.NotFound):
        store.log.load(Post, uuid4())


def test_an_aggregate_of_another_kind_is_not_found(store: SqliteStore) -> None:
    post = draft()
    store.log.save(post)
    with pytest.raises(errors.NotFound):
        store.log.load(Account, post.id)


def test_saving_nothing_new_changes_nothing(store: SqliteStore) -> None:
    assert store.log.save() == 0
    post = draft()
    store.log.save(post)
    assert store.log.save(post) == 1
    assert positions(store) == [1]


def test_who_saves_second_on_an_old_state_is_refused(store: SqliteStore) -> None:
    post = draft()
    store.log.save(post)
    first, second = store.log.load(Post, post.id), store.log.load(Post, post.id)
    first.cancel(by=BY)
    second.publish_now(by=BY)
    store.log.save(first)

    with pytest.raises(Conflict):
        store.log.save(second)

    assert store.log.load(Post, post.id).status is Status.CANCELLED
    assert positions(store) == [1, 2]


def test_the_same_id_cannot_be_created_twice(store: SqliteStore) -> None:
    first = draft()
    store.log.save(first)
    with pytest.raises(Conflict):
        store.log.save(draft(id=first.id))


def test_several_aggregates_are_saved_together_or_not_at_all(store: SqliteStore) -> None:
    taken = draft()
    store.log.save(taken)
    stale = store.log.load(Post, taken.id)
    taken.cancel(by=BY)
    store.log.save(taken)
    stale.publish_now(by=BY)
    fresh = draft()

    with pytest.raises(Conflict):
        store.log.save(fresh, stale)

    with pytest.raises(errors.NotFound):
        store.log.load(Post, fresh.id)
    assert store.shelf.row(POSTS, fresh.id) is None


def test_a_refused_save_leaves_no_gap(store: SqliteStore) -> None:
    taken = draft()
    store.log.save(taken)
    for _ in range(5):
        with pytest.raises(Conflict):
            store.log.save(draft(), draft(id=taken.id))
    store.log.save(draft(), draft())

    assert positions(store) == [1, 2, 3]


def test_entries_tell_everything_about_an_event(store: SqliteStore) -> None:
    post = draft("Hello")
    store.log.save(post)

    (entry,) = store.log.entries()

    assert (entry.position, entry.topic, entry.aggregate_id) == (1, "post.created", post.id)
    assert (entry.version, entry.at) == (1, NOW)
    assert entry.event.content.caption == "Hello"
    assert entry.event.meta == {"actor": "user:1", "requestId": "request-1"}


def test_entries_are_read_from_anywhere_in_the_log(store: SqliteStore) -> None:
    posts = [draft() for _ in range(1500)]
    store.log.save(*posts)
    posts[0].cancel(by=BY)
    store.log.save(posts[0])

    assert positions(store) == list(range(1, 1502))
    assert [entry.position for entry in store.log.entries(after=1499)] == [1500, 1501]
    assert [entry.position for entry in store.log.entries(after=10, limit=2)] == [11, 12]
    assert [entry.position for entry in store.log.entries(aggregate_id=posts[0].id)] == [1, 1501]
    assert [entry.position for entry in store.log.entries(aggregate_id=posts[0].id, after=1)] == [1501]
    assert list(store.log.entries(after=1501)) == []
    assert store.log.last_position() == 1501


def test_threads_save_beside_each_other(store: SqliteStore) -> None:
    def save() -> None:
        for _ in range(25):
            store.log.save(draft())
            store.log.last_position()

    threads = [threading.Thread(target=save) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert positions(store) == list(range(1, 201))


def test_waiting_ends_when_something_is_there(store: SqliteStore) -> None:
    assert store.log.wait(after=0, seconds=0) is False
    started = time.monotonic()
    assert store.log.wait(after=0, seconds=0.05) is False
    assert time.monotonic() - started >= 0.05
    store.log.save(draft())
    assert store.log.wait(after=0, seconds=10) is True


def test_waiting_ends_at_once_when_this_process_saves(store: SqliteStore) -> None:
    timer = threading.Timer(0.1, lambda: store.log.save(draft()))
    timer.start()
    assert store.log.wait(after=0, seconds=10) is True


def test_waiting_ends_when_another_process_saves(place: str) -> None:
    store = open_store(place)
    writer = child("save_one_after", place, 0.2)
    assert store.log.wait(after=0, seconds=30) is True
    assert said(writer) == "1"


def test_waiting_ends_when_the_store_is_closed(store: SqliteStore) -> None:
    timer = threading.Timer(0.1, store.close)
    timer.start()
    started = time.monotonic()
    assert store.log.wait(after=0, seconds=30) is False
    assert time.monotonic() - started < 10


def test_a_reader_beside_three_writing_processes_misses_nothing(place: str) -> None:
    open_store(place).close()
    reader = child("tail", place, 3 * 100 * 3)
    writers = [child("write", place, 100) for _ in range(3)]

    assert [said(writer) for writer in writers] == ["100"] * 3
    assert said(reader) == "900"
    assert open_store(place).rebuilder.verify().clean


def test_processes_may_start_at_once(place: str) -> None:
    starting = [child("migrate", place) for _ in range(4)]
    assert [said(process) for process in starting] == ["0"] * 4


def test_a_killed_process_leaves_views_and_log_in_step(place: str) -> None:
    chance = random.Random(7)
    store = open_store(place)
    for _ in range(6):
        writers = [child("write", place, 0) for _ in range(2)]
        before = store.log.last_position()
        store.log.wait(after=before + 20, seconds=30)
        time.sleep(chance.random() * 0.05)
        for writer in writers:
            writer.kill()
        for writer in writers:
            writer.communicate()
        report = store.rebuilder.verify()
        assert report.clean, report
        assert report.position == report.events == store.log.last_position()
        assert report.position % 3 == 0


def test_the_log_is_not_used_across_a_fork(place: str) -> None:
    store = open_store(place)
    child_id = os.fork()
    if child_id == 0:
        try:
            store.log.last_position()
        except RuntimeError:
            os._exit(0)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child_id, 0)[1]) == 0


def path_of(place: str) -> Path:
    return Path(place.partition(":")[2])


def change(place: str, statement: str, *values: object) -> None:
    """Tamper with the database as an operator might."""
    connection = sqlite3.connect(path_of(place), isolation_level=None)
    assert connection.execute(statement, values).rowcount == 1
    connection.close()


def test_a_position_is_never_given_twice(place: str) -> None:
    store = open_store(place)
    store.log.save(draft(), draft(), draft())
    store.close()
    change(place, "DELETE FROM log WHERE position = 3")

    store = open_store(place)

    assert store.log.save(draft()) == 4
    assert store.rebuilder.verify().faults == ("No event stands at position 3.",)


def test_a_dump_restored_keeps_positions(place: str, tmp_path: Path) -> None:
    store = open_store(place)
    posts = [draft() for _ in range(5)]
    store.log.save(*posts)
    store.close()
    change(place, "DELETE FROM log WHERE position = 5")
    original = sqlite3.connect(path_of(place))
    restored = sqlite3.connect(tmp_path / "restored.db")
    restored.executescript("\n".join(original.iterdump()))
    restored.close()

    store = open_store(f"sqlite:{tmp_path / 'restored.db'}")

    assert [(entry.position, entry.aggregate_id) for entry in store.log.entries()] == [
        (position, post.id) for position, post in enumerate(posts[:4], 1)
    ]
    assert store.log.save(draft()) == 6


@pytest.mark.parametrize(
    ("column", "value"),
    [("topic", "post.vanished"), ("state", b"{"), ("state", b'{"timestamp": 5}'), ("topic", "os")],
)
def test_an_event_that_cannot_be_read_is_named(place: str, column: str, value: object) -> None:
    store = open_store(place)
    post = draft()
    store.log.save(draft(), post)
    change(place, f"UPDATE log SET {column} = ? WHERE position = 2", value)

    for read in (
        lambda: list(store.log.entries()),
        lambda: store.log.load(Post, post.id),
        store.rebuilder.verify,
    ):
        with pytest.raises(errors.InternalError) as raised:
            read()
        assert raised.value.context["position"] == 2
    assert [entry.position for entry in store.log.entries(limit=1)] == [1]


def test_a_full_disk_refuses_and_loses_nothing(place: str) -> None:
    store = open_store(place)
    store.log.save(draft())
    with store.database.write() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 20}")
    position = fill(store)

    with pytest.raises(errors.ServiceUnavailable, match="disk is full"):
        store.log.save(draft("x" * 1000), draft("y" * 1000))

    assert store.log.last_position() == position
    assert store.rebuilder.verify().clean

    with store.database.write() as connection:
        connection.execute("PRAGMA max_page_count = 1000000")
    assert store.log.save(draft()) == position + 1


def fill(store: SqliteStore) -> int:
    """Save until nothing more is taken; the last position that was promised."""
    position = 0
    with contextlib.suppress(errors.ServiceUnavailable):
        while True:
            position = store.log.save(draft("x" * 1000), draft("y" * 1000))
    return position


def test_a_damaged_file_is_service_unavailable(place: str) -> None:
    path_of(place).write_bytes(b"this is no database" * 1000)
    with pytest.raises(errors.ServiceUnavailable):
        open_store(place)


def test_a_database_of_a_newer_version_is_refused(place: str) -> None:
    open_store(place).close()
    change(place, "UPDATE schema_version SET version = 99")
    with pytest.raises(errors.ServiceUnavailable, match="newer version"):
        open_store(place)


def test_a_closed_store_says_so(store: SqliteStore) -> None:
    store.close()
    with pytest.raises(errors.ServiceUnavailable):
        store.log.save(draft())
