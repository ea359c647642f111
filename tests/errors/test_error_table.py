"""Every refusal Instagram knows, provoked through the simulation: code, further tries, and the account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from adapters.graph_api.errors import EXCEPTIONS, ROWS, UPLOADS
from adapters.graph_api.stages import Stage
from domain.account import AccountStatus, LoginMethod
from domain.content import UserTag
from domain.post import Status
from tests.errors.fates import DELETING, FATES, IN_CONTAINERS, PUBLISHING, Fate, again, pairs, stop
from tests.videos import make_video
from tests.worlds import World

EVER = 999
QUIET = 60.0
SOON = timedelta(minutes=10)
LONG = timedelta(days=2)

Pair = tuple[int | None, int | None]
ALL = pytest.mark.parametrize("pair", FATES, ids=str)
PASSING = {pair: fate for pair, fate in FATES.items() if fate.tries > 1}
DOUBTFUL = {pair: fate for pair, fate in FATES.items() if fate.doubt}


def error_of(pair: Pair) -> dict[str, Any]:
    """The refusal as the control face takes it; a number that stands alone comes under any code."""
    code, subcode = pair
    return {"code": -1 if code is None else code, "subcode": subcode, "status": 400}


def seconds_between(calls: list[dict[str, Any]]) -> list[float]:
    return [after["time"] - before["time"] for before, after in pairwise(calls)]


def demand_fate(world: World, post_id: UUID, fate: Fate, operation: str, *, quiet: float = 0.0) -> None:
    """A refusal that never passes has come to its end, as written down."""
    row, calls = world.row(post_id), world.calls(operation)
    assert len(calls) == fate.tries
    assert all(span >= max(fate.wait, quiet) for span in seconds_between(calls))
    assert row.failure is not None
    assert row.failure.code == fate.code
    assert world.live() == []
    account = world.service.accounts.get(world.account.id)
    assert account is not None
    if fate.blocks:
        assert (account.status, account.blocked_by) == (AccountStatus.BLOCKED, fate.code)
        assert (row.status, str(row.waiting and row.waiting.reason)) == (Status.SCHEDULED, "ACCOUNT_BLOCKED")
    else:
        assert (account.status, account.blocked_by) == (AccountStatus.CONNECTED, None)
        assert row.status is Status.FAILED


def test_every_row_of_the_table_has_an_expectation() -> None:
    assert {pair for pair, _ in PUBLISHING} - {(200, None)} == set(FATES) - {(200, None)}
    assert {pair for row in ROWS if row.only is Stage.DELETE for pair in pairs(row)} == set(DELETING)
    assert set(EXCEPTIONS) == set(CODED)
    assert set(UPLOADS) == set(UPLOADING)
    told_by_containers = {
        row.subcode
        for _, row in PUBLISHING
        if row.code in (-2, None, 352, 9004, 36000, 36001, 36003) and row.subcode is not None
    }
    assert told_by_containers <= set(IN_CONTAINERS)


@ALL
def test_a_refusal_to_make_a_container_is_tried_again_as_often_as_it_is_worth(pair: Pair) -> None:
    fate = FATES[pair]
    with World() as world:
        world.fault("media", error=error_of(pair), times=EVER)
        post_id = world.publish(user_tags=(UserTag("somebody", 0.5, 0.5),))
        world.settle(until=SOON if fate.blocks else LONG)

        demand_fate(world, post_id, fate, "media")
        told = world.row(post_id).failure
        assert told is not None
        assert told.upstream is not None
        assert (told.upstream.code, told.upstream.subcode) == (error_of(pair)["code"], pair[1])
        assert (told.upstream.http_status, bool(told.upstream.trace_id)) == (400, True)


@ALL
def test_a_refusal_to_publish_is_tried_again_as_often_as_it_is_worth(pair: Pair) -> None:
    fate = FATES[pair]
    with World() as world:
        world.fault("media_publish", error=error_of(pair), times=EVER)
        post_id = world.publish()
        world.settle(until=SOON if fate.blocks else LONG)

        demand_fate(world, post_id, fate, "media_publish", quiet=QUIET if fate.doubt else 0)
        assert ("Doubted" in world.happened(post_id)) is fate.doubt


@pytest.mark.parametrize("operation", ["media", "media_publish"])
@pytest.mark.parametrize("pair", PASSING, ids=str)
def test_a_refusal_that_passes_does_not_keep_a_post_from_going_out(pair: Pair, operation: str) -> None:
    fate = PASSING[pair]
    with World() as world:
        world.fault(operation, error=error_of(pair))
        post_id = world.publish()
        world.settle(until=timedelta(seconds=30))
        waiting = world.row(post_id).waiting
        if fate.waits and not (fate.doubt and operation == "media_publish"):
            assert waiting is not None
            assert waiting.reason == fate.waits
            assert waiting.until is not None
            assert waiting.until >= world.now() + timedelta(seconds=fate.wait - 30)
        world.settle()

        assert world.status(post_id) == "PUBLISHED"
        assert world.row(post_id).failure is None
        assert len(world.live_of(post_id)) == 1
        assert len(world.calls(operation)) == 2


@pytest.mark.parametrize("pair", DOUBTFUL, ids=str)
def test_a_refusal_that_proves_nothing_is_not_believed(pair: Pair) -> None:
    with World() as world:
        world.fault("media_publish", error=error_of(pair), after=True)
        post_id = world.publish()
        world.settle(until=SOON)

        assert world.status(post_id) == "PUBLISHED"
        assert len(world.live_of(post_id)) == len(world.calls("media_publish")) == 1
        account = world.service.accounts.get(world.account.id)
        assert account is not None
        assert (account.status is AccountStatus.BLOCKED) is DOUBTFUL[pair].blocks


# Codes that stand in the message alone, and what no table knows.

CODED = {
    "INSTAGRAM_PLATFORM_API__INVALID_LOCATION_ID": "VALIDATION_ERROR",
    "INSTAGRAM_PLATFORM_API__PERMISSION": "CAPABILITY_UNAVAILABLE",
    "INSTAGRAM_PLATFORM_API__INVALID_PARAM": "VALIDATION_ERROR",
}


@pytest.mark.parametrize("name", CODED)
def test_a_code_in_the_message_is_understood(name: str) -> None:
    with World() as world:
        world.fault("media", error={"code": 100, "message": f"({name}) says Instagram"}, times=EVER)
        post_id = world.publish()
        world.settle(until=LONG)
        demand_fate(world, post_id, stop(CODED[name]), "media")


UNHEARD_OF: dict[str, tuple[dict[str, Any], Fate]] = {
    "a number of the media's": ({"code": 100, "subcode": 2207999}, again("UNKNOWN_ERROR", 2, 15)),
    "said to pass": ({"code": 777, "transient": True}, again("UNKNOWN_ERROR", 4, 10)),
    "a server's trouble": ({"code": 777, "status": 503}, again("UNKNOWN_ERROR", 6, 10)),
    "too many requests": (
        {"code": 777, "status": 429},
        Fate("INSTAGRAM_THROTTLED", 9, 3600, waits="INSTAGRAM_THROTTLED"),
    ),
    "anything": ({"code": 777}, stop("UNKNOWN_ERROR")),
}


@pytest.mark.parametrize("name", UNHEARD_OF)
@pytest.mark.parametrize("operation", ["media", "media_publish"])
def test_what_is_in_no_table_is_tried_with_measure(operation: str, name: str) -> None:
    error, fate = UNHEARD_OF[name]
    with World() as world:
        world.fault(operation, error=error, times=EVER)
        post_id = world.publish()
        world.settle(until=LONG)
        demand_fate(world, post_id, fate, operation, quiet=QUIET if operation == "media_publish" else 0)


# The other shapes in which a failure arrives.


def failing(world: World, failure: int, text: str = "", *, times: int = EVER) -> None:
    """Let the containers that are made from now on read ERROR."""
    left = [times]

    def happen(point: str, about: str) -> None:
        if (point, about) == ("answer", "POST media") and left[0] > 0:
            left[0] -= 1
            with world.simulation.change():
                made = list(world.simulation.containers.values())[-1]
                made.failure, made.failure_text = failure, text
                world.simulation.keep(made)

    world.happen = happen


@pytest.mark.parametrize("subcode", IN_CONTAINERS)
def test_a_container_that_failed_tells_why_in_a_sentence(subcode: int) -> None:
    with World() as world:
        failing(world, subcode)
        post_id = world.publish()
        world.settle(until=LONG)

        demand_fate(world, post_id, IN_CONTAINERS[subcode], "media")
        told = world.row(post_id).failure
        assert told is not None
        assert told.upstream is not None
        assert (told.upstream.http_status, told.upstream.subcode) == (200, subcode)
        assert world.calls("media_publish") == []


@pytest.mark.parametrize("subcode", [code for code, fate in IN_CONTAINERS.items() if fate.tries > 1])
def test_another_container_is_made_for_one_that_failed(subcode: int) -> None:
    with World() as world:
        failing(world, subcode, times=1)
        post_id = world.publish()
        world.settle()
        assert world.status(post_id) == "PUBLISHED"
        assert len(world.calls("media")) == 2


def test_a_container_that_failed_without_a_word_is_made_once_more() -> None:
    with World(emptyStatusCode=True) as world:
        failing(world, 1, "Error: nobody knows")
        post_id = world.publish()
        world.settle(until=LONG)
        demand_fate(world, post_id, again("UNKNOWN_ERROR", 2, 15), "media")


def test_a_container_that_ran_out_is_made_anew() -> None:
    with World() as world:
        post_id = world.schedule(after=timedelta(minutes=9))
        world.settle(until=timedelta(minutes=1))
        assert world.post(post_id).prepared()
        with world.simulation.change():
            (made,) = world.simulation.containers.values()
            made.created_at -= 25 * 3600
            world.simulation.keep(made)
        world.settle()

        assert world.status(post_id) == "PUBLISHED"
        assert len(world.calls("media")) == 2
        assert len(world.live_of(post_id)) == 1


def test_containers_that_always_run_out_are_given_up() -> None:
    with World() as world:

        def age(point: str, about: str) -> None:
            if (point, about) == ("answer", "POST media"):
                with world.simulation.change():
                    made = list(world.simulation.containers.values())[-1]
                    made.created_at -= 25 * 3600
                    world.simulation.keep(made)

        world.happen = age
        post_id = world.publish()
        world.settle(until=LONG)
        demand_fate(world, post_id, again("CONTAINER_EXPIRED", 3, 4), "media")


UPLOADING: dict[str, tuple[dict[str, Any], Fate]] = {
    "NotAuthorizedError": ({"code": 190}, Fate("TOKEN_EXPIRED", blocks=True)),
    "OffsetInvalidError": ({"code": 100, "transient": True}, again("UNKNOWN_ERROR", 4, 5)),
    "PartialRequestError": ({"code": 100, "transient": True}, again("UNKNOWN_ERROR", 4, 5)),
    "ProcessingFailedError": ({"code": 100}, again("MEDIA_INVALID", 2, 30)),
}


@pytest.mark.parametrize("kind", UPLOADING)
def test_a_refusal_of_the_upload_host_is_understood(kind: str) -> None:
    error, fate = UPLOADING[kind]
    with World() as world:
        film = world.film(make_video())
        world.fault("rupload", error={**error, "type": kind, "message": "No."}, times=EVER)
        post_id = world.publish("A film", "REELS", media_ids=(film,))
        world.settle(until=SOON if fate.blocks else LONG)

        demand_fate(world, post_id, fate, "rupload")
        told = world.row(post_id).failure
        assert told is not None
        assert told.upstream is not None
        assert (told.upstream.title, told.upstream.message) == (kind, "No.")


@pytest.mark.parametrize(
    "fault", [{"action": "drop_before"}, {"action": "drop_after"}, {"action": "garbage"}]
)
@pytest.mark.parametrize("operation", ["media", "container", "rupload"])
def test_a_call_that_shows_nothing_is_repeated_when_its_answer_is_missing_or_nonsense(
    operation: str, fault: dict[str, Any]
) -> None:
    with World() as world:
        media = {"media_ids": (world.film(make_video()),)} if operation == "rupload" else {}
        world.fault(operation, **fault)
        post_id = world.publish("Once", "REELS" if media else "IMAGE", **media)
        world.settle()
        assert world.status(post_id) == "PUBLISHED"
        assert len(world.live()) == 1
        assert "Doubted" not in world.happened(post_id)


@pytest.mark.parametrize("action", ["drop_before", "garbage"])
def test_a_container_that_never_comes_about_is_given_up_in_time(action: str) -> None:
    with World() as world:
        world.fault("media", action, times=EVER)
        post_id = world.publish()
        world.settle()
        demand_fate(world, post_id, again("UNKNOWN_ERROR", 6, 5), "media")


@pytest.mark.parametrize("action", ["drop_before", "drop_after", "garbage", "delay"])
def test_a_lost_answer_to_publishing_is_looked_for(action: str) -> None:
    with World() as world:
        world.fault("media_publish", action, seconds=60 if action == "delay" else 0)
        post_id = world.publish()
        world.settle()
        assert world.status(post_id) == "PUBLISHED"
        assert len(world.live_of(post_id)) == 1
        assert "Doubted" in world.happened(post_id)
        assert len(world.calls("media_publish")) == (2 if action == "drop_before" else 1)


# A container that cannot be read is not a failed one.


def test_a_container_that_the_first_token_cannot_read_is_read_with_the_second() -> None:
    with World() as world:
        world.fault("container", error={"code": 100, "subcode": 33})
        post_id = world.publish()
        world.settle()
        assert world.status(post_id) == "PUBLISHED"
        first, second, *_ = world.calls("container")
        assert (first["code"], first["subcode"], second["status"]) == (100, 33, 200)
        assert first["time"] == second["time"]


@pytest.mark.parametrize("login", list(LoginMethod))
def test_a_container_that_nobody_may_read_is_published_all_the_same(login: LoginMethod) -> None:
    with World(login=login) as world:
        world.fault("container", error={"code": 100, "subcode": 33}, times=EVER)
        post_id = world.publish()
        world.settle()
        assert world.status(post_id) == "PUBLISHED"
        assert len(world.live()) == 1
        assert not {"ContainerLost", "Doubted"} & set(world.happened(post_id))


def test_a_doubt_lasts_while_neither_container_nor_list_can_be_read() -> None:
    with World() as world:
        world.fault("media_publish", "drop_before")
        post_id = world.publish()
        world.settle(until=timedelta(seconds=10))
        for operation in ("container", "media_list"):
            world.fault(operation, error={"code": 100, "subcode": 33}, times=EVER)
        world.settle(until=timedelta(minutes=40))
        assert world.status(post_id) == "UNCONFIRMED"
        assert len(world.calls("media_publish")) == 1

        world.clear_faults()
        world.settle()
        assert world.live() == []
        assert world.status(post_id) == "MISSED"


# Natural causes.

NATURAL: dict[str, tuple[Callable[[World], object], dict[str, Any], str, bool]] = {
    "restricted": (lambda world: world.at_instagram(blocked="restricted"), {}, "ACCOUNT_RESTRICTED", True),
    "checkpoint": (lambda world: world.at_instagram(blocked="checkpoint"), {}, "ACCOUNT_RESTRICTED", True),
    "permission": (lambda world: world.at_instagram(blocked="permission"), {}, "PERMISSION_MISSING", True),
    "expired": (lambda world: world.at_instagram(tokenState="expired"), {}, "TOKEN_EXPIRED", True),
    "revoked": (lambda world: world.at_instagram(tokenState="revoked"), {}, "TOKEN_EXPIRED", True),
    "invalid": (lambda world: world.at_instagram(tokenState="invalid"), {}, "TOKEN_EXPIRED", True),
    **{
        f"token {state}": (
            lambda world, state=state: world.at_instagram(tokenState=state),
            {},
            "ACCOUNT_RESTRICTED" if state in ("459", "464") else "TOKEN_EXPIRED",
            True,
        )
        for state in ("458", "459", "460", "463", "464", "467", "492")
    },
    "unloadable": (
        lambda world: None,
        {"collaborators": ("sandbox_private",)},
        "INVALID_COLLABORATORS",
        False,
    ),
    "no place": (lambda world: None, {"location_id": "0"}, "VALIDATION_ERROR", False),
    "magic token": (lambda world: None, {"caption": "#sandbox_token_expired"}, "TOKEN_EXPIRED", True),
    "magic fetch": (lambda world: None, {"caption": "#sandbox_fetch_failed"}, "MEDIA_FETCH_FAILED", False),
    "magic container": (lambda world: None, {"caption": "#sandbox_container_error"}, "MEDIA_INVALID", False),
}


@pytest.mark.parametrize("login", list(LoginMethod))
@pytest.mark.parametrize("name", NATURAL)
def test_what_goes_wrong_by_itself_has_its_code(name: str, login: LoginMethod) -> None:
    arrange, words, code, blocks = NATURAL[name]
    with World(login=login) as world:
        arrange(world)
        post_id = world.publish(**words)
        world.settle(until=SOON)

        row, account = world.row(post_id), world.service.accounts.get(world.account.id)
        assert row.failure is not None
        assert row.failure.code == code
        assert account is not None
        assert account.blocked_by == (code if blocks else None)
        assert world.live() == []
