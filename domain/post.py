"""A post: one thing to publish, and every fact about how that went."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain import errors
from domain.aggregate import Aggregate, Cause
from domain.attempt import (
    PARENT,
    Claim,
    Container,
    Doubt,
    Failure,
    FollowUp,
    FollowUpState,
    FollowUpStatus,
    Publication,
    Question,
    Reading,
    Schedule,
    Waiting,
    WaitReason,
)
from domain.content import Content, MediaType
from domain.timing import CONTAINER_USABLE, Pace, deadline, look_delay


class Status(enum.StrEnum):
    DRAFT = "DRAFT"
    SCHEDULED = "SCHEDULED"
    PUBLISHING = "PUBLISHING"
    UNCONFIRMED = "UNCONFIRMED"
    PUBLISHED = "PUBLISHED"
    FAILED = "FAILED"
    MISSED = "MISSED"
    CANCELLED = "CANCELLED"
    DELETED = "DELETED"


class Operation(enum.StrEnum):
    EDIT = "edit"
    SCHEDULE = "schedule"
    PUBLISH = "publish"
    UNSCHEDULE = "unschedule"
    CANCEL = "cancel"
    RETRY = "retry"
    DELETE = "delete on Instagram"
    RESOLVE = "resolve"


_OPEN = frozenset({Status.DRAFT, Status.SCHEDULED, Status.FAILED, Status.MISSED})

ALLOWED: Mapping[Operation, frozenset[Status]] = {
    Operation.EDIT: _OPEN,
    Operation.SCHEDULE: _OPEN,
    Operation.PUBLISH: _OPEN,
    Operation.UNSCHEDULE: frozenset({Status.SCHEDULED}),
    Operation.CANCEL: _OPEN,
    Operation.RETRY: frozenset({Status.FAILED, Status.MISSED}),
    Operation.DELETE: frozenset({Status.PUBLISHED}),
    Operation.RESOLVE: frozenset({Status.UNCONFIRMED}),
}


NOT_PUBLISHED = Failure(
    errors.OutcomeUnknown.code, "A person looked at Instagram and found that this was not published."
)


def follow_ups_due(content: Content, media_id: str | None) -> dict[FollowUp, FollowUpState]:
    """What is to follow a publication; without a media id there is nothing to link to or comment on."""
    wanted = [FollowUp.PERMALINK] if media_id else []
    if media_id and content.first_comment:
        wanted.append(FollowUp.COMMENT)
    if content.cross_post_to_facebook:
        wanted.append(FollowUp.FACEBOOK)
    return {follow_up: FollowUpState(FollowUpStatus.DUE) for follow_up in wanted}


class Post(Aggregate):
    """One post on its way to Instagram."""

    TOPIC = "post"

    def __init__(self) -> None:
        self.user_id: UUID
        self.account_id: UUID
        self.content: Content
        self.status = Status.DRAFT
        self.schedule: Schedule | None = None
        self.generation = 0
        self.attempts = 0
        self.tries = 0
        self.waits = 0
        self.next_attempt_at: datetime | None = None
        self.waiting: Waiting | None = None
        self.announced_until: datetime | None = None
        self.claim: Claim | None = None
        self.containers: dict[int, Container] = {}
        self.question: Question | None = None
        self.doubt: Doubt | None = None
        self.hold_until: datetime | None = None
        self.exhausted: Failure | None = None
        self.failure: Failure | None = None
        self.publication: Publication | None = None
        self.follow_ups: dict[FollowUp, FollowUpState] = {}
        self.deletion_asked = False
        self.overdue_noticed = False

    # What happened: each event applies itself, and applying never fails.

    class Created(Aggregate.Created):
        """Somebody drafted it."""

        TOPIC = "post.created"
        user_id: UUID
        account_id: UUID
        content: Content

        def apply(self, aggregate: Post) -> None:
            aggregate.user_id = self.user_id
            aggregate.account_id = self.account_id
            aggregate.content = self.content

    class Edited(Aggregate.Event):
        """Somebody changed what it says or shows; containers of the old form are void."""

        TOPIC = "post.edited"
        content: Content

        def apply(self, aggregate: Post) -> None:
            aggregate.content = self.content
            aggregate.generation += 1
            aggregate.containers = {}
            aggregate.claim = None
            aggregate.tries = 0
            aggregate.waits = 0

    class Scheduled(Aggregate.Event):
        """It got a time to go out, or another one; what was prepared for an earlier time is void."""

        TOPIC = "post.scheduled"
        at: datetime
        wall_time: str | None
        timezone: str | None

        def apply(self, aggregate: Post) -> None:
            aggregate._plan(Schedule(self.at, self.wall_time, self.timezone))
            aggregate.containers = {}
            aggregate.status = Status.SCHEDULED

    class Planned(Aggregate.Event):
        """A draft got a time its owner has in mind; nothing is sent for that alone."""

        TOPIC = "post.planned"
        at: datetime
        wall_time: str | None
        timezone: str | None

        def apply(self, aggregate: Post) -> None:
            aggregate.schedule = Schedule(self.at, self.wall_time, self.timezone)

    class Unscheduled(Aggregate.Event):
        """Somebody took its time away; it is a draft again."""

        TOPIC = "post.unscheduled"

        def apply(self, aggregate: Post) -> None:
            aggregate._plan(None)
            aggregate.containers = {}
            aggregate.status = Status.DRAFT

    class PublishOrdered(Aggregate.Event):
        """Somebody asked for it to go out at once."""

        TOPIC = "post.publish_ordered"

        def apply(self, aggregate: Post) -> None:
            aggregate._plan(Schedule(self.timestamp))
            aggregate.status = Status.PUBLISHING

    class Cancelled(Aggregate.Event):
        """Somebody withdrew it before it began."""

        TOPIC = "post.cancelled"

        def apply(self, aggregate: Post) -> None:
            aggregate._plan(None)
            aggregate.containers = {}
            aggregate.status = Status.CANCELLED

    class PublishingStarted(Aggregate.Event):
        """A worker claimed it: an attempt begins, or goes on after its worker was lost."""

        TOPIC = "post.publishing_started"
        attempt: int
        worker: str
        lease_until: datetime

        def apply(self, aggregate: Post) -> None:
            aggregate.status = Status.PUBLISHING
            aggregate.attempts = self.attempt
            aggregate.claim = Claim(self.attempt, self.worker, self.lease_until)
            aggregate.waiting = None
            aggregate.next_attempt_at = None

    class ContainerCreated(Aggregate.Event):
        """Instagram took the media of one slot into an unpublished container (-1 is the one to publish)."""

        TOPIC = "post.container_created"
        slot: int
        container_id: str

        def apply(self, aggregate: Post) -> None:
            aggregate.containers[self.slot] = Container(self.slot, self.container_id, self.timestamp)

    class ContainerReady(Aggregate.Event):
        """Instagram finished fetching and checking what is in a container."""

        TOPIC = "post.container_ready"
        slot: int
        container_id: str

        def apply(self, aggregate: Post) -> None:
            aggregate.containers[self.slot] = replace(aggregate.containers[self.slot], ready=True)

    class ContainerLost(Aggregate.Event):
        """A container failed, expired or grew stale; it will not be used."""

        TOPIC = "post.container_lost"
        slot: int
        container_id: str
        reading: Reading
        failure: Failure | None

        def apply(self, aggregate: Post) -> None:
            aggregate.containers.pop(self.slot, None)
            aggregate.containers.pop(PARENT, None)

    class PublishAsked(Aggregate.Event):
        """Intent: Instagram is about to be asked to publish this container."""

        TOPIC = "post.publish_asked"
        container_id: str
        worker: str

        def apply(self, aggregate: Post) -> None:
            aggregate.question = Question(self.container_id, self.timestamp)

    class PublishRefused(Aggregate.Event):
        """Instagram refused to publish, in a way that proves nothing went out."""

        TOPIC = "post.publish_refused"
        container_id: str
        failure: Failure

        def apply(self, aggregate: Post) -> None:
            aggregate.question = None
            aggregate.failure = self.failure

    class Doubted(Aggregate.Event):
        """Whether the container was published is unknown: an answer is missing or proves nothing.

        `asked_at` is the earliest moment at which it may have gone out; `last` says that no other try is
        worth it should it turn out that it did not.
        """

        TOPIC = "post.outcome_unknown"
        container_id: str
        asked_at: datetime
        next_look_at: datetime
        failure: Failure | None
        hold_until: datetime | None
        last: bool = False

        def apply(self, aggregate: Post) -> None:
            aggregate.hold_until = self.hold_until
            aggregate.exhausted = self.failure if self.last else None
            aggregate.tries += self.failure is not None and self.failure.code != errors.OutcomeUnknown.code
            aggregate.status = Status.UNCONFIRMED
            aggregate.question = Question(self.container_id, self.asked_at)
            aggregate.doubt = Doubt(self.timestamp, self.next_look_at)
            aggregate.waiting = Waiting(WaitReason.OUTCOME_UNKNOWN, self.next_look_at)
            aggregate.claim = None
            aggregate.failure = self.failure

    class Looked(Aggregate.Event):
        """We looked at Instagram, and the doubt stays."""

        TOPIC = "post.looked"
        reading: Reading
        next_look_at: datetime

        def apply(self, aggregate: Post) -> None:
            doubt = aggregate.doubt
            assert doubt is not None
            agreeing = doubt.agreeing + 1 if doubt.reading is self.reading else 1
            aggregate.doubt = Doubt(doubt.since, self.next_look_at, doubt.looks + 1, self.reading, agreeing)
            aggregate.waiting = Waiting(WaitReason.OUTCOME_UNKNOWN, self.next_look_at)

    class FoundUnpublished(Aggregate.Event):
        """Looking settled it: nothing went out, so the attempt may go on."""

        TOPIC = "post.found_unpublished"
        reading: Reading

        def apply(self, aggregate: Post) -> None:
            aggregate.status = Status.PUBLISHING
            aggregate.question = None
            aggregate.doubt = None
            aggregate.waiting = None
            aggregate.failure = None

    class Published(Aggregate.Event):
        """It is live. `evidence` says how we know: answer, container, listing or person."""

        TOPIC = "post.published"
        media_id: str | None
        evidence: str

        def apply(self, aggregate: Post) -> None:
            aggregate._settle()
            aggregate.status = Status.PUBLISHED
            aggregate.failure = None
            aggregate.publication = Publication(self.media_id, self.timestamp, self.evidence)
            aggregate.follow_ups = follow_ups_due(aggregate.content, self.media_id)

    class RetryPlanned(Aggregate.Event):
        """A passing fault: the same is tried again later."""

        TOPIC = "post.retry_planned"
        at: datetime
        failure: Failure

        def apply(self, aggregate: Post) -> None:
            aggregate.status = Status.SCHEDULED
            aggregate.tries += 1
            aggregate.claim = None
            aggregate.next_attempt_at = self.at
            aggregate.failure = self.failure
            aggregate.waiting = Waiting(WaitReason.BACKING_OFF, self.at)

    class Paused(Aggregate.Event):
        """It waits for something that was announced: quota, throttle, or a person mending the account."""

        TOPIC = "post.paused"
        reason: WaitReason
        until: datetime | None
        failure: Failure | None

        def apply(self, aggregate: Post) -> None:
            aggregate.status = Status.SCHEDULED
            aggregate.claim = None
            aggregate.waiting = Waiting(self.reason, self.until)
            aggregate.next_attempt_at = self.until
            aggregate.failure = self.failure
            if self.until is not None:
                aggregate.announced_until = self.until
                aggregate.waits += self.failure is not None

    class Resumed(Aggregate.Event):
        """What it waited for is over."""

        TOPIC = "post.resumed"

        def apply(self, aggregate: Post) -> None:
            aggregate.waiting = None
            aggregate.next_attempt_at = None
            aggregate.failure = None

    class Failed(Aggregate.Event):
        """It will not go out unless somebody changes something."""

        TOPIC = "post.failed"
        failure: Failure

        def apply(self, aggregate: Post) -> None:
            aggregate._settle()
            aggregate.status = Status.FAILED
            aggregate.failure = self.failure

    class Missed(Aggregate.Event):
        """Its time passed by more than the allowed lateness, so it was not sent."""

        TOPIC = "post.missed"
        failure: Failure

        def apply(self, aggregate: Post) -> None:
            aggregate._settle()
            aggregate.status = Status.MISSED
            aggregate.failure = self.failure

    class Resolved(Aggregate.Event):
        """A person looked and said what became of it."""

        TOPIC = "post.resolved"
        published: bool
        media_id: str | None

        def apply(self, aggregate: Post) -> None:
            aggregate._settle()
            if self.published:
                aggregate.status = Status.PUBLISHED
                aggregate.failure = None
                aggregate.publication = Publication(self.media_id, self.timestamp, "person")
                aggregate.follow_ups = follow_ups_due(aggregate.content, self.media_id)
            else:
                aggregate.status = Status.FAILED
                aggregate.failure = NOT_PUBLISHED

    class FollowUpAsked(Aggregate.Event):
        """Intent: a call that follows the publication (first comment, Facebook) is about to be made."""

        TOPIC = "post.follow_up_asked"
        follow_up: FollowUp

        def apply(self, aggregate: Post) -> None:
            aggregate._follow(self.follow_up, status=FollowUpStatus.ASKED, asked_at=self.timestamp)

    class FollowUpDone(Aggregate.Event):
        """A follow-up succeeded; `result` is the permalink, the comment's id or the Page post's."""

        TOPIC = "post.follow_up_done"
        follow_up: FollowUp
        result: str | None

        def apply(self, aggregate: Post) -> None:
            aggregate._follow(self.follow_up, status=FollowUpStatus.DONE, result=self.result, failure=None)
            if self.follow_up is FollowUp.PERMALINK and aggregate.publication:
                aggregate.publication = replace(aggregate.publication, permalink=self.result)

    class FollowUpPostponed(Aggregate.Event):
        """A follow-up met a passing fault, or is in doubt and will be looked at again."""

        TOPIC = "post.follow_up_postponed"
        follow_up: FollowUp
        status: FollowUpStatus
        next_try_at: datetime
        failure: Failure | None

        def apply(self, aggregate: Post) -> None:
            tries = aggregate.follow_ups[self.follow_up].tries + 1
            aggregate._follow(
                self.follow_up,
                status=self.status,
                tries=tries,
                next_try_at=self.next_try_at,
                failure=self.failure,
            )

    class FollowUpFailed(Aggregate.Event):
        """A follow-up will not happen; the post itself is untouched."""

        TOPIC = "post.follow_up_failed"
        follow_up: FollowUp
        failure: Failure

        def apply(self, aggregate: Post) -> None:
            aggregate._follow(self.follow_up, status=FollowUpStatus.FAILED, failure=self.failure)

    class DeletionAsked(Aggregate.Event):
        """Intent: Instagram is about to be asked to delete it."""

        TOPIC = "post.deletion_asked"

        def apply(self, aggregate: Post) -> None:
            aggregate.deletion_asked = True

    class Deleted(Aggregate.Event):
        """It was deleted on Instagram."""

        TOPIC = "post.deleted"

        def apply(self, aggregate: Post) -> None:
            aggregate.status = Status.DELETED

    class OverdueNoticed(Aggregate.Event):
        """Its time passed and nobody had begun with it: is a worker running?"""

        TOPIC = "post.overdue"
        due: datetime

        def apply(self, aggregate: Post) -> None:
            aggregate.overdue_noticed = True

    # What people ask for.

    @classmethod
    def draft(cls, *, id: UUID, user_id: UUID, account_id: UUID, content: Content, by: Cause) -> Post:
        return cls.begin(cls.Created, by, id=id, user_id=user_id, account_id=account_id, content=content)

    def may(self, operation: Operation) -> None:
        """Raise INVALID_STATUS unless the status allows the operation."""
        if self.status not in ALLOWED[operation]:
            raise errors.InvalidStatus(status=self.status, wanted=operation)

    def edit(self, content: Content, *, by: Cause) -> None:
        self.may(Operation.EDIT)
        if content != self.content:
            self.record(self.Edited, by, content=content)

    def schedule_for(self, schedule: Schedule, *, by: Cause) -> None:
        """Give it a time; a time that is not strictly in the future is INVALID_SCHEDULE."""
        self.may(Operation.SCHEDULE)
        if schedule.at <= by.at:
            raise errors.InvalidSchedule
        self.record(
            self.Scheduled, by, at=schedule.at, wall_time=schedule.wall_time, timezone=schedule.timezone
        )

    def plan_for(self, schedule: Schedule, *, by: Cause) -> None:
        """Change the time it has: of a scheduled post for good, of any other that is open as a wish."""
        if self.status is Status.SCHEDULED:
            self.schedule_for(schedule, by=by)
            return
        self.may(Operation.EDIT)
        if schedule.at <= by.at:
            raise errors.InvalidSchedule
        self.record(
            self.Planned, by, at=schedule.at, wall_time=schedule.wall_time, timezone=schedule.timezone
        )

    def unschedule(self, *, by: Cause) -> None:
        self.may(Operation.UNSCHEDULE)
        self.record(self.Unscheduled, by)

    def publish_now(self, *, by: Cause) -> None:
        self.may(Operation.PUBLISH)
        self.record(self.PublishOrdered, by)

    def cancel(self, *, by: Cause) -> None:
        self.may(Operation.CANCEL)
        self.record(self.Cancelled, by)

    def retry(self, *, by: Cause) -> None:
        self.may(Operation.RETRY)
        self.record(self.Scheduled, by, at=by.at, wall_time=None, timezone=None)

    def resolve(self, *, published: bool, media_id: str | None, by: Cause) -> None:
        self.may(Operation.RESOLVE)
        self.record(self.Resolved, by, published=published, media_id=media_id)

    def may_be_deleted(self, *, stories_too: bool) -> str:
        """The media id to delete. Refusals in order: STORIES_CANNOT_DELETE, NO_MEDIA_ID, INVALID_STATUS."""
        if self.content.media_type is MediaType.STORIES and not stories_too:
            raise errors.StoriesCannotDelete
        if self.publication is None or self.publication.media_id is None:
            raise errors.NoMediaId
        self.may(Operation.DELETE)
        return self.publication.media_id

    def ask_deletion(self, *, by: Cause) -> None:
        self.record(self.DeletionAsked, by)

    def deleted(self, *, by: Cause) -> None:
        self.record(self.Deleted, by)

    # What a worker reports. The caller holds the claim; a lost claim shows as a conflict on saving.

    def start_publishing(self, worker: str, pace: Pace, *, by: Cause) -> None:
        self.record(
            self.PublishingStarted,
            by,
            attempt=self.attempts + 1,
            worker=worker,
            lease_until=by.at + pace.lease,
        )

    def container_created(self, slot: int, container_id: str, *, by: Cause) -> None:
        self.record(self.ContainerCreated, by, slot=slot, container_id=container_id)

    def container_ready(self, slot: int, *, by: Cause) -> None:
        if not self.containers[slot].ready:
            self.record(self.ContainerReady, by, slot=slot, container_id=self.containers[slot].id)

    def container_lost(self, slot: int, reading: Reading, failure: Failure | None, *, by: Cause) -> None:
        self.record(
            self.ContainerLost,
            by,
            slot=slot,
            container_id=self.containers[slot].id,
            reading=reading,
            failure=failure,
        )

    def ask(self, worker: str, *, by: Cause) -> Question:
        """Announce the irreversible call."""
        assert self.question is None, "an earlier call has no outcome yet"
        self.record(self.PublishAsked, by, container_id=self.containers[PARENT].id, worker=worker)
        assert self.question is not None
        return self.question

    def published(self, media_id: str | None, evidence: str, *, by: Cause) -> None:
        self.record(self.Published, by, media_id=media_id, evidence=evidence)

    def publish_refused(self, failure: Failure, *, by: Cause) -> None:
        assert self.question is not None
        self.record(self.PublishRefused, by, container_id=self.question.container_id, failure=failure)

    def doubt_outcome(
        self, failure: Failure | None, *, hold_until: datetime | None = None, last: bool = False, by: Cause
    ) -> None:
        """Nobody knows whether the container to publish is live: look before doing anything else.

        Should it turn out that it is not, nothing is asked again before `hold_until`, or with `last` at all.
        """
        container = self.containers[PARENT]
        asked = self.question or Question(container.id, container.made_at)
        self.record(
            self.Doubted,
            by,
            container_id=asked.container_id,
            asked_at=asked.asked_at,
            next_look_at=by.at + look_delay(0),
            failure=failure,
            hold_until=hold_until,
            last=last,
        )

    def looked(self, reading: Reading, *, by: Cause) -> None:
        assert self.doubt is not None
        self.record(self.Looked, by, reading=reading, next_look_at=by.at + look_delay(self.doubt.looks + 1))

    def found_unpublished(self, reading: Reading, *, by: Cause) -> None:
        self.record(self.FoundUnpublished, by, reading=reading)

    def plan_retry(self, at: datetime, failure: Failure, *, by: Cause) -> None:
        self.record(self.RetryPlanned, by, at=at, failure=failure)

    def pause(
        self, reason: WaitReason, until: datetime | None, failure: Failure | None, *, by: Cause
    ) -> None:
        if self.waiting != Waiting(reason, until):
            self.record(self.Paused, by, reason=reason, until=until, failure=failure)

    def resume(self, *, by: Cause) -> None:
        if self.waiting is not None and self.status is Status.SCHEDULED:
            self.record(self.Resumed, by)

    def fail(self, failure: Failure, *, by: Cause) -> None:
        self.record(self.Failed, by, failure=failure)

    def miss(self, *, by: Cause) -> None:
        sentence = errors.PostMissed.description()
        self.record(self.Missed, by, failure=Failure(errors.PostMissed.code, sentence))

    def notice_overdue(self, *, by: Cause) -> None:
        """Put on record, once per schedule, that its time passed without anybody at work on it."""
        due = self.due()
        late = due is not None and due <= by.at and self.status in (Status.SCHEDULED, Status.PUBLISHING)
        if late and not self.overdue_noticed:
            self.record(self.OverdueNoticed, by, due=due)

    def follow_up_asked(self, follow_up: FollowUp, *, by: Cause) -> None:
        self.record(self.FollowUpAsked, by, follow_up=follow_up)

    def follow_up_done(self, follow_up: FollowUp, result: str | None, *, by: Cause) -> None:
        self.record(self.FollowUpDone, by, follow_up=follow_up, result=result)

    def follow_up_postponed(
        self, follow_up: FollowUp, status: FollowUpStatus, at: datetime, failure: Failure | None, *, by: Cause
    ) -> None:
        self.record(
            self.FollowUpPostponed, by, follow_up=follow_up, status=status, next_try_at=at, failure=failure
        )

    def follow_up_failed(self, follow_up: FollowUp, failure: Failure, *, by: Cause) -> None:
        self.record(self.FollowUpFailed, by, follow_up=follow_up, failure=failure)

    # What follows from its state.

    def due(self) -> datetime | None:
        """When it should go out next, announced waits and backing off included."""
        if self.schedule is None:
            return None
        return max(self.schedule.at, self.next_attempt_at or self.schedule.at)

    def last_moment(self, pace: Pace) -> datetime | None:
        """After this it is late beyond what was allowed."""
        if self.schedule is None:
            return None
        return deadline(self.schedule.at, pace.allowed_lateness, self.announced_until)

    def children(self) -> range:
        """The slots that must be filled before the container to publish can be made."""
        return (
            range(len(self.content.media_ids)) if self.content.media_type is MediaType.CAROUSEL else range(0)
        )

    def prepared(self) -> bool:
        """Whether the container to publish stands ready."""
        return PARENT in self.containers and self.containers[PARENT].ready

    def stale_containers(self, now: datetime) -> list[Container]:
        """Containers too old to rely on."""
        return [made for made in self.containers.values() if now - made.made_at > CONTAINER_USABLE]

    def next_follow_up(self, now: datetime) -> tuple[FollowUp | None, datetime | None]:
        """The follow-up to do now, or else when the next one is due."""
        times: list[datetime] = []
        for follow_up, state in self.follow_ups.items():
            if state.status in (FollowUpStatus.DONE, FollowUpStatus.FAILED):
                continue
            if state.next_try_at is None or state.next_try_at <= now:
                return follow_up, None
            times.append(state.next_try_at)
        return None, min(times, default=None)

    def _plan(self, schedule: Schedule | None) -> None:
        self.schedule = schedule
        self.generation += 1
        self.overdue_noticed = False
        self.claim = None
        self.tries = 0
        self.waits = 0
        self.hold_until = None
        self.exhausted = None
        self.next_attempt_at = None
        self.waiting = None
        self.announced_until = None
        self.failure = None

    def _settle(self) -> None:
        self.claim = None
        self.containers = {}
        self.question = None
        self.doubt = None
        self.waiting = None
        self.next_attempt_at = None

    def _follow(self, follow_up: FollowUp, **changes: object) -> None:
        self.follow_ups[follow_up] = replace(self.follow_ups[follow_up], **changes)  # type: ignore[arg-type]
