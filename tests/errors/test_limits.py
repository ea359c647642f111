"""Instagram's limits: posts of a day and calls, each waited for no longer than it takes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.attempt import WaitReason
from tests.errors.doors import Client, calls_of, connect_other, publish_for
from tests.worlds import World

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def published_at(world: World) -> list[datetime]:
    return sorted(datetime.fromisoformat(item["publishedAt"]) for item in world.live())


def test_posts_beyond_the_quota_wait_until_the_window_frees_and_go_out_then() -> None:
    with World() as world:
        world.at_instagram(quota=2)
        posts = [
            world.schedule(f"Post {number}", after=HOUR + timedelta(minutes=number)) for number in range(5)
        ]
        world.settle(until=2 * HOUR)

        out = [post_id for post_id in posts if world.status(post_id) == "PUBLISHED"]
        waiting = [post_id for post_id in posts if post_id not in out]
        assert (len(out), len(waiting)) == (2, 3)
        free = [at + DAY for at in published_at(world)]
        until = []
        for post_id in waiting:
            row = world.row(post_id)
            assert row.status == "SCHEDULED"
            assert row.waiting is not None
            assert row.waiting.reason is WaitReason.QUOTA
            assert row.waiting.until is not None
            until.append(row.waiting.until)
            assert row.failure is not None
            assert row.failure.code == "INSTAGRAM_QUOTA_REACHED"
        first, second, third = sorted(until)
        assert timedelta(0) < first - free[0] < timedelta(minutes=1)
        assert timedelta(0) < second - free[1] < timedelta(minutes=1)
        assert third <= world.now() + DAY

        world.settle(until=timedelta(days=2, hours=12))
        assert [world.status(post_id) for post_id in posts] == ["PUBLISHED"] * 5
        times = published_at(world)
        assert len(times) == 5
        assert all(later - earlier >= DAY for earlier, later in zip(times, times[2:], strict=False))


def test_the_publishing_limit_is_instagrams_own_with_ours_beside_it() -> None:
    with World() as world:
        world.at_instagram(quota=2)
        for number in range(5):
            world.schedule(f"Post {number}", after=HOUR + timedelta(minutes=number))
        client, path = Client(world), f"/accounts/{world.account.id}/publishing-limit"
        assert client.ask("GET", path).json == {
            "quotaTotal": 2,
            "quotaUsed": 0,
            "reserved": 5,
            "freesAt": [],
        }
        world.settle(until=2 * HOUR)
        told = client.ask("GET", path).json
        assert (told["quotaTotal"], told["quotaUsed"], told["reserved"]) == (2, 2, 3)
        frees = [datetime.fromisoformat(at) for at in told["freesAt"]]
        expected = [at + DAY for at in published_at(world)]
        assert len(frees) == 2
        assert all(
            abs(one - other) < timedelta(minutes=1) for one, other in zip(frees, expected, strict=True)
        )


def test_reading_the_limit_fails_with_instagrams_own_reason() -> None:
    with World() as world:
        client, path = Client(world), f"/accounts/{world.account.id}/publishing-limit"
        for error, code in (
            ({"code": 777}, "UNKNOWN_ERROR"),
            ({"code": 80002}, "INSTAGRAM_THROTTLED"),
            ({"code": 190, "subcode": 463}, "TOKEN_EXPIRED"),
        ):
            world.fault("publishing_limit", error=error)
            assert client.refusal("GET", path) == code


def test_scheduling_beyond_the_quota_warns_with_the_time_it_will_really_go_out() -> None:
    with World() as world:
        world.at_instagram(quota=1)
        first = world.publish("First")
        world.settle(until=timedelta(minutes=1))
        assert world.status(first) == "PUBLISHED"
        due = world.now() + HOUR
        told = world.service.validate_post(
            world.caller, world.account.id, world.content("Second"), due, at=world.now()
        )
        (warning,) = told.findings
        assert (told.ok, warning.code, warning.severity) == (True, "INSTAGRAM_QUOTA_REACHED", "WARNING")
        assert f"{published_at(world)[0] + DAY:%Y-%m-%dT%H:%M}" in warning.message


def test_a_magic_caption_meets_the_quota() -> None:
    with World() as world:
        post_id = world.publish("#sandbox_quota")
        world.settle(until=timedelta(minutes=5))
        waiting = world.row(post_id).waiting
        assert waiting is not None
        assert waiting.reason is WaitReason.QUOTA


def test_a_throttled_account_is_left_alone_for_the_minutes_it_was_told_while_others_go_on() -> None:
    with World() as world:
        other = connect_other(world)
        world.fault("media", "throttle", seconds=1800, match={"account": world.username})
        posts = [world.publish(f"Post {number}") for number in range(3)]
        scheduled = world.schedule("Scheduled", after=timedelta(minutes=20))
        free = publish_for(world, other, world.content("Of the other"))
        begun = world.now()
        world.settle(until=timedelta(minutes=29))

        assert world.status(free) == "PUBLISHED"
        last = max(call["time"] for call in calls_of(world, world.username))
        assert last - begun.timestamp() < 5
        for post_id in (*posts, scheduled):
            row = world.row(post_id)
            assert row.status == "SCHEDULED"
            assert row.waiting is not None
            assert row.waiting.reason is WaitReason.THROTTLE
            assert row.waiting.until is not None
            assert timedelta(0) <= row.waiting.until - begun - timedelta(minutes=30) < timedelta(minutes=5)

        world.settle()
        assert [world.status(post_id) for post_id in (*posts, scheduled)] == ["PUBLISHED"] * 4
        assert len(world.live()) == 5


@pytest.mark.parametrize("follow_up", [False, True])
def test_nothing_is_looked_up_while_the_account_is_throttled(follow_up: bool) -> None:
    with World() as world:
        if follow_up:
            world.fault("media_get", "throttle", seconds=1800)
        else:
            world.fault("media_publish", "drop_after")
            world.fault("media_list", "throttle", seconds=1800)
        post_id = world.publish()
        begun = world.now()
        world.settle(until=timedelta(minutes=29))
        last = max(call["time"] for call in calls_of(world, world.username))
        assert last - begun.timestamp() < 70
        world.settle()
        row = world.row(post_id)
        assert row.status == "PUBLISHED"
        assert row.publication is not None
        assert row.publication.permalink is not None
        assert len(world.live()) == 1
