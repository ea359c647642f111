"""What comes after a publication: deletion, first comment, the Page. None happens twice, each fails alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import errors
from domain.account import LoginMethod
from domain.attempt import FollowUp, FollowUpState, FollowUpStatus
from domain.errors import DomainError
from tests.errors.doors import Client, account_of, page_posts
from tests.errors.fates import DELETING
from tests.worlds import Killed, World

LOST = ["drop_before", "drop_after", "garbage"]
AMBIGUOUS = {"error": {"code": 2, "status": 503}, "after": True}


def published(world: World, caption: str = "Hello", media_type: str = "IMAGE", **more: Any) -> UUID:
    post_id = world.publish(caption, media_type, **more)
    world.settle(until=timedelta(minutes=1))
    assert world.status(post_id) == "PUBLISHED"
    return post_id


def delete(world: World, post_id: UUID) -> str:
    row = world.service.delete_on_instagram(world.caller, post_id, by=world.cause())
    return str(row.status)


def follow_up(world: World, post_id: UUID, which: FollowUp) -> FollowUpState:
    return world.row(post_id).follow_ups[which]


# Deletion.


def test_what_was_published_is_deleted() -> None:
    with World() as world:
        post_id = published(world)
        client, path = Client(world), f"/posts/{post_id}/instagram"
        assert client.ask("DELETE", path).json["status"] == "DELETED"
        assert world.live() == []
        assert client.refusal("DELETE", path) == "INVALID_STATUS"
        assert len(world.calls("delete")) == 1


def test_what_cannot_be_deleted_is_refused_with_its_reason() -> None:
    with World() as world:
        story = published(world, media_type="STORIES")
        draft, cancelled, waiting = world.draft("Draft"), world.draft("Gone"), world.draft("Later")
        world.order("cancel", cancelled)
        world.move(waiting, after=timedelta(hours=1))
        client = Client(world)
        codes = {
            post_id: client.refusal("DELETE", f"/posts/{post_id}/instagram")
            for post_id in (story, draft, cancelled, waiting)
        }
        assert codes == {
            story: "STORIES_CANNOT_DELETE",
            draft: "NO_MEDIA_ID",
            cancelled: "NO_MEDIA_ID",
            waiting: "NO_MEDIA_ID",
        }
        assert world.calls("delete") == []


def test_instagram_login_cannot_delete() -> None:
    with World(login=LoginMethod.INSTAGRAM) as world:
        post_id = published(world)
        assert Client(world).refusal("DELETE", f"/posts/{post_id}/instagram") == "CAPABILITY_UNAVAILABLE"
        assert world.status(post_id) == "PUBLISHED"
        assert len(world.live()) == 1


@pytest.mark.parametrize("action", LOST)
@pytest.mark.parametrize("times", [1, 2])
def test_a_lost_answer_to_a_deletion_is_settled_by_asking_again(times: int, action: str) -> None:
    with World() as world:
        post_id = published(world)
        world.fault("delete", action, times=times)
        assert delete(world, post_id) == "DELETED"
        assert world.live() == []


def test_a_deletion_nobody_heard_of_is_finished_by_ordering_it_again() -> None:
    with World() as world:
        post_id = published(world)
        world.fault("delete", "drop_after", times=9)
        with pytest.raises(errors.UnknownError):
            delete(world, post_id)
        assert (world.status(post_id), world.live()) == ("PUBLISHED", [])
        world.clear_faults()
        assert delete(world, post_id) == "DELETED"
        assert (world.calls("delete")[-1]["code"], world.calls("delete")[-1]["subcode"]) == (100, 33)


@pytest.mark.parametrize("pair", [*DELETING, (-1, 2207073), (10, None), (190, 463), (2, None)], ids=str)
def test_a_refused_deletion_leaves_the_post_as_it_was(pair: tuple[int | None, int | None]) -> None:
    code, subcode = pair
    expected = {
        **DELETING,
        (-1, 2207073): "CAPABILITY_UNAVAILABLE",
        (10, None): "PERMISSION_MISSING",
        (190, 463): "TOKEN_EXPIRED",
        (2, None): "UNKNOWN_ERROR",
    }[pair]
    with World() as world:
        post_id = published(world)
        world.fault("delete", error={"code": code or -1, "subcode": subcode}, times=9)
        with pytest.raises(DomainError) as refused:
            delete(world, post_id)
        assert refused.value.code == expected
        assert world.status(post_id) == "PUBLISHED"
        assert len(world.live()) == 1
        world.clear_faults()
        assert delete(world, post_id) == "DELETED"


# The first comment.


def comments(world: World) -> list[str]:
    (item,) = world.live()
    return list(item["comments"])


@pytest.mark.parametrize("fault", [*({"action": action} for action in LOST), AMBIGUOUS], ids=str)
@pytest.mark.parametrize("login", list(LoginMethod))
def test_the_first_comment_is_made_exactly_once(login: LoginMethod, fault: dict[str, Any]) -> None:
    with World(login=login) as world:
        world.fault("comments", **fault)
        post_id = world.publish(first_comment="First!")
        world.settle()
        assert comments(world) == ["First!"]
        assert follow_up(world, post_id, FollowUp.COMMENT).status is FollowUpStatus.DONE


@pytest.mark.parametrize("point", ["call", "answer"])
def test_a_comment_in_doubt_is_not_made_again_because_looking_failed(point: str) -> None:
    with World() as world:

        def happen(at: str, about: str) -> None:
            if (at, about) == (point, "POST comments"):
                world.happen = lambda at, about: None
                world.fault("comments", error={"code": 2, "status": 503}, times=3)
                raise Killed

        world.happen = happen
        post_id = world.publish(first_comment="First!")
        world.settle()
        assert comments(world) == ["First!"]
        assert follow_up(world, post_id, FollowUp.COMMENT).status is FollowUpStatus.DONE
        assert world.counts["kills"] == 1


@pytest.mark.parametrize(
    ("error", "code", "tries"),
    [
        ({"code": 10}, "PERMISSION_MISSING", 1),
        ({"code": 100}, "VALIDATION_ERROR", 1),
        ({"code": 368}, "ACCOUNT_RESTRICTED", 3),
        ({"code": 190, "subcode": 463}, "TOKEN_EXPIRED", 1),
    ],
)
def test_a_comment_that_is_refused_does_not_touch_the_post(
    error: dict[str, Any], code: str, tries: int
) -> None:
    with World() as world:
        world.fault("comments", error=error, times=99)
        post_id = world.publish(first_comment="First!")
        world.settle()
        state = follow_up(world, post_id, FollowUp.COMMENT)
        assert (state.status, state.failure and state.failure.code) == (FollowUpStatus.FAILED, code)
        assert len(world.calls("comments")) == tries
        assert (world.status(post_id), world.row(post_id).failure) == ("PUBLISHED", None)
        shown = Client(world).ask("GET", f"/posts/{post_id}").json
        assert (shown["comment"]["status"], shown["comment"]["failure"]["code"]) == ("FAILED", code)
        assert account_of(world).status == "CONNECTED"


def test_a_comment_that_never_shows_is_given_up_within_hours() -> None:
    with World() as world:
        world.fault("comments", error={"code": 2, "status": 503}, times=999)
        post_id = world.publish(first_comment="First!")
        world.settle(until=timedelta(minutes=10))
        world.clear_faults()
        world.fault("comments", "drop_before", times=1)
        world.settle()
        assert comments(world) in ([], ["First!"])
        assert follow_up(world, post_id, FollowUp.COMMENT).status in (
            FollowUpStatus.DONE,
            FollowUpStatus.FAILED,
        )


# The Page.


@pytest.mark.parametrize("fault", [*({"action": action} for action in LOST), AMBIGUOUS], ids=str)
@pytest.mark.parametrize("media_type", ["IMAGE", "STORIES"])
def test_the_page_gets_a_post_exactly_once(media_type: str, fault: dict[str, Any]) -> None:
    with World() as world:
        post_id = world.publish("Hello", media_type, cross_post_to_facebook=True)
        world.fault("page", **fault)
        world.settle()
        (item,) = page_posts(world)
        assert item["account"] == world.username
        state = follow_up(world, post_id, FollowUp.FACEBOOK)
        assert (state.status, state.result) == (FollowUpStatus.DONE, item["id"])


@pytest.mark.parametrize("point", ["call", "answer"])
def test_a_page_post_in_doubt_is_not_made_again_because_looking_failed(point: str) -> None:
    with World() as world:

        def happen(at: str, about: str) -> None:
            if (at, about) == (point, "POST photos"):
                world.happen = lambda at, about: None
                world.fault("page", error={"code": 2, "status": 503}, times=3)
                raise Killed

        world.happen = happen
        world.publish("Hello", cross_post_to_facebook=True)
        world.settle()
        assert len(page_posts(world)) == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ({"code": 506}, "DUPLICATE_POST"),
        ({"code": 324}, "MEDIA_INVALID"),
        ({"code": 1366046}, "MEDIA_INVALID"),
        ({"code": 200}, "PERMISSION_MISSING"),
        ({"code": 190, "subcode": 492}, "TOKEN_EXPIRED"),
    ],
)
def test_a_page_that_refuses_does_not_touch_the_post(error: dict[str, Any], code: str) -> None:
    with World() as world:
        world.fault("page", error=error, times=99)
        post_id = world.publish("Hello", cross_post_to_facebook=True)
        world.settle()
        state = follow_up(world, post_id, FollowUp.FACEBOOK)
        assert (state.status, state.failure and state.failure.code) == (FollowUpStatus.FAILED, code)
        assert (world.status(post_id), world.row(post_id).failure) == ("PUBLISHED", None)
        assert account_of(world).status == "CONNECTED"
        assert page_posts(world) == []


def test_a_carousel_is_not_shared_to_facebook() -> None:
    with World() as world, pytest.raises(errors.InvalidCrossPost):
        world.publish("Hello", "CAROUSEL", cross_post_to_facebook=True)


def test_without_a_page_nothing_is_shared_to_facebook() -> None:
    with World(login=LoginMethod.INSTAGRAM) as world, pytest.raises(errors.NotConfigured):
        world.publish("Hello", cross_post_to_facebook=True)


@pytest.mark.parametrize("times", [1, 99])
def test_a_permalink_that_cannot_be_had_does_not_touch_the_post(times: int) -> None:
    with World() as world:
        world.fault("media_get", error={"code": 2, "status": 503}, times=times)
        post_id = world.publish()
        world.settle()
        publication = world.row(post_id).publication
        assert publication is not None
        assert (publication.permalink is None) is (times > 1)
        assert (world.status(post_id), world.row(post_id).failure) == ("PUBLISHED", None)
