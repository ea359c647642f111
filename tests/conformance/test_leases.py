"""What leases keep to: at most one holder at a time, over all processes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.sqlite.leases import SqliteLeases
from adapters.sqlite.store import SqliteStore
from tests.conformance.stores import child, open_store, said


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.time = 1_900_000_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def leases(store: SqliteStore, watch: Watch) -> SqliteLeases:
    return SqliteLeases(store.volatile, watch)


def test_a_free_lease_is_taken_by_the_first(leases: SqliteLeases) -> None:
    assert leases.acquire("gate", "a", seconds=10)
    assert not leases.acquire("gate", "b", seconds=10)
    assert not leases.acquire("gate", "a", seconds=10)
    assert leases.acquire("other gate", "b", seconds=10)


def test_a_released_lease_is_free(leases: SqliteLeases) -> None:
    leases.acquire("gate", "a", seconds=10)
    leases.release("gate", "b")
    assert not leases.acquire("gate", "b", seconds=10)
    leases.release("gate", "a")
    assert leases.acquire("gate", "b", seconds=10)


def test_a_lapsed_lease_is_free_and_lost(leases: SqliteLeases, watch: Watch) -> None:
    leases.acquire("gate", "a", seconds=10)
    watch.time += 10
    assert leases.renew("a", seconds=10) == set()
    assert leases.acquire("gate", "b", seconds=10)
    leases.release("gate", "a")
    assert not leases.acquire("gate", "a", seconds=10)


def test_renewing_lengthens_all_that_is_held(leases: SqliteLeases, watch: Watch) -> None:
    for name in ("one", "two"):
        leases.acquire(name, "a", seconds=10)
    leases.acquire("three", "b", seconds=10)
    watch.time += 9
    assert leases.renew("a", seconds=10) == {"one", "two"}
    watch.time += 9
    assert not leases.acquire("one", "b", seconds=10)
    assert leases.acquire("three", "a", seconds=10)


def test_the_latest_end_is_known_by_prefix(leases: SqliteLeases, watch: Watch) -> None:
    assert leases.held_until("worker/") is None
    leases.acquire("worker/a", "a", seconds=10)
    leases.acquire("worker/b", "b", seconds=20)
    leases.acquire("gate", "b", seconds=90)
    watch.time += 1000
    assert leases.held_until("worker/") == datetime.fromtimestamp(1_900_000_020, UTC)
    assert leases.held_until("w%") is None


def test_leases_are_measured_in_real_time(store: SqliteStore) -> None:
    assert store.leases.acquire("gate", "a", seconds=0.001)
    deadline = datetime.now(UTC).timestamp() + 5
    while not store.leases.acquire("gate", "b", seconds=10):
        assert datetime.now(UTC).timestamp() < deadline


def test_four_processes_never_hold_the_same_lease(place: str, tmp_path: Path) -> None:
    open_store(place).close()
    holders = [child("hold", place, 100, tmp_path / "mark") for _ in range(4)]
    assert [said(holder) for holder in holders] == ["100"] * 4
