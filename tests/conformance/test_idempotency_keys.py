"""What idempotency keys keep to: one holder, one command, one answer, for a day."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from adapters.sqlite.idempotency_keys import SqliteIdempotencyKeys
from adapters.sqlite.store import SqliteStore
from application.idempotency import Claim, Held, KeptAnswer, Taken
from tests.conformance.stores import child, open_store, said

ANSWER = KeptAnswer(201, {"etag": '"1"'}, b"{}")


class Watch:
    time = 1_900_000_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def keys(store: SqliteStore, watch: Watch) -> SqliteIdempotencyKeys:
    return SqliteIdempotencyKeys(store.database, watch)


def claim(keys: SqliteIdempotencyKeys, holder: str = "a", tenant: str = "t", request: str = "r") -> Any:
    return keys.claim(tenant, "k", fingerprint=request, holder=holder, lease=10, kept=100)


def test_a_key_is_held_then_answered(keys: SqliteIdempotencyKeys) -> None:
    mine = claim(keys)
    assert isinstance(mine, Claim)
    assert claim(keys, "b") == Held()
    keys.keep(mine, ANSWER)
    assert claim(keys, "b") == ANSWER


def test_a_key_stands_for_one_request_of_one_tenant(keys: SqliteIdempotencyKeys) -> None:
    mine = claim(keys)
    assert claim(keys, request="other") == Taken()
    assert isinstance(claim(keys, tenant="other", request="other"), Claim)
    keys.keep(mine, ANSWER)
    assert claim(keys, request="other") == Taken()


def test_a_dead_holder_is_followed_by_another_with_the_same_command(
    keys: SqliteIdempotencyKeys, watch: Watch
) -> None:
    dead = claim(keys)
    watch.time += 10
    follower = claim(keys, "b")
    assert follower.command_id == dead.command_id
    keys.keep(dead, ANSWER)
    keys.release(dead)
    assert claim(keys, "c") == Held()
    keys.keep(follower, ANSWER)
    assert claim(keys, "c") == ANSWER


def test_who_renews_keeps_the_key(keys: SqliteIdempotencyKeys, watch: Watch) -> None:
    claim(keys)
    watch.time += 9
    keys.renew({"a", "nobody"}, lease=10)
    watch.time += 9
    assert claim(keys, "b") == Held()


def test_a_released_key_is_new_and_a_lapsed_one_is_not(keys: SqliteIdempotencyKeys) -> None:
    first = claim(keys)
    keys.lapse(first)
    second = claim(keys, "b")
    assert second.command_id == first.command_id
    keys.release(second)
    assert claim(keys, "c", request="other").command_id != first.command_id


def test_after_its_time_a_key_is_new(keys: SqliteIdempotencyKeys, watch: Watch) -> None:
    first = claim(keys)
    keys.keep(first, ANSWER)
    watch.time += 100
    assert claim(keys, "b", request="other").command_id != first.command_id


def test_eight_threads_get_one_claim(keys: SqliteIdempotencyKeys) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: claim(keys, str(n)), range(8)))
    assert sum(isinstance(one, Claim) for one in found) == 1


def test_four_processes_get_one_claim(place: str, tmp_path: Path) -> None:
    open_store(place).close()
    claims = [said(process) for process in [child("claim", place) for _ in range(4)]]
    assert sorted(claims) == ["claimed", "held", "held", "held"]
