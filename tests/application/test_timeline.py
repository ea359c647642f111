"""What happened to a post, in words for every kind of event."""

from __future__ import annotations

import ast
import inspect
from datetime import timedelta

import pytest

from application.access import Caller
from application.posts import timeline
from application.posts.timeline import tell
from application.topics import event_classes
from domain import errors
from domain.attempt import FollowUp, FollowUpStatus, Reading, WaitReason
from domain.post import Post
from tests.fakes import posts
from tests.fakes.posts import FAILURE, NOON, by
from tests.worlds import World


def lives() -> list[Post]:
    """Posts to which, taken together, everything has happened that can happen."""
    waiting = posts.scheduled()
    waiting.edit(posts.content(caption="Changed"), by=by())
    waiting.notice_overdue(by=by(hours=2))
    waiting.pause(WaitReason.QUOTA, NOON + timedelta(hours=1), FAILURE, by=by())
    waiting.resume(by=by())
    waiting.plan_retry(NOON, FAILURE, by=by())
    waiting.unschedule(by=by())
    waiting.plan_for(posts.scheduled().schedule or pytest.fail("no schedule"), by=by())
    refused = posts.asked(media_type="CAROUSEL")
    refused.publish_refused(FAILURE, by=by())
    refused.container_lost(1, Reading.ERROR, None, by=by())
    refused.container_lost(0, Reading.ERROR, FAILURE, by=by())
    doubted = posts.found_unpublished()
    looked = posts.unconfirmed()
    looked.looked(Reading.UNREADABLE, by=by())
    looked.resolve(published=False, media_id=None, by=by())
    followed = posts.published(first_comment="First!")
    followed.follow_up_postponed(FollowUp.COMMENT, FollowUpStatus.DUE, NOON, FAILURE, by=by())
    followed.follow_up_asked(FollowUp.COMMENT, by=by())
    followed.follow_up_done(FollowUp.COMMENT, "170", by=by())
    followed.follow_up_failed(FollowUp.PERMALINK, FAILURE, by=by())
    followed.ask_deletion(by=by())
    followed.deleted(by=by())
    return [waiting, refused, doubted, looked, followed, posts.failed(), posts.missed(), posts.cancelled()]


EVENTS = {type(event): event for post in lives() for event in post.collect_events()}


def test_every_kind_of_event_is_told_about_here() -> None:
    named = {
        node.cls.attr
        for node in ast.walk(ast.parse(inspect.getsource(tell)))
        if isinstance(node, ast.MatchClass) and isinstance(node.cls, ast.Attribute)
    }
    known = {kind.__name__ for kind in event_classes(Post).values()} - {"Event"}
    assert known <= named
    assert {kind.__name__ for kind in EVENTS} == known


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: type(event).__name__)
def test_no_event_falls_through_to_the_name_of_its_class(event: Post.Event) -> None:
    text = tell(event)
    assert text != type(event).__name__
    assert text.endswith(".")
    assert "None" not in text


def test_every_evidence_and_follow_up_has_words() -> None:
    assert set(timeline._EVIDENCE) == {"answer", "container", "listing", "person"}
    assert set(timeline._FOLLOW_UPS) == set(FollowUp)


def test_a_timeline_says_what_happened_in_order_and_by_whom(world: World) -> None:
    post_id = world.publish()
    world.settle()
    told = world.service.timeline(world.caller, post_id)
    assert [happening.text for happening in told[:2]] == ["Drafted as IMAGE.", "Asked to go out at once."]
    assert [happening.position for happening in told] == sorted(happening.position for happening in told)
    assert told[0].actor == world.caller.actor
    assert any(happening.actor.startswith("worker:") for happening in told)


def test_another_users_timeline_is_not_found(world: World) -> None:
    post_id = world.draft()
    stranger = world.service.ensure_user("other@sandbox.example", operator=False, by=world.cause())
    caller = Caller(stranger.id, stranger.email, None, world.caller.scopes, None, livemode=False)
    with pytest.raises(errors.NotFound):
        world.service.timeline(caller, post_id)
