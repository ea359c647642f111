"""When things happen: bounds that hold for every number."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.timing import CONTAINER_LIFE, CONTAINER_USABLE, Pace, backoff, deadline, look_delay, poll_delay
from tests.fakes.posts import NOON

TRIES = st.integers(min_value=1, max_value=10_000)
CHANCE = st.floats(min_value=0, max_value=1)
SECONDS = st.floats(min_value=0, max_value=7 * 86_400)


@given(TRIES, CHANCE)
def test_backing_off_stays_between_four_seconds_and_twelve_minutes(tries: int, chance: float) -> None:
    assert 4.0 <= backoff(tries, chance).total_seconds() <= 720.0


@given(TRIES, CHANCE)
def test_a_later_try_never_comes_sooner_by_the_same_chance(tries: int, chance: float) -> None:
    assert backoff(tries, chance) <= backoff(tries + 1, chance)


@given(st.integers(min_value=1, max_value=4), CHANCE, CHANCE)
def test_while_waits_grow_chance_cannot_turn_them_round(tries: int, one: float, other: float) -> None:
    assert backoff(tries, one) < backoff(tries + 1, other)


@given(TRIES, CHANCE, SECONDS)
def test_a_given_wait_is_honoured(tries: int, chance: float, least: float) -> None:
    waited = backoff(tries, chance, least=least)
    assert waited >= timedelta(seconds=least)
    assert waited >= backoff(tries, chance)
    assert waited.total_seconds() <= max(720.0, least * 1.1 + 0.001)


def test_the_first_waits_are_five_fifteen_and_forty_five_seconds() -> None:
    assert [backoff(tries, 0.5).total_seconds() for tries in (1, 2, 3, 4, 5, 6, 60)] == [
        5,
        15,
        45,
        135,
        405,
        600,
        600,
    ]


@given(SECONDS)
def test_a_container_is_read_again_within_one_second_to_a_minute(age: float) -> None:
    assert 1.0 <= poll_delay(timedelta(seconds=age)).total_seconds() <= 60.0


@given(SECONDS, SECONDS)
def test_an_older_container_is_never_read_more_often(one: float, other: float) -> None:
    younger, older = sorted((one, other))
    assert poll_delay(timedelta(seconds=younger)) <= poll_delay(timedelta(seconds=older))


@given(st.floats(min_value=0, max_value=7.9))
def test_a_young_container_is_read_every_two_seconds_at_least(age: float) -> None:
    assert poll_delay(timedelta(seconds=age)) <= timedelta(seconds=2)


@given(st.integers(min_value=0, max_value=100_000))
def test_looks_grow_rare_but_never_end(looks: int) -> None:
    assert timedelta(seconds=1) <= look_delay(looks) <= look_delay(looks + 1) <= timedelta(minutes=10)


def test_the_first_hour_of_a_doubt_is_looked_at_every_minute() -> None:
    hour = sum((look_delay(looks) for looks in range(60)), timedelta())
    assert timedelta(minutes=50) < hour < timedelta(minutes=70)
    assert look_delay(60) == timedelta(minutes=10)


@given(SECONDS, st.one_of(st.none(), SECONDS))
def test_the_deadline_is_the_allowed_lateness_after_the_later_of_due_and_announced(
    allowed: float, announced: float | None
) -> None:
    late = timedelta(seconds=allowed)
    until = None if announced is None else NOON + timedelta(seconds=announced)
    last = deadline(NOON, late, until)
    assert last - late == max(NOON, until or NOON)


def test_an_announced_wait_that_ended_before_the_due_time_changes_nothing() -> None:
    late = Pace().allowed_lateness
    assert deadline(NOON, late, NOON - timedelta(hours=1)) == deadline(NOON, late, None) == NOON + late


def test_a_container_is_left_an_hour_before_it_dies() -> None:
    assert timedelta(hours=1) == CONTAINER_LIFE - CONTAINER_USABLE
