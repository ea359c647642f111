"""From an order to something live: on time, once, as last edited, or not at all and saying why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from domain import errors
from domain.account import LoginMethod
from domain.attempt import PARENT, FollowUp, FollowUpStatus, WaitReason
from domain.post import Post
from tests.videos import make_video
from tests.worlds import Killed, World

HOUR = timedelta(hours=1)


def once(world: World, at: str, about: str, act: Callable[[], object]) -> None:
    """Let something happen the next time a worker comes to a point."""

    def happen(point: str, said: str) -> None:
        if point == at and about in said and world.acting:
            world.happen = lambda point, about: None
            act()

    world.happen = happen


def die() -> None:
    raise Killed


def waits_until(world: World, post_id: UUID) -> timedelta:
    waiting = world.row(post_id).waiting
    assert waiting is not None
    assert waiting.until is not None
    return waiting.until - world.now()


@pytest.mark.parametrize("media_type", ["IMAGE", "CAROUSEL", "STORIES"])
@pytest.mark.parametrize("login", LoginMethod)
def test_what_is_ordered_goes_out_at_once_and_once(media_type: str, login: LoginMethod) -> None:
    with World(login=login) as world:
        post_id = world.publish("Hello", media_type)
        world.settle()
        (item,) = world.live()
        row = world.row(post_id)
        assert row.status == "PUBLISHED"
        assert row.publication is not None
        assert (row.publication.media_id, row.publication.permalink) == (item["id"], item["permalink"])
        assert (item["mediaType"], len(item["children"])) == (
            media_type,
            3 if media_type == "CAROUSEL" else 0,
        )
        assert len(world.calls("media_publish")) == 1


@pytest.mark.parametrize("login", LoginMethod)
def test_a_film_goes_out_as_a_reel(login: LoginMethod) -> None:
    with World(login=login) as world:
        reel = world.publish("Film", "REELS", media_ids=(world.film(make_video(540, 960, seconds=4)),))
        world.settle()
        assert world.status(reel) == "PUBLISHED"
        assert [item["mediaType"] for item in world.live()] == ["REELS"]


def test_a_scheduled_post_is_prepared_ahead_and_goes_out_at_its_minute(world: World) -> None:
    post_id = world.schedule(after=HOUR)
    due = world.now() + HOUR
    world.settle(until=timedelta(minutes=55))
    assert world.happened(post_id) == ["Created", "Scheduled", "ContainerCreated", "ContainerReady"]
    assert world.live() == []
    world.settle()
    (asked,) = [entry.at for entry in world.events(post_id) if isinstance(entry.event, Post.PublishAsked)]
    assert timedelta(0) <= asked - due < timedelta(seconds=1)
    assert len(world.live()) == 1


def test_nothing_is_done_for_a_scheduled_post_long_before_its_time(world: World) -> None:
    post_id = world.schedule(after=HOUR)
    world.settle(until=timedelta(minutes=49))
    assert world.happened(post_id) == ["Created", "Scheduled"]


def test_a_draft_is_never_sent(world: World) -> None:
    post_id = world.draft()
    world.settle()
    assert (world.status(post_id), world.live()) == ("DRAFT", [])


def test_an_edit_after_preparing_wins_over_what_was_prepared(world: World) -> None:
    post_id = world.schedule("Old", after=HOUR)
    world.settle(until=timedelta(minutes=55))
    world.edit(post_id, caption="New")
    world.settle()
    assert [item["caption"] for item in world.live()] == ["New"]


@pytest.mark.parametrize("point", ["call", "answer", "save"])
def test_an_edit_in_the_middle_of_preparing_wins_as_well(world: World, point: str) -> None:
    post_id = world.schedule("Old", after=timedelta(minutes=5))
    about = "ContainerCreated" if point == "save" else "POST media"
    once(world, point, about, lambda: world.edit(post_id, caption="New"))
    world.settle()
    assert [item["caption"] for item in world.live()] == ["New"]


def test_a_moved_post_goes_out_at_its_new_time_only(world: World) -> None:
    post_id = world.schedule(after=HOUR)
    world.settle(until=timedelta(minutes=55))
    world.move(post_id, after=timedelta(hours=3))
    world.settle(until=timedelta(hours=2))
    assert world.live() == []
    world.settle()
    assert len(world.live()) == 1


def test_a_cancelled_post_is_never_sent_though_a_slow_worker_holds_it(world: World) -> None:
    post_id = world.schedule(after=timedelta(minutes=5))
    once(world, "call", "POST media", lambda: world.order("cancel", post_id))
    world.settle()
    assert (world.status(post_id), world.live()) == ("CANCELLED", [])


def test_a_post_that_is_being_published_cannot_be_cancelled(world: World) -> None:
    post_id = world.publish()
    refused: list[str] = []

    def cancel() -> None:
        with pytest.raises(errors.InvalidStatus) as refusal:
            world.order("cancel", post_id)
        refused.append(refusal.value.code)

    once(world, "call", "media_publish", cancel)
    world.settle()
    assert refused == ["INVALID_STATUS"]
    assert len(world.live()) == 1


def test_a_post_later_than_allowed_is_missed_and_never_sent(world: World) -> None:
    post_id = world.schedule(after=HOUR)
    world.forward(minutes=91)
    world.settle()
    row = world.row(post_id)
    assert (row.status, world.live()) == ("MISSED", [])
    assert row.failure is not None
    assert row.failure.code == "POST_MISSED"


def test_a_post_a_little_late_still_goes_out(world: World) -> None:
    post_id = world.schedule(after=HOUR)
    world.forward(minutes=89)
    world.settle()
    assert world.status(post_id) == "PUBLISHED"


def test_a_post_whose_time_passes_in_a_workers_hand_is_missed(world: World) -> None:
    post_id = world.publish()
    world.step(post_id)
    world.forward(hours=1)
    world.settle()
    assert (world.status(post_id), world.live()) == ("MISSED", [])


def test_a_missed_post_can_be_sent_after_all(world: World) -> None:
    post_id = world.schedule(after=HOUR)
    world.forward(hours=3)
    world.settle()
    world.order("retry", post_id)
    world.settle()
    assert (world.status(post_id), len(world.live())) == ("PUBLISHED", 1)


def test_of_two_workers_on_one_post_only_one_asks(world: World) -> None:
    post_id = world.publish()
    first, second = world.workers
    world.step(post_id, first)
    world.forward(4)

    def the_other_takes_over() -> None:
        with world.stalling(first):
            world.forward(60)
            world.step(post_id, second)

    once(world, "call", "GET", the_other_takes_over)
    world.step(post_id, first)
    world.settle()
    assert len(world.calls("media_publish")) == 1
    assert (world.status(post_id), len(world.live())) == ("PUBLISHED", 1)


def test_a_worker_that_lost_its_lease_before_asking_does_not_ask(world: World) -> None:
    post_id = world.publish()
    first = world.workers[0]
    world.step(post_id, first)
    world.forward(4)

    def stand_still() -> None:
        with world.stalling(first):
            world.forward(60)

    once(world, "saved", "PublishAsked", stand_still)
    world.step(post_id, first)
    assert world.calls("media_publish") == []
    world.settle()
    assert (world.status(post_id), len(world.live())) == ("PUBLISHED", 1)
    assert "FoundUnpublished" in world.happened(post_id)


@pytest.mark.parametrize(
    "event", ["PublishingStarted", "ContainerCreated", "ContainerReady", "PublishAsked", "Published"]
)
@pytest.mark.parametrize("point", ["save", "saved"])
def test_a_death_at_any_save_loses_nothing_and_doubles_nothing(world: World, event: str, point: str) -> None:
    post_id = world.publish()
    once(world, point, event, die)
    world.settle()
    assert world.counts["kills"] == 1
    assert (world.status(post_id), len(world.live())) == ("PUBLISHED", 1)


@pytest.mark.parametrize("call", ["POST media", "POST media_publish", "GET"])
@pytest.mark.parametrize("point", ["call", "answer"])
def test_a_death_at_any_call_loses_nothing_and_doubles_nothing(world: World, call: str, point: str) -> None:
    post_id = world.publish()
    once(world, point, call, die)
    world.settle()
    assert world.counts["kills"] == 1
    assert (world.status(post_id), len(world.live())) == ("PUBLISHED", 1)


# Setbacks.


def test_a_passing_fault_is_tried_again_as_the_table_says(world: World) -> None:
    world.fault("media", error={"code": 2}, times=2)
    post_id = world.publish()
    world.step(post_id)
    row = world.row(post_id)
    assert row.waiting is not None
    assert (row.status, row.waiting.reason) == ("SCHEDULED", WaitReason.BACKING_OFF)
    assert timedelta(seconds=10) <= waits_until(world, post_id) <= timedelta(seconds=11)
    world.settle()
    assert (world.status(post_id), world.happened(post_id).count("RetryPlanned")) == ("PUBLISHED", 2)


def test_a_passing_fault_that_does_not_pass_is_given_up(world: World) -> None:
    world.fault("media", error={"code": 2}, times=99)
    post_id = world.publish()
    world.settle()
    row = world.row(post_id)
    assert (row.status, world.happened(post_id).count("RetryPlanned")) == ("FAILED", 5)
    assert row.failure is not None
    assert row.failure.upstream is not None
    assert row.failure.upstream.code == 2


def test_a_fault_of_the_content_is_not_tried_again(world: World) -> None:
    world.fault("media", error={"code": 36003, "subcode": 2207009})
    post_id = world.publish()
    world.settle()
    row = world.row(post_id)
    assert row.failure is not None
    assert (row.status, row.failure.code, world.live()) == ("FAILED", "MEDIA_INVALID", [])


def test_a_failed_post_goes_out_when_somebody_tries_it_again(world: World) -> None:
    world.fault("media", error={"code": 36003, "subcode": 2207009})
    post_id = world.publish()
    world.settle()
    world.order("retry", post_id)
    world.settle()
    assert (world.status(post_id), len(world.live())) == ("PUBLISHED", 1)


def test_a_full_quota_is_waited_for_with_its_end_announced(world: World) -> None:
    world.at_instagram(quota=1)
    first = world.publish("One")
    world.settle()
    second = world.publish("Two")
    world.settle(until=timedelta(minutes=5))
    row = world.row(second)
    assert row.waiting is not None
    assert row.waiting.reason is WaitReason.QUOTA
    assert row.waiting.until is not None
    published = world.row(first).publication
    assert published is not None
    assert row.waiting.until - published.published_at >= timedelta(hours=24)
    world.settle()
    assert (world.status(second), len(world.live())) == ("PUBLISHED", 2)


def test_a_throttle_is_waited_for_with_its_end_announced(world: World) -> None:
    world.fault("media", "throttle", seconds=600)
    post_id = world.publish()
    world.step(post_id)
    row = world.row(post_id)
    assert row.waiting is not None
    assert row.waiting.reason is WaitReason.THROTTLE
    assert timedelta(minutes=10) <= waits_until(world, post_id) <= timedelta(minutes=12)
    world.settle()
    assert (world.status(post_id), len(world.live())) == ("PUBLISHED", 1)


def test_a_throttle_longer_than_the_allowed_lateness_does_not_make_a_post_late(world: World) -> None:
    world.fault("media", "throttle", seconds=3000)
    post_id = world.publish()
    world.settle()
    assert world.status(post_id) == "PUBLISHED"


def test_a_blocked_account_pauses_its_posts_and_reconnecting_resumes_them(world: World) -> None:
    world.at_instagram(tokenState="expired")
    post_id = world.schedule(after=timedelta(minutes=15))
    world.settle(until=timedelta(minutes=10))
    row = world.row(post_id)
    assert row.waiting is not None
    assert (row.status, row.waiting.reason) == ("SCHEDULED", WaitReason.ACCOUNT)
    account = world.service.accounts.get(world.account.id)
    assert account is not None
    assert (account.status, account.blocked_by) == ("BLOCKED", "TOKEN_EXPIRED")
    world.at_instagram(tokenState="valid")
    world.connect()
    assert world.row(post_id).waiting is None
    world.settle()
    assert (world.status(post_id), len(world.live())) == ("PUBLISHED", 1)


def test_a_reconnection_that_comes_too_late_misses_the_post(world: World) -> None:
    world.at_instagram(tokenState="expired")
    post_id = world.publish()
    world.settle(until=timedelta(minutes=10))
    world.forward(hours=2)
    world.at_instagram(tokenState="valid")
    world.connect()
    world.settle()
    assert (world.status(post_id), world.live()) == ("MISSED", [])


def test_a_disconnected_account_publishes_nothing(world: World) -> None:
    post_id = world.schedule(after=HOUR)
    world.service.disconnect_account(world.caller, world.account.id, by=world.cause())
    world.settle()
    assert world.live() == []
    assert world.status(post_id) in ("MISSED", "FAILED", "SCHEDULED")


# Carousels.


def test_a_child_that_fails_once_is_made_again_alone(world: World) -> None:
    post_id = world.publish("Three", "CAROUSEL")
    made = 0

    def third() -> None:
        nonlocal made
        made += 1
        if made == 3:
            world.fault("media", error={"code": 9004, "subcode": 2207052})

    world.happen = lambda point, about: third() if (point, about) == ("call", "POST media") else None
    world.settle()
    (item,) = world.live()
    assert len(item["children"]) == 3
    slots = [
        entry.event.slot for entry in world.events(post_id) if isinstance(entry.event, Post.ContainerCreated)
    ]
    assert sorted(slots) == [PARENT, 0, 1, 2]
    assert len(world.calls("media")) == 5


def test_a_child_that_fails_for_good_fails_the_whole_and_nothing_goes_out(world: World) -> None:
    made = 0

    def third() -> None:
        nonlocal made
        made += 1
        if made == 3:
            world.fault("media", error={"code": 36001, "subcode": 2207005}, times=9)

    post_id = world.publish("Three", "CAROUSEL")
    world.happen = lambda point, about: third() if (point, about) == ("call", "POST media") else None
    world.settle()
    assert (world.status(post_id), world.live()) == ("FAILED", [])


def test_a_container_that_fails_for_good_after_it_was_made_fails_the_post(world: World) -> None:
    post_id = world.publish("Sad #sandbox_container_error")
    world.settle()
    row = world.row(post_id)
    assert row.failure is not None
    assert (row.status, row.failure.code, world.live()) == ("FAILED", "MEDIA_INVALID", [])


# What follows.


def test_a_permalink_that_cannot_be_read_does_not_fail_the_post() -> None:
    with World(permalinkFails=True) as world:
        post_id = world.publish()
        world.settle()
        row = world.row(post_id)
        assert (row.status, len(world.live())) == ("PUBLISHED", 1)
        assert row.publication is not None
        assert row.publication.permalink is None
        assert row.follow_ups[FollowUp.PERMALINK].status is FollowUpStatus.FAILED


def test_the_first_comment_is_written_after_its_intent(world: World) -> None:
    post_id = world.publish(first_comment="First!")
    world.settle()
    assert [item["comments"] for item in world.live()] == [["First!"]]
    happened = world.happened(post_id)
    assert happened.index("Published") < happened.index("FollowUpAsked")
    assert world.row(post_id).follow_ups[FollowUp.COMMENT].status is FollowUpStatus.DONE


@pytest.mark.parametrize("action", ["drop_after", "garbage"])
def test_a_comment_in_doubt_is_looked_for_before_it_is_written_again(world: World, action: str) -> None:
    world.fault("comments", action)
    post_id = world.publish(first_comment="First!")
    world.settle()
    assert [item["comments"] for item in world.live()] == [["First!"]]
    assert "FollowUpPostponed" in world.happened(post_id)
    assert world.row(post_id).follow_ups[FollowUp.COMMENT].status is FollowUpStatus.DONE


@pytest.mark.parametrize("point", ["call", "answer"])
def test_a_death_while_commenting_leaves_one_comment(world: World, point: str) -> None:
    world.publish(first_comment="First!")
    once(world, point, "POST comments", die)
    world.settle()
    assert [item["comments"] for item in world.live()] == [["First!"]]


def test_a_comment_that_is_refused_does_not_fail_the_post(world: World) -> None:
    world.fault("comments", error={"code": 10}, times=99)
    post_id = world.publish(first_comment="First!")
    world.settle()
    assert world.status(post_id) == "PUBLISHED"
    assert world.row(post_id).follow_ups[FollowUp.COMMENT].status is FollowUpStatus.FAILED
