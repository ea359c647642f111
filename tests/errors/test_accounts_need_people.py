"""Accounts that wait for a person, and tokens that are kept alive in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from application.accounts.access import token_name
from domain import errors
from domain.account import AccountStatus, LoginMethod
from domain.attempt import Waiting, WaitReason
from domain.errors import DomainError
from tests.errors.doors import Client, account_of, connect_other, publish_for
from tests.worlds import World

BLOCKED = Waiting(WaitReason.ACCOUNT, None)
TOMORROW = timedelta(days=1)


def block(world: World) -> None:
    """Let a call meet an account that Instagram has restricted."""
    world.at_instagram(blocked="restricted")
    world.publish("It meets the block")
    world.settle(until=timedelta(minutes=1))
    assert account_of(world).blocked_by == "ACCOUNT_RESTRICTED"


def token_of(world: World) -> str | None:
    return world.store.vault.get(token_name(world.account.id))


def test_posts_of_a_blocked_account_wait_and_say_so() -> None:
    with World() as world:
        later = world.schedule("Later", after=timedelta(hours=1))
        block(world)
        world.settle(until=timedelta(minutes=55))
        assert world.row(later).waiting == BLOCKED
        assert world.row(later).failure is not None
        assert world.row(later).failure.code == "ACCOUNT_RESTRICTED"  # type: ignore[union-attr]
        assert world.live() == []


def test_a_blocked_account_is_not_called() -> None:
    with World() as world:
        block(world)
        before = len(world.calls("media"))
        world.schedule("Later", after=timedelta(minutes=5))
        world.settle(until=timedelta(hours=1))
        assert len(world.calls("media")) == before


def test_publishing_now_is_refused_with_the_code_of_the_block() -> None:
    with World() as world:
        draft = world.draft("A draft")
        block(world)
        with pytest.raises(errors.AccountRestricted):
            world.publish("Now")
        with pytest.raises(errors.AccountRestricted):
            world.order("publish", draft)
        assert Client(world).refusal("POST", f"/posts/{draft}/publish") == "ACCOUNT_RESTRICTED"


def test_scheduling_for_a_blocked_account_is_accepted_and_says_what_it_waits_for() -> None:
    with World() as world:
        draft = world.draft("A draft")
        block(world)
        assert world.row(world.schedule("Later", after=TOMORROW)).waiting == BLOCKED
        assert world.move(draft, after=TOMORROW).waiting == BLOCKED
        shown = Client(world).ask("GET", f"/posts/{draft}").json
        assert shown["waitingFor"] == {"reason": "ACCOUNT_BLOCKED", "until": None}
        assert shown["failure"]["code"] == "ACCOUNT_RESTRICTED"


def test_reconnecting_lets_posts_go_out_in_time_and_the_overdue_be_missed() -> None:
    with World() as world:
        overdue = world.schedule("Overdue", after=timedelta(hours=1))
        late = world.schedule("Late", after=timedelta(hours=2, minutes=45))
        timely = world.schedule("Timely", after=timedelta(hours=5))
        block(world)
        world.settle(until=timedelta(hours=3))
        assert world.status(late) == "SCHEDULED"

        world.at_instagram(blocked=False)
        world.connect()
        assert account_of(world).status is AccountStatus.CONNECTED
        assert [world.row(post_id).waiting for post_id in (late, timely)] == [None, None]
        world.settle()

        assert [world.status(post_id) for post_id in (overdue, late, timely)] == [
            "MISSED",
            "PUBLISHED",
            "PUBLISHED",
        ]
        assert world.row(overdue).failure is not None
        assert world.row(overdue).failure.code == "POST_MISSED"  # type: ignore[union-attr]
        assert [item["caption"] for item in world.live()] == ["Late", "Timely"]
        listed = Client(world).ask("GET", "/posts?status=MISSED").json["items"]
        assert str(overdue) in [post["id"] for post in listed]


def test_a_wait_that_is_not_for_the_account_outlives_a_reconnection() -> None:
    with World() as world:
        world.fault("media", error={"code": 80002})
        post_id = world.publish("Throttled")
        world.settle(until=timedelta(minutes=1))
        waiting = world.row(post_id).waiting
        assert waiting is not None
        world.connect()
        assert world.row(post_id).waiting == waiting


def test_one_blocked_account_does_not_hold_up_another() -> None:
    with World() as world:
        other = connect_other(world)
        block(world)
        post_id = publish_for(world, other, world.content("Of the other"))
        world.settle(until=timedelta(minutes=5))
        assert world.status(post_id) == "PUBLISHED"


# Tokens.


def test_a_token_is_refreshed_in_its_last_fifteen_days() -> None:
    with World(login=LoginMethod.INSTAGRAM) as world:
        first, ends = token_of(world), account_of(world).token_expires_at
        assert ends is not None
        world.forward(days=44)
        assert world.service.refresh_due_tokens("w1") == []
        assert world.calls("refresh_token") == []

        world.forward(days=2)
        assert world.service.refresh_due_tokens("w1") == []
        assert len(world.calls("refresh_token")) == 1
        fresh = account_of(world).token_expires_at
        assert fresh is not None
        assert abs(fresh - ends - timedelta(days=46)) < timedelta(minutes=1)
        assert token_of(world) != first
        post_id = world.publish()
        world.settle()
        assert world.status(post_id) == "PUBLISHED"


def test_a_token_younger_than_a_day_cannot_be_refreshed_and_stays() -> None:
    with World(login=LoginMethod.INSTAGRAM) as world:
        before = token_of(world)
        world.forward(hours=23)
        with pytest.raises(DomainError):
            world.service.refresh_token(world.caller, world.account.id, by=world.cause())
        assert (token_of(world), account_of(world).status) == (before, AccountStatus.CONNECTED)
        world.forward(hours=2)
        world.service.refresh_token(world.caller, world.account.id, by=world.cause())
        assert token_of(world) != before


@pytest.mark.parametrize(
    "fault",
    [
        {"action": "garbage"},
        {"action": "drop_before"},
        {"action": "drop_after"},
        {"error": {"code": 2, "status": 503}},
        {"error": {"code": 100}},
    ],
    ids=str,
)
def test_a_refresh_that_fails_leaves_the_token_as_it_was(fault: dict[str, Any]) -> None:
    with World(login=LoginMethod.INSTAGRAM) as world:
        before = token_of(world)
        world.forward(days=46)
        world.fault("refresh_token", times=9, **fault)
        (at_risk,) = world.service.refresh_due_tokens("w1")
        assert (at_risk.id, token_of(world)) == (world.account.id, before)
        post_id = world.publish()
        world.settle(until=timedelta(minutes=5))
        assert world.status(post_id) == "PUBLISHED"


def test_a_failed_refresh_is_tried_again_after_an_hour() -> None:
    with World(login=LoginMethod.INSTAGRAM) as world:
        world.forward(days=46)
        world.fault("refresh_token", "drop_before")
        for minutes in (0, 20, 20):
            world.forward(minutes=minutes)
            assert len(world.service.refresh_due_tokens("w1")) == 1
        assert len(world.calls("refresh_token")) == 1
        world.forward(minutes=21)
        assert world.service.refresh_due_tokens("w1") == []


def test_a_token_that_is_refused_on_refreshing_blocks_its_account() -> None:
    with World(login=LoginMethod.INSTAGRAM) as world:
        world.forward(days=46)
        world.at_instagram(tokenState="460")
        world.service.refresh_due_tokens("w1")
        assert account_of(world).blocked_by == "TOKEN_EXPIRED"


def test_a_token_past_its_life_blocks_its_account() -> None:
    with World(login=LoginMethod.INSTAGRAM) as world:
        world.forward(days=61)
        later = world.schedule("Later", after=TOMORROW)
        client, path = Client(world), f"/accounts/{world.account.id}/refresh-token"
        assert client.refusal("POST", path) == "TOKEN_EXPIRED"
        with pytest.raises(errors.TokenExpired):
            world.publish("Now")
        world.service.refresh_due_tokens("w1")
        assert account_of(world).blocked_by == "TOKEN_EXPIRED"
        assert world.calls("refresh_token") == []
        world.settle(until=timedelta(hours=24, minutes=5))
        assert world.row(later).waiting == BLOCKED


def test_tokens_at_risk_are_listed() -> None:
    with World() as world:
        assert world.service.refresh_due_tokens.at_risk() == []
        world.forward(days=46)
        assert [row.id for row in world.service.refresh_due_tokens.at_risk()] == [world.account.id]


def test_a_facebook_token_is_not_refreshed_without_an_app() -> None:
    with World() as world:
        path = f"/accounts/{world.account.id}/refresh-token"
        assert Client(world).refusal("POST", path) == "NOT_CONFIGURED"
