"""When posts go out, what is too late, what is a double, and what people decide afterwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain import errors
from domain.account import LoginMethod
from tests.errors.doors import Client, connect_other, publish_for
from tests.worlds import World

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def body(world: World, caption: str = "Hello", media_type: str = "IMAGE", **more: Any) -> dict[str, Any]:
    """A post as a client writes it."""
    return {
        "accountId": str(world.account.id),
        "mediaType": media_type,
        "caption": caption,
        "mediaFileIds": [str(world.picture())],
        **more,
    }


# Doubles.


def test_the_same_post_within_a_day_is_refused_unless_that_is_meant() -> None:
    with World() as world:
        files = (world.picture(),)
        first = world.publish("Twice", media_ids=files)
        client = Client(world)
        same = body(world, "Twice") | {"mediaFileIds": [str(files[0])]}
        assert client.refusal("POST", "/posts/publish", same) == "DUPLICATE_POST"
        world.settle(until=timedelta(minutes=5))
        assert client.ask("POST", "/posts/publish", same).status_code == 409
        later = same | {"scheduledFor": f"{world.now() + HOUR:%Y-%m-%dT%H:%M:%SZ}"}
        assert client.refusal("POST", "/schedule", later) == "DUPLICATE_POST"
        assert client.ask("POST", "/posts", same).status_code == 201

        assert client.ask("POST", "/posts/publish", same | {"allowDuplicate": True}).status_code == 202
        world.settle()
        assert [item["caption"] for item in world.live()] == ["Twice", "Twice"]
        assert world.status(first) == "PUBLISHED"


def test_what_differs_is_no_double() -> None:
    with World() as world:
        files = (world.picture(),)
        world.publish("Twice", media_ids=files)
        world.publish("Other words", media_ids=files)
        world.publish("Twice")
        world.publish(media_type="STORIES", media_ids=files)
        other = connect_other(world)
        publish_for(world, other, world.content("Twice", media_ids=files))
        world.settle()
        assert len(world.live()) == 5


def test_a_story_of_the_same_file_is_a_double() -> None:
    with World() as world:
        files = (world.picture(),)
        world.publish(media_type="STORIES", media_ids=files)
        with pytest.raises(errors.DuplicatePost):
            world.publish(media_type="STORIES", media_ids=files)


def test_what_was_withdrawn_failed_or_is_a_day_old_is_in_nobodys_way() -> None:
    with World() as world:
        files = (world.picture(),)
        world.order("cancel", world.schedule("Twice", media_ids=files, after=HOUR))
        world.fault("media", error={"code": 36000, "subcode": 2207004})
        failed = world.publish("Twice", media_ids=files)
        world.settle()
        assert world.status(failed) == "FAILED"
        out = world.publish("Twice", media_ids=files)
        world.settle()
        assert world.status(out) == "PUBLISHED"
        with pytest.raises(errors.DuplicatePost):
            world.order("retry", failed)
        world.forward(hours=25)
        world.order("retry", failed)
        world.settle()
        assert len(world.live()) == 2


# Many at once, and clocks on walls.


def test_each_of_many_posts_is_scheduled_or_refused_for_itself_and_the_good_go_out() -> None:
    with World() as world:
        at = f"{world.now() + HOUR:%Y-%m-%dT%H:%M:%SZ}"
        good = [body(world, f"Good {number}", scheduledFor=at) for number in range(3)]
        items = [
            good[0],
            body(world, "Too late", scheduledFor=f"{world.now() - HOUR:%Y-%m-%dT%H:%M:%SZ}"),
            good[1],
            body(world, "Of nobody", scheduledFor=at) | {"accountId": str(world.new_id())},
            body(world, "No such field", scheduledFor=at, colour="red"),
            body(world, "One is no carousel", "CAROUSEL", scheduledFor=at),
            good[2],
            good[0],
            body(world, "When?"),
        ]
        results = Client(world).ask("POST", "/schedule/bulk", {"items": items}).json["results"]

        assert [result["index"] for result in results] == list(range(len(items)))
        assert [result.get("error", {}).get("code") for result in results] == [
            None,
            "INVALID_SCHEDULE",
            None,
            "NOT_FOUND",
            "VALIDATION_ERROR",
            "INVALID_CAROUSEL",
            None,
            "DUPLICATE_POST",
            "VALIDATION_ERROR",
        ]
        world.settle()
        assert sorted(item["caption"] for item in world.live()) == ["Good 0", "Good 1", "Good 2"]


@pytest.mark.parametrize(
    ("wall_time", "zone", "instant"),
    [
        ("2026-03-29T01:59", "Europe/Berlin", datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        ("2026-03-29T03:00", "Europe/Berlin", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        ("2026-10-25T02:30", "Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-11-01T01:30", "America/New_York", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        ("2026-07-01T12:00", "Asia/Kathmandu", datetime(2026, 7, 1, 6, 15, tzinfo=UTC)),
    ],
)
def test_a_time_on_the_clocks_of_a_place_is_kept_with_the_place(
    wall_time: str, zone: str, instant: datetime
) -> None:
    with World() as world:
        local = {"wallTime": wall_time, "timezone": zone}
        answer = Client(world).ask("POST", "/schedule", body(world, scheduledLocal=local))
        assert answer.status_code == 201, answer.text
        shown = answer.json
        assert datetime.fromisoformat(shown["scheduledFor"]) == instant
        assert shown["scheduledLocal"] == {"wallTime": f"{wall_time}:00", "timezone": zone}
        (row,) = world.service.posts.page(world.user.id)
        assert (row.wall_time, row.timezone) == (f"{wall_time}:00", zone)


@pytest.mark.parametrize(
    ("wall_time", "zone", "field"),
    [
        ("2026-03-29T02:30", "Europe/Berlin", "/scheduledLocal/wallTime"),
        ("2026-07-01T12:00", "Europe/Atlantis", "/scheduledLocal/timezone"),
    ],
)
def test_a_time_that_no_clock_shows_is_refused(wall_time: str, zone: str, field: str) -> None:
    with World() as world:
        local = {"wallTime": wall_time, "timezone": zone}
        answer = Client(world).ask("POST", "/schedule", body(world, scheduledLocal=local))
        assert (answer.json["code"], answer.json["details"][0]["field"]) == ("VALIDATION_ERROR", field)


# Late.


@pytest.mark.parametrize(("late", "status"), [(29, "PUBLISHED"), (31, "MISSED")])
def test_a_post_goes_out_late_or_is_missed(late: int, status: str) -> None:
    with World() as world:
        post_id = world.schedule(after=HOUR)
        world.forward(minutes=60 + late)
        world.settle()
        assert world.status(post_id) == status
        assert len(world.live()) == (status == "PUBLISHED")
        failure = world.row(post_id).failure
        assert (failure.code if failure else None) == ("POST_MISSED" if status == "MISSED" else None)


def overdue(world: World) -> int:
    return int(Client(world).app.simulate_get("/readyz").json["overduePosts"])


def test_an_overdue_post_is_put_on_record_once_and_counted() -> None:
    with World() as world:
        post_id = world.schedule(after=HOUR)
        world.forward(minutes=59)
        assert (world.service.notice_overdue(), overdue(world)) == (0, 0)
        assert "OverdueNoticed" not in world.happened(post_id)

        world.forward(minutes=4)
        assert (world.service.notice_overdue(), overdue(world)) == (1, 1)
        world.forward(minutes=4)
        assert (world.service.notice_overdue(), overdue(world)) == (1, 1)
        assert world.happened(post_id).count("OverdueNoticed") == 1
        types = [row["type"] for row in Client(world).ask("GET", f"/posts/{post_id}/timeline").json["items"]]
        assert types.count("post.overdue") == 1

        world.settle()
        assert world.status(post_id) == "PUBLISHED"
        assert (world.service.notice_overdue(), overdue(world)) == (0, 0)


def test_a_post_that_waits_for_something_announced_is_not_overdue() -> None:
    with World() as world:
        world.fault("media", error={"code": 80002})
        post_id = world.publish()
        world.settle(until=timedelta(minutes=10))
        assert world.service.notice_overdue() == 0
        assert "OverdueNoticed" not in world.happened(post_id)


# Second chances.


def test_a_failed_post_is_tried_again_by_order() -> None:
    with World() as world:
        world.fault("media", error={"code": 36000, "subcode": 2207004})
        post_id = world.publish()
        world.settle()
        assert world.status(post_id) == "FAILED"
        answer = Client(world).ask("POST", f"/posts/{post_id}/retry")
        assert (answer.status_code, answer.json["status"], answer.json["failure"]) == (202, "SCHEDULED", None)
        world.settle()
        assert world.status(post_id) == "PUBLISHED"
        assert len(world.live()) == 1
        assert Client(world).refusal("POST", f"/posts/{post_id}/retry") == "INVALID_STATUS"


def test_a_missed_post_is_tried_again_by_order() -> None:
    with World() as world:
        post_id = world.schedule(after=HOUR)
        world.forward(hours=2)
        world.settle()
        assert world.status(post_id) == "MISSED"
        world.order("retry", post_id)
        world.settle()
        assert world.status(post_id) == "PUBLISHED"


def test_a_retry_has_all_its_tries_again() -> None:
    with World() as world:
        world.fault("media", error={"code": 9004, "subcode": 2207052}, times=99)
        post_id = world.publish()
        world.settle()
        assert len(world.calls("media")) == 4
        world.order("retry", post_id)
        world.settle()
        assert len(world.calls("media")) == 8
        assert world.status(post_id) == "FAILED"


def doubtful(world: World, action: str) -> Any:
    world.fault("media_publish", action)
    post_id = world.publish()
    world.settle(until=timedelta(seconds=5))
    for operation in ("container", "media_list"):
        world.fault(operation, error={"code": 100, "subcode": 33}, times=999)
    world.settle(until=timedelta(minutes=5))
    assert world.status(post_id) == "UNCONFIRMED"
    return post_id


def test_a_person_may_say_that_a_post_is_live() -> None:
    # This login cannot list captions, so that an answer that was lost early stays lost.
    with World(login=LoginMethod.INSTAGRAM) as world:
        for operation in ("container", "media_list"):
            world.fault(operation, error={"code": 100, "subcode": 33}, times=999)
        world.fault("media_publish", "drop_after")
        post_id = world.publish(first_comment="First!")
        world.settle(until=timedelta(minutes=20))
        assert world.status(post_id) == "UNCONFIRMED"
        (item,) = world.live()

        path = f"/posts/{post_id}/resolve"
        answer = Client(world).ask("POST", path, {"outcome": "PUBLISHED", "igMediaId": item["id"]})
        assert (answer.json["status"], answer.json["instagram"]["mediaId"]) == ("PUBLISHED", item["id"])
        world.clear_faults()
        world.settle()
        assert world.live()[0]["comments"] == ["First!"]
        assert Client(world).refusal("POST", path, {"outcome": "PUBLISHED"}) == "INVALID_STATUS"
        told = Client(world).ask("GET", f"/posts/{post_id}/timeline").json["items"]
        (resolved,) = [row for row in told if row["type"] == "post.resolved"]
        assert resolved["actor"].startswith(("user:", "key:"))


def test_a_person_may_say_that_a_post_is_not_live_and_it_can_be_sent_again() -> None:
    with World() as world:
        post_id = doubtful(world, "drop_before")
        path = f"/posts/{post_id}/resolve"
        answer = Client(world).ask("POST", path, {"outcome": "NOT_PUBLISHED"})
        assert (answer.json["status"], answer.json["failure"]["code"]) == ("FAILED", "OUTCOME_UNKNOWN")
        world.clear_faults()
        world.settle()
        assert world.live() == []
        world.order("retry", post_id)
        world.settle()
        assert world.status(post_id) == "PUBLISHED"
        assert len(world.live()) == 1


def test_a_media_id_that_another_post_holds_is_not_given_away() -> None:
    with World() as world:
        other = world.publish("Other")
        world.settle()
        post_id = doubtful(world, "drop_before")
        wanted = {"outcome": "PUBLISHED", "igMediaId": world.row(other).media_id}
        assert Client(world).refusal("POST", f"/posts/{post_id}/resolve", wanted) == "VALIDATION_ERROR"
        assert world.status(post_id) == "UNCONFIRMED"
