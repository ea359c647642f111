"""When nobody knows whether it went out: look first, and never ask blindly again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.attempt import WaitReason
from domain.post import Post
from tests.worlds import Killed, Late, World


def doubtful(world: World, caption: str = "Hello", media_type: str = "IMAGE", **fault: Any) -> UUID:
    """A post whose publishing met a fault and left a doubt."""
    world.fault("media_publish", **(fault or {"action": "drop_after"}))
    post_id = world.publish(caption, media_type)
    settle_until(world, post_id, "UNCONFIRMED")
    return post_id


def settle_until(world: World, post_id: UUID, status: str) -> None:
    for _ in range(200):
        if world.status(post_id) == status:
            return
        if not world.turn():
            at = world.next_moment()
            assert at is not None
            world.forward(max(0.0, (at - world.now()).total_seconds()))
    raise AssertionError(f"never {status}: {world.happened(post_id)}")


def evidence(world: World, post_id: UUID) -> str:
    publication = world.row(post_id).publication
    assert publication is not None
    return publication.evidence


def asked(world: World, post_id: UUID) -> int:
    return world.happened(post_id).count("PublishAsked")


def test_an_answer_settles_everything_at_once(world: World) -> None:
    post_id = world.publish()
    world.settle()
    assert evidence(world, post_id) == "answer"
    assert "Doubted" not in world.happened(post_id)


LOST = [
    {"action": "drop_after"},
    {"action": "garbage"},
    {"action": "delay", "seconds": 60},
    {"error": {"code": 2}, "after": True},
    {"error": {"code": 1, "status": 500}, "after": True},
    {"error": {"code": -1, "subcode": 2207001}, "after": True},
]


@pytest.mark.parametrize("fault", LOST, ids=str)
@pytest.mark.parametrize("media_type", ["IMAGE", "CAROUSEL", "STORIES"])
def test_a_lost_answer_to_what_went_out_is_found_in_the_listing(
    world: World, media_type: str, fault: dict[str, Any]
) -> None:
    post_id = doubtful(world, media_type=media_type, **fault)
    world.settle()
    (item,) = world.live()
    row = world.row(post_id)
    assert (row.status, row.media_id) == ("PUBLISHED", item["id"])
    assert evidence(world, post_id) == "listing"
    assert len(world.calls("media_publish")) == 1


def test_a_spam_verdict_on_what_went_out_blocks_the_account_and_finds_the_post(world: World) -> None:
    post_id = doubtful(world, error={"code": 4, "subcode": 2207051}, after=True)
    account = world.service.accounts.get(world.account.id)
    assert account is not None
    assert account.status == "BLOCKED"
    world.settle()
    assert (world.status(post_id), len(world.live())) == ("PUBLISHED", 1)


UNSENT = [
    {"action": "drop_before"},
    {"error": {"code": 2}},
    {"error": {"code": 1, "status": 500}},
    {"error": {"code": -1, "subcode": 2207001}},
]


@pytest.mark.parametrize("fault", UNSENT, ids=str)
@pytest.mark.parametrize("media_type", ["IMAGE", "STORIES"])
def test_a_lost_answer_to_what_did_not_go_out_is_asked_again_with_the_same_container(
    world: World, media_type: str, fault: dict[str, Any]
) -> None:
    post_id = doubtful(world, media_type=media_type, **fault)
    world.settle()
    assert (world.status(post_id), len(world.live())) == ("PUBLISHED", 1)
    containers = {
        entry.event.container_id
        for entry in world.events(post_id)
        if isinstance(entry.event, Post.PublishAsked)
    }
    assert (asked(world, post_id), len(containers)) == (2, 1)


@pytest.mark.parametrize("media_type", ["STORIES", "IMAGE"])
def test_a_persons_wordless_post_is_not_taken_for_ours_that_never_went_out(
    world: World, media_type: str
) -> None:
    post_id = doubtful(world, media_type=media_type, caption="", action="drop_before")
    world.human_post("", media_type)
    world.settle()
    (mine,) = world.live()
    assert world.row(post_id).media_id == mine["id"]
    assert len(world.live(human=True)) == 1


def test_a_second_asking_waits_for_the_quiet_time_and_two_agreeing_looks(world: World) -> None:
    post_id = doubtful(world, action="drop_before")
    world.settle()
    told = [(type(entry.event), entry.at) for entry in world.events(post_id)]
    doubt = next(at for kind, at in told if kind is Post.Doubted)
    second = [at for kind, at in told if kind is Post.PublishAsked][1]
    assert second - doubt >= world.service.pace.quiet
    looks = [entry.event for entry in world.events(post_id) if isinstance(entry.event, Post.Looked)]
    assert [look.reading for look in looks[-1:]] == ["FINISHED"]
    assert world.happened(post_id).count("Looked") >= 1


def test_a_call_that_arrives_late_meets_the_same_container(world: World) -> None:
    post_id = world.publish()

    def late(point: str, about: str) -> None:
        if (point, about) == ("call", "POST media_publish"):
            world.happen = lambda point, about: None
            raise Late(50)

    world.happen = late
    world.settle()
    assert (world.status(post_id), len(world.live())) == ("PUBLISHED", 1)


@pytest.mark.parametrize("second", ["24", "9007", "same_id"])
def test_whatever_instagram_says_to_a_second_asking_it_is_live_once(second: str) -> None:
    with World(secondPublish=second) as world:
        post_id = doubtful(world)
        world.fault("media_list", "drop_before", times=2)
        world.settle()
        assert (world.status(post_id), len(world.live())) == ("PUBLISHED", 1)


def test_a_container_that_reads_published_settles_it_when_the_listing_cannot(world: World) -> None:
    post_id = doubtful(world)
    world.fault("media_list", "drop_before", times=999)
    world.settle()
    row = world.row(post_id)
    assert (row.status, row.media_id, evidence(world, post_id)) == ("PUBLISHED", None, "container")


def test_a_dead_container_and_an_empty_listing_make_a_new_container(world: World) -> None:
    post_id = doubtful(world, action="drop_before")
    world.fault("media_list", "drop_before", times=9999)
    world.settle(until=timedelta(hours=25))
    assert world.status(post_id) == "UNCONFIRMED"
    world.clear_faults()
    world.settle()
    # By then it is a day late: nothing went out, and nothing will without being asked for.
    assert (world.status(post_id), world.live()) == ("MISSED", [])
    assert "FoundUnpublished" in world.happened(post_id)
    assert "ContainerLost" in world.happened(post_id)


def test_what_cannot_be_read_stays_in_doubt_and_says_so(world: World) -> None:
    post_id = doubtful(world, action="drop_before")
    world.fault("media_list", "drop_before", times=9999)
    world.fault("container", "drop_before", times=9999)
    world.settle(until=timedelta(hours=6))
    row = world.row(post_id)
    assert (row.status, asked(world, post_id)) == ("UNCONFIRMED", 1)
    assert row.waiting is not None
    assert row.waiting.reason is WaitReason.OUTCOME_UNKNOWN
    assert row.waiting.until is not None
    assert row.waiting.until > world.now()


def test_looks_grow_rarer(world: World) -> None:
    post_id = doubtful(world, action="drop_before")
    world.fault("media_list", "drop_before", times=9999)
    world.fault("container", "drop_before", times=9999)
    world.settle(until=timedelta(hours=24))
    assert 60 < world.happened(post_id).count("Looked") < 60 + 24 * 6


@pytest.mark.parametrize("live", [True, False])
def test_a_person_can_settle_a_doubt(world: World, live: bool) -> None:
    post_id = doubtful(world, action="drop_after" if live else "drop_before")
    world.fault("media_list", "drop_before", times=9999)
    world.fault("container", "drop_before", times=9999)
    media_id = world.live()[0]["id"] if live else None
    row = world.service.change_post.resolve(
        world.caller, post_id, published=live, media_id=media_id, by=world.cause()
    )
    assert row.status == ("PUBLISHED" if live else "FAILED")
    assert world.events(post_id)[-1].event.meta["actor"] == world.caller.actor
    world.settle()
    assert len(world.live()) == int(live)


# Whose it is.


def test_what_a_person_posted_meanwhile_is_not_ours(world: World) -> None:
    post_id = doubtful(world, action="drop_before")
    lunch = world.human_post("Lunch")
    world.settle()
    row = world.row(post_id)
    assert row.media_id not in (None, lunch)
    assert len(world.live()) == 1


def test_what_a_person_posted_before_is_not_ours_though_it_says_the_same(world: World) -> None:
    before = world.human_post("Hello")
    world.forward(60)
    post_id = doubtful(world)
    world.settle()
    assert world.row(post_id).media_id not in (None, before)


def test_a_media_id_that_another_post_holds_is_never_taken(world: World) -> None:
    first = world.publish("Same")
    settle_until(world, first, "PUBLISHED")
    second = doubtful(world, "Same", action="drop_before")
    world.settle()
    ids = {world.row(post_id).media_id for post_id in (first, second)}
    assert None not in ids
    assert len(ids) == len(world.live()) == 2


@pytest.mark.parametrize("media_type", ["IMAGE", "STORIES"])
@pytest.mark.parametrize("fates", [("drop_after", "drop_before"), ("drop_before", "drop_after")])
def test_of_two_posts_that_look_the_same_none_takes_the_others_place(
    world: World, media_type: str, fates: tuple[str, str]
) -> None:
    twins = []
    for fate in fates:
        world.fault("media_publish", fate)
        twins.append(world.publish("Twin", media_type))
        world.settle(until=timedelta(seconds=6))
    world.settle()
    assert [world.status(post_id) for post_id in twins] == ["PUBLISHED", "PUBLISHED"]
    assert [len(world.live_of(post_id)) for post_id in twins] == [1, 1]


# Deaths in the middle of a doubt.


@pytest.mark.parametrize("fault", ["drop_after", "drop_before"])
@pytest.mark.parametrize(
    ("point", "about"),
    [("saved", "Doubted"), ("call", "GET"), ("answer", "GET"), ("save", "Post."), ("saved", "Post.")],
)
def test_a_death_while_in_doubt_changes_nothing(world: World, fault: str, point: str, about: str) -> None:
    def happen(at: str, said: str) -> None:
        if (at, about in said, world.counts["kills"]) == (point, True, 0):
            raise Killed

    world.fault("media_publish", fault)
    post_id = world.publish()
    if about != "Doubted":
        settle_until(world, post_id, "UNCONFIRMED")
    world.happen = happen
    world.settle()
    assert world.counts["kills"] == 1
    assert (world.status(post_id), len(world.live())) == ("PUBLISHED", 1)


def test_deaths_in_a_row_lose_nothing(world: World) -> None:
    """Each worker dies at the first call it makes; only the tenth lives."""
    left = 10

    def happen(point: str, about: str) -> None:
        nonlocal left
        if point == "answer" and world.acting and left:
            left -= 1
            raise Killed

    post_id = world.publish()
    world.happen = happen
    world.settle()
    assert world.counts["kills"] == 10
    assert (world.status(post_id), len(world.live())) == ("PUBLISHED", 1)
