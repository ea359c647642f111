"""What may happen to a post, and what follows from that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from domain import errors
from domain.attempt import (
    PARENT,
    Failure,
    FollowUp,
    FollowUpStatus,
    Question,
    Reading,
    Schedule,
    Waiting,
    WaitReason,
)
from domain.content import MediaType
from domain.post import Operation, Post, Status
from tests.fakes import posts
from tests.fakes.posts import FAILURE, NOON, PACE, by, content

ORDERS: dict[Operation, Callable[[Post], object]] = {
    Operation.EDIT: lambda post: post.edit(content(caption="Changed"), by=by(hours=3)),
    Operation.SCHEDULE: lambda post: post.schedule_for(Schedule(NOON + timedelta(days=1)), by=by(hours=3)),
    Operation.PUBLISH: lambda post: post.publish_now(by=by(hours=3)),
    Operation.UNSCHEDULE: lambda post: post.unschedule(by=by(hours=3)),
    Operation.CANCEL: lambda post: post.cancel(by=by(hours=3)),
    Operation.RETRY: lambda post: post.retry(by=by(hours=3)),
    Operation.RESOLVE: lambda post: post.resolve(published=True, media_id="181", by=by(hours=3)),
}
SAME, NO = "the same", None

# The table of the contract: where an operation leads, `SAME` where it stays, `NO` where it may not.
TABLE: dict[Status, dict[Operation, str | None]] = {
    status: dict(
        zip(
            (
                Operation.EDIT,
                Operation.SCHEDULE,
                Operation.PUBLISH,
                Operation.UNSCHEDULE,
                Operation.CANCEL,
                Operation.RETRY,
                Operation.RESOLVE,
            ),
            row,
            strict=True,
        )
    )
    for status, row in {
        Status.DRAFT: (SAME, "SCHEDULED", "PUBLISHING", NO, "CANCELLED", NO, NO),
        Status.SCHEDULED: (SAME, "SCHEDULED", "PUBLISHING", "DRAFT", "CANCELLED", NO, NO),
        Status.PUBLISHING: (NO, NO, NO, NO, NO, NO, NO),
        Status.UNCONFIRMED: (NO, NO, NO, NO, NO, NO, "PUBLISHED"),
        Status.PUBLISHED: (NO, NO, NO, NO, NO, NO, NO),
        Status.FAILED: (SAME, "SCHEDULED", "PUBLISHING", NO, "CANCELLED", "SCHEDULED", NO),
        Status.MISSED: (SAME, "SCHEDULED", "PUBLISHING", NO, "CANCELLED", "SCHEDULED", NO),
        Status.CANCELLED: (NO, NO, NO, NO, NO, NO, NO),
        Status.DELETED: (NO, NO, NO, NO, NO, NO, NO),
    }.items()
}
CELLS = [(status, operation, wanted) for status, row in TABLE.items() for operation, wanted in row.items()]


@pytest.mark.parametrize(
    ("status", "operation", "wanted"), CELLS, ids=[f"{operation} {status}" for status, operation, _ in CELLS]
)
def test_a_status_allows_what_the_table_says(
    status: Status, operation: Operation, wanted: str | None
) -> None:
    post = posts.IN[status]()
    assert post.status is status
    if wanted is NO:
        events = len(post.pending_events)
        with pytest.raises(errors.InvalidStatus):
            ORDERS[operation](post)
        assert (post.status, len(post.pending_events)) == (status, events)
    else:
        ORDERS[operation](post)
        assert post.status == (status if wanted is SAME else wanted)


@pytest.mark.parametrize("status", Status)
def test_only_a_published_post_is_deleted_on_instagram(status: Status) -> None:
    post = posts.IN[status]()
    if status is Status.PUBLISHED:
        assert post.may_be_deleted(stories_too=False) == "180"
        return
    wanted = errors.InvalidStatus if status is Status.DELETED else errors.NoMediaId
    with pytest.raises(wanted):
        post.may_be_deleted(stories_too=False)


def test_stories_are_not_deleted_unless_that_is_set() -> None:
    story = posts.published(media_type="STORIES")
    with pytest.raises(errors.StoriesCannotDelete):
        story.may_be_deleted(stories_too=False)
    assert story.may_be_deleted(stories_too=True) == "180"


def test_a_post_that_cannot_be_told_apart_has_no_id_to_delete() -> None:
    with pytest.raises(errors.NoMediaId):
        posts.published(media_id=None).may_be_deleted(stories_too=False)


# Time.


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_time_that_is_not_in_the_future_is_refused(seconds: int) -> None:
    at = Schedule(NOON + timedelta(seconds=seconds))
    with pytest.raises(errors.InvalidSchedule):
        posts.draft().schedule_for(at, by=by())
    with pytest.raises(errors.InvalidSchedule):
        posts.draft().plan_for(at, by=by())


def test_a_draft_may_have_a_time_in_mind_without_being_sent_for_it() -> None:
    post = posts.draft()
    post.plan_for(Schedule(NOON + timedelta(hours=1)), by=by())
    assert (post.status, post.schedule) == (Status.DRAFT, Schedule(NOON + timedelta(hours=1)))


def test_planning_a_scheduled_post_moves_it() -> None:
    post = posts.scheduled()
    post.plan_for(Schedule(NOON + timedelta(hours=5)), by=by())
    assert (post.status, post.due()) == (Status.SCHEDULED, NOON + timedelta(hours=5))


def test_the_wall_clock_wish_is_kept_beside_the_instant() -> None:
    wish = Schedule(NOON + timedelta(hours=1), "2026-03-01T14:00:00", "Europe/Berlin")
    post = posts.draft()
    post.schedule_for(wish, by=by())
    assert post.schedule == wish


def test_a_post_is_due_at_its_time_and_not_before_its_next_try() -> None:
    post = posts.scheduled(minutes=10)
    assert post.due() == NOON + timedelta(minutes=10)
    post.plan_retry(NOON + timedelta(minutes=12), FAILURE, by=by(minutes=11))
    assert post.due() == NOON + timedelta(minutes=12)
    assert posts.draft().due() is None
    assert posts.draft().last_moment(PACE) is None


def test_backing_off_does_not_stop_the_clock_of_lateness() -> None:
    post = posts.scheduled(minutes=10)
    post.plan_retry(NOON + timedelta(minutes=35), FAILURE, by=by(minutes=11))
    assert post.last_moment(PACE) == NOON + timedelta(minutes=40)


def test_an_announced_wait_stops_the_clock_of_lateness() -> None:
    post = posts.scheduled(minutes=10)
    post.pause(WaitReason.QUOTA, NOON + timedelta(hours=6), FAILURE, by=by(minutes=10))
    assert post.last_moment(PACE) == NOON + timedelta(hours=6, minutes=30)
    assert post.waiting == Waiting(WaitReason.QUOTA, NOON + timedelta(hours=6))


def test_a_blocked_account_does_not_stop_the_clock_of_lateness() -> None:
    post = posts.scheduled(minutes=10)
    post.pause(WaitReason.ACCOUNT, None, FAILURE, by=by(minutes=10))
    assert post.last_moment(PACE) == NOON + timedelta(minutes=40)


def test_waiting_for_the_same_again_is_no_news() -> None:
    post = posts.scheduled()
    post.pause(WaitReason.ACCOUNT, None, FAILURE, by=by())
    before = len(post.pending_events)
    post.pause(WaitReason.ACCOUNT, None, FAILURE, by=by(minutes=1))
    assert len(post.pending_events) == before


def test_only_a_waiting_post_resumes() -> None:
    post = posts.scheduled()
    before = len(post.pending_events)
    post.resume(by=by())
    assert len(post.pending_events) == before
    post.pause(WaitReason.ACCOUNT, None, FAILURE, by=by())
    post.resume(by=by())
    assert (post.waiting, post.failure) == (None, None)


# Generations.


def test_every_change_of_schedule_or_content_is_a_new_generation() -> None:
    post = posts.scheduled()
    seen = [post.generation]
    for change in (
        lambda: post.edit(content(caption="Other"), by=by()),
        lambda: post.schedule_for(Schedule(NOON + timedelta(hours=2)), by=by()),
        lambda: post.unschedule(by=by()),
        lambda: post.publish_now(by=by()),
    ):
        change()
        seen.append(post.generation)
    assert seen == sorted(set(seen))


def test_an_edit_that_changes_nothing_is_no_news() -> None:
    post = posts.draft()
    post.edit(post.content, by=by())
    assert len(post.pending_events) == 1


def test_what_a_worker_does_is_no_new_generation() -> None:
    assert posts.prepared().generation == posts.publishing().generation


# Containers.


def ready_ahead() -> Post:
    post = posts.scheduled()
    post.container_created(PARENT, "c", by=by())
    post.container_ready(PARENT, by=by())
    assert post.prepared()
    return post


@pytest.mark.parametrize("operation", [Operation.EDIT, Operation.SCHEDULE, Operation.UNSCHEDULE])
def test_containers_of_an_earlier_form_or_time_are_void(operation: Operation) -> None:
    post = ready_ahead()
    ORDERS[operation](post)
    assert not post.prepared()
    assert post.containers == {}


def test_publishing_at_once_uses_what_stands_ready() -> None:
    post = ready_ahead()
    post.publish_now(by=by())
    assert post.prepared()


def test_only_a_carousel_has_children() -> None:
    assert list(posts.draft("CAROUSEL").children()) == [0, 1, 2]
    assert [list(posts.draft(kind).children()) for kind in ("IMAGE", "REELS", "STORIES")] == [[], [], []]


def test_losing_a_child_loses_the_parent_and_keeps_the_other_children() -> None:
    post = posts.prepared(media_type="CAROUSEL")
    post.container_lost(2, Reading.ERROR, FAILURE, by=by())
    assert sorted(post.containers) == [0, 1]


def test_a_container_is_told_to_be_ready_once() -> None:
    post = ready_ahead()
    before = len(post.pending_events)
    post.container_ready(PARENT, by=by())
    assert len(post.pending_events) == before


def test_containers_grow_stale_before_instagram_forgets_them() -> None:
    post = ready_ahead()
    assert post.stale_containers(NOON + timedelta(hours=23)) == []
    assert [made.id for made in post.stale_containers(NOON + timedelta(hours=23, seconds=1))] == ["c"]


# The irreversible call.


def test_the_intent_names_the_container() -> None:
    post = posts.prepared()
    assert post.ask("w1", by=by(seconds=3)) == Question(f"container {PARENT}", NOON + timedelta(seconds=3))


def test_no_second_call_is_announced_while_one_has_no_outcome() -> None:
    with pytest.raises(AssertionError):
        posts.asked().ask("w2", by=by())


def test_a_refusal_that_proves_something_ends_the_question_and_keeps_the_reason() -> None:
    post = posts.asked()
    post.publish_refused(FAILURE, by=by())
    assert (post.question, post.failure) == (None, FAILURE)


def test_publishing_settles_everything() -> None:
    post = posts.published()
    assert (post.question, post.doubt, post.claim, post.waiting, post.failure) == (None,) * 5
    assert post.containers == {}
    assert post.publication is not None
    assert (post.publication.media_id, post.publication.evidence) == ("180", "answer")


# Doubt.


def test_doubt_keeps_when_it_may_have_gone_out_and_takes_the_claim_away() -> None:
    post = posts.unconfirmed()
    assert post.question == Question(f"container {PARENT}", NOON)
    assert post.claim is None
    assert post.doubt is not None
    assert post.waiting == Waiting(WaitReason.OUTCOME_UNKNOWN, post.doubt.next_look_at)


def test_a_container_that_reads_published_before_anybody_asked_is_a_doubt_since_it_was_made() -> None:
    post = posts.prepared()
    post.doubt_outcome(None, by=by(minutes=1))
    assert post.question == Question(f"container {PARENT}", NOON)


def test_looks_are_counted_and_so_is_how_often_they_agree() -> None:
    post = posts.unconfirmed()
    seen = []
    for reading in (Reading.UNREADABLE, Reading.FINISHED, Reading.FINISHED, Reading.ERROR):
        post.looked(reading, by=by(minutes=1))
        assert post.doubt is not None
        seen.append((post.doubt.looks, post.doubt.reading, post.doubt.agreeing))
    assert seen == [
        (1, Reading.UNREADABLE, 1),
        (2, Reading.FINISHED, 1),
        (3, Reading.FINISHED, 2),
        (4, Reading.ERROR, 1),
    ]


def test_a_post_found_unpublished_goes_on_with_the_same_container() -> None:
    post = posts.found_unpublished()
    assert (post.status, post.question, post.doubt, post.waiting) == (Status.PUBLISHING, None, None, None)
    assert post.containers[PARENT].id == f"container {PARENT}"


def test_a_person_may_say_that_it_was_not_published() -> None:
    post = posts.unconfirmed()
    post.resolve(published=False, media_id=None, by=by(hours=1))
    assert (post.status, post.containers, post.question) == (Status.FAILED, {}, None)
    assert post.failure is not None
    assert post.failure.code == "OUTCOME_UNKNOWN"


def test_a_person_may_say_that_it_was_published() -> None:
    post = posts.unconfirmed(first_comment="First!")
    post.resolve(published=True, media_id="180", by=by(hours=1))
    assert post.publication is not None
    assert (post.publication.media_id, post.publication.evidence) == ("180", "person")
    assert set(post.follow_ups) == {FollowUp.PERMALINK, FollowUp.COMMENT}


# Ends.


def test_a_missed_post_says_so() -> None:
    post = posts.missed()
    assert post.failure is not None
    assert post.failure.code == "POST_MISSED"


@pytest.mark.parametrize("end", [posts.failed, posts.missed])
def test_a_retry_is_due_at_once_and_begins_afresh(end: Callable[..., Post]) -> None:
    post = end()
    post.retry(by=by(hours=4))
    assert (post.due(), post.tries, post.failure) == (NOON + timedelta(hours=4), 0, None)


def test_tries_are_counted_until_the_schedule_changes() -> None:
    post = posts.publishing()
    for tries in (1, 2):
        post.plan_retry(NOON + timedelta(minutes=tries), FAILURE, by=by())
        assert (post.tries, post.status) == (tries, Status.SCHEDULED)
        assert post.waiting == Waiting(WaitReason.BACKING_OFF, NOON + timedelta(minutes=tries))
    post.schedule_for(Schedule(NOON + timedelta(days=1)), by=by())
    assert (post.tries, post.waiting) == (0, None)


def test_attempts_are_counted_over_all_claims() -> None:
    post = posts.publishing()
    for worker in ("w1", "w2"):
        post.start_publishing(worker, PACE, by=by())
    assert post.attempts == 2
    assert post.claim is not None
    assert (post.claim.worker, post.claim.lease_until) == ("w2", NOON + PACE.lease)


# What follows.


def wanted(**more: object) -> set[FollowUp]:
    return set(posts.published(**more).follow_ups)


def test_what_follows_depends_on_what_was_asked_for_and_found() -> None:
    assert wanted() == {FollowUp.PERMALINK}
    assert wanted(first_comment="First!") == {FollowUp.PERMALINK, FollowUp.COMMENT}
    assert wanted(cross_post_to_facebook=True) == {FollowUp.PERMALINK, FollowUp.FACEBOOK}
    assert wanted(media_id=None, first_comment="First!") == set()
    assert wanted(media_id=None, cross_post_to_facebook=True) == {FollowUp.FACEBOOK}


def test_a_follow_up_has_its_own_intent_and_outcome() -> None:
    post = posts.published(first_comment="First!")
    post.follow_up_asked(FollowUp.COMMENT, by=by(seconds=2))
    assert post.follow_ups[FollowUp.COMMENT].status is FollowUpStatus.ASKED
    assert post.follow_ups[FollowUp.COMMENT].asked_at == NOON + timedelta(seconds=2)
    post.follow_up_done(FollowUp.COMMENT, "170", by=by(seconds=3))
    assert post.follow_ups[FollowUp.COMMENT].result == "170"
    assert post.follow_ups[FollowUp.PERMALINK].status is FollowUpStatus.DUE


def test_a_follow_up_that_fails_leaves_the_post_published() -> None:
    post = posts.published()
    post.follow_up_failed(FollowUp.PERMALINK, FAILURE, by=by())
    assert (post.status, post.failure) == (Status.PUBLISHED, None)
    assert post.next_follow_up(NOON) == (None, None)


def test_the_permalink_is_kept_with_the_publication() -> None:
    post = posts.published()
    post.follow_up_done(FollowUp.PERMALINK, "https://instagram.test/p/x/", by=by())
    assert post.publication is not None
    assert post.publication.permalink == "https://instagram.test/p/x/"


def test_the_next_follow_up_is_the_one_that_is_due_or_else_the_nearest() -> None:
    post = posts.published(first_comment="First!")
    later, latest = NOON + timedelta(minutes=5), NOON + timedelta(minutes=9)
    post.follow_up_postponed(FollowUp.PERMALINK, FollowUpStatus.DUE, latest, FAILURE, by=by())
    assert post.next_follow_up(NOON) == (FollowUp.COMMENT, None)
    post.follow_up_postponed(FollowUp.COMMENT, FollowUpStatus.UNCONFIRMED, later, None, by=by())
    assert post.next_follow_up(NOON) == (None, later)
    assert post.next_follow_up(later) == (FollowUp.COMMENT, None)
    assert post.follow_ups[FollowUp.COMMENT].tries == 1


def test_every_event_says_who_caused_it_and_when() -> None:
    post = posts.published()
    for event in post.collect_events():
        assert event.meta["actor"] == "somebody"
        assert event.timestamp >= NOON


@pytest.mark.parametrize("status", Status)
def test_history_retold_is_the_post(status: Status) -> None:
    post = posts.IN[status](media_type="CAROUSEL", first_comment="First!")
    assert vars(posts.retold(post)) == vars(post)


def test_a_post_needs_its_cover_as_well_as_its_files() -> None:
    reel = content("REELS", cover_media_id=posts.FILE)
    assert reel.files() == (*reel.media_ids, posts.FILE)
    assert reel.media_type is MediaType.REELS


def test_a_failure_keeps_what_was_said() -> None:
    post = posts.failed()
    assert post.failure == Failure("UNKNOWN_ERROR", "Something broke.")


def test_being_overdue_is_noticed_once_per_schedule() -> None:
    post = posts.scheduled(minutes=10)
    before = len(post.pending_events)
    post.notice_overdue(by=by(minutes=9))
    assert len(post.pending_events) == before
    post.notice_overdue(by=by(minutes=11))
    post.notice_overdue(by=by(minutes=12))
    assert len(post.pending_events) == before + 1
    post.schedule_for(Schedule(NOON + timedelta(hours=1)), by=by(minutes=13))
    post.notice_overdue(by=by(hours=2))
    assert len(post.pending_events) == before + 3
