"""Whole lives of each aggregate, drawn by Hypothesis: history retold is always the aggregate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.account import Account, AccountStatus, LoginMethod, Profile
from domain.aggregate import Aggregate, Cause
from domain.api_key import ApiKey
from domain.attempt import PARENT, FollowUp, FollowUpStatus, Reading, Schedule, WaitReason
from domain.errors import InvalidSchedule, InvalidStatus
from domain.media import Facts, Failure, Kind, MediaFile, MediaStatus
from domain.post import ALLOWED, Operation, Post, Status
from tests.fakes import posts
from tests.fakes.posts import ACCOUNT, FAILURE, FILE, NOON, OWNER, PACE, content

SPANS = st.integers(min_value=0, max_value=7_200)
LIVES = settings(max_examples=60, stateful_step_count=40)


class Lifecycle(RuleBasedStateMachine):
    """An aggregate in time; what it did is told again after every step."""

    aggregate: Any

    def __init__(self) -> None:
        super().__init__()
        self.at = NOON
        self.events: list[Any] = []

    @rule(seconds=SPANS)
    def time_passes(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)

    @property
    def by(self) -> Cause:
        return Cause(self.at, "somebody")

    @invariant()
    def history_retold_is_the_aggregate(self) -> None:
        if not hasattr(self, "aggregate"):
            return
        self.events += self.aggregate.collect_events()
        told: Aggregate | None = None
        for event in self.events:
            told = event.mutate(told)
        assert vars(told) == vars(self.aggregate)

    @invariant()
    def versions_are_dense(self) -> None:
        if self.events:
            assert [event.originator_version for event in self.events] == list(range(1, len(self.events) + 1))


def status_is(*statuses: Status) -> Callable[[Any], bool]:
    return lambda machine: machine.aggregate.status in statuses


ORDERS: dict[Operation, Callable[[Post, Cause], None]] = {
    Operation.EDIT: lambda post, by: post.edit(content(caption=f"{by.at}"), by=by),
    Operation.SCHEDULE: lambda post, by: post.schedule_for(Schedule(by.at + timedelta(hours=1)), by=by),
    Operation.PUBLISH: lambda post, by: post.publish_now(by=by),
    Operation.UNSCHEDULE: lambda post, by: post.unschedule(by=by),
    Operation.CANCEL: lambda post, by: post.cancel(by=by),
    Operation.RETRY: lambda post, by: post.retry(by=by),
    Operation.RESOLVE: lambda post, by: post.resolve(published=False, media_id=None, by=by),
}
# What may follow a status without anybody ordering it.
BY_ITSELF: dict[Status, set[Status]] = {
    Status.DRAFT: set(),
    Status.SCHEDULED: {Status.PUBLISHING, Status.MISSED, Status.FAILED},
    Status.PUBLISHING: {
        Status.SCHEDULED,
        Status.UNCONFIRMED,
        Status.PUBLISHED,
        Status.FAILED,
        Status.MISSED,
    },
    Status.UNCONFIRMED: {Status.PUBLISHING, Status.PUBLISHED},
    Status.PUBLISHED: {Status.DELETED},
    Status.FAILED: set(),
    Status.MISSED: set(),
    Status.CANCELLED: set(),
    Status.DELETED: set(),
}
AT_WORK = (Status.SCHEDULED, Status.PUBLISHING)


class PostLife(Lifecycle):
    """People and a worker do to a post whatever the saga may."""

    aggregate: Post

    @initialize(
        begin=st.sampled_from((*posts.IN.values(), posts.prepared, posts.asked, posts.found_unpublished)),
        media_type=st.sampled_from(("IMAGE", "CAROUSEL", "STORIES")),
        comment=st.booleans(),
    )
    def begin_somewhere(self, begin: Callable[..., Post], media_type: str, comment: bool) -> None:
        words = {"first_comment": "First!"} if comment else {}
        self.aggregate = begin(media_type=media_type, **words)
        self.at = NOON + timedelta(hours=3)
        self.before = self.aggregate.status

    def teardown(self) -> None:
        assert self.aggregate.generation <= len(self.events) + 1

    @rule(operation=st.sampled_from(list(ORDERS)))
    def somebody_orders(self, operation: Operation) -> None:
        post, status = self.aggregate, self.aggregate.status
        allowed = status in ALLOWED[operation]
        try:
            ORDERS[operation](post, self.by)
        except InvalidStatus:
            assert not allowed
            assert post.status is status
        else:
            assert allowed
        self.before = post.status

    @rule(hours=st.integers(min_value=-2, max_value=2))
    def somebody_plans(self, hours: int) -> None:
        try:
            self.aggregate.plan_for(Schedule(self.at + timedelta(hours=hours)), by=self.by)
        except InvalidStatus:
            assert self.aggregate.status not in ALLOWED[Operation.EDIT]
        except InvalidSchedule:
            assert hours <= 0

    @precondition(status_is(*AT_WORK))
    @rule(worker=st.sampled_from(("w1", "w2")))
    def a_worker_claims(self, worker: str) -> None:
        if self.aggregate.question is None:
            self.aggregate.start_publishing(worker, PACE, by=self.by)
            self._told()

    @precondition(status_is(*AT_WORK))
    @rule(child=st.integers(min_value=PARENT, max_value=2))
    def a_container_is_made(self, child: int) -> None:
        post = self.aggregate
        if post.question is None and child in (*post.children(), PARENT):
            post.container_created(child, f"c{len(self.events)}", by=self.by)

    @precondition(lambda machine: machine.aggregate.containers and machine.aggregate.question is None)
    @rule(lost=st.booleans(), data=st.data())
    def a_container_is_read(self, lost: bool, data: st.DataObject) -> None:
        slot = data.draw(st.sampled_from(sorted(self.aggregate.containers)))
        if lost:
            self.aggregate.container_lost(slot, Reading.ERROR, FAILURE, by=self.by)
            assert PARENT not in self.aggregate.containers
        else:
            self.aggregate.container_ready(slot, by=self.by)

    @precondition(lambda machine: machine.aggregate.status is Status.PUBLISHING)
    @rule()
    def the_worker_asks(self) -> None:
        if self.aggregate.prepared() and self.aggregate.question is None:
            asked = self.aggregate.ask("w1", by=self.by)
            assert asked.container_id == self.aggregate.containers[PARENT].id

    @precondition(
        lambda machine: machine.aggregate.status is Status.PUBLISHING and machine.aggregate.question
    )
    @rule(answer=st.sampled_from(("live", "refused", "silence")), media_id=st.sampled_from((None, "180")))
    def instagram_answers(self, answer: str, media_id: str | None) -> None:
        if answer == "live":
            self.aggregate.published(media_id, "answer", by=self.by)
        elif answer == "refused":
            self.aggregate.publish_refused(FAILURE, by=self.by)
        else:
            self.aggregate.doubt_outcome(FAILURE, by=self.by)
        self._told()

    @precondition(status_is(Status.UNCONFIRMED))
    @rule(
        reading=st.sampled_from(list(Reading)),
        outcome=st.sampled_from(("stays", "stays", "live", "unpublished")),
    )
    def the_worker_looks(self, reading: Reading, outcome: str) -> None:
        if outcome == "stays":
            self.aggregate.looked(reading, by=self.by)
        elif outcome == "live":
            self.aggregate.published("181", "listing", by=self.by)
        else:
            self.aggregate.found_unpublished(reading, by=self.by)
        self._told()

    @precondition(lambda machine: machine.aggregate.status in AT_WORK and not machine.aggregate.question)
    @rule(setback=st.sampled_from(("retry", "quota", "blocked", "resume", "fail", "miss")))
    def a_setback(self, setback: str) -> None:
        post, later = self.aggregate, self.at + timedelta(minutes=5)
        match setback:
            case "retry":
                post.plan_retry(later, FAILURE, by=self.by)
            case "quota":
                post.pause(WaitReason.QUOTA, later, FAILURE, by=self.by)
            case "blocked":
                post.pause(WaitReason.ACCOUNT, None, FAILURE, by=self.by)
            case "resume":
                post.resume(by=self.by)
            case "fail":
                post.fail(FAILURE, by=self.by)
            case _:
                post.miss(by=self.by)
        self._told()

    @precondition(lambda machine: machine.aggregate.follow_ups)
    @rule(data=st.data(), done=st.sampled_from(("asked", "done", "postponed", "failed")))
    def something_follows(self, data: st.DataObject, done: str) -> None:
        post, follow_up = self.aggregate, data.draw(st.sampled_from(list(self.aggregate.follow_ups)))
        status = post.status
        match done:
            case "asked":
                post.follow_up_asked(follow_up, by=self.by)
            case "done":
                post.follow_up_done(follow_up, "170", by=self.by)
            case "postponed":
                post.follow_up_postponed(follow_up, FollowUpStatus.DUE, self.at, None, by=self.by)
            case _:
                post.follow_up_failed(follow_up, FAILURE, by=self.by)
        assert post.status is status

    @precondition(status_is(Status.PUBLISHED))
    @rule()
    def it_is_deleted(self) -> None:
        self.aggregate.ask_deletion(by=self.by)
        self.aggregate.deleted(by=self.by)
        self._told()

    def _told(self) -> None:
        """The status changed as it may by itself, if it changed."""
        now = self.aggregate.status
        assert now is self.before or now in BY_ITSELF[self.before]
        self.before = now

    @invariant()
    def what_it_knows_fits_its_status(self) -> None:
        post: Post | None = getattr(self, "aggregate", None)
        if post is None:
            return
        if post.status in AT_WORK or post.status is Status.UNCONFIRMED:
            assert post.schedule is not None
        assert (post.doubt is not None) == (post.status is Status.UNCONFIRMED)
        if post.status is Status.UNCONFIRMED:
            assert post.question is not None
        if post.question is not None:
            assert post.status in (Status.PUBLISHING, Status.UNCONFIRMED)
        assert (post.publication is not None) == (post.status in (Status.PUBLISHED, Status.DELETED))
        if post.status in (Status.DRAFT, Status.CANCELLED, Status.PUBLISHED, Status.FAILED, Status.MISSED):
            assert (post.claim, post.waiting, post.question) == (None, None, None)
        assert set(post.follow_ups) <= set(FollowUp)

    @invariant()
    def times_can_be_asked_for_in_every_state(self) -> None:
        post: Post | None = getattr(self, "aggregate", None)
        if post is None:
            return
        due, last = post.due(), post.last_moment(PACE)
        assert (due is None) == (last is None) == (post.schedule is None)
        if post.schedule is not None and last is not None:
            assert last >= post.schedule.at + PACE.allowed_lateness
        follow_up, later = post.next_follow_up(self.at)
        assert follow_up is None or later is None


class AccountLife(Lifecycle):
    aggregate: Account

    @initialize()
    def connect(self) -> None:
        self.aggregate = Account.connect(
            user_id=OWNER, profile=self._profile("studio"), fingerprint="0", expires_at=None, by=self.by
        )

    @rule(name=st.sampled_from(("studio", "renamed")), days=st.integers(min_value=0, max_value=60))
    def reconnect(self, name: str, days: int) -> None:
        ends = self.at + timedelta(days=days)
        self.aggregate.reconnect(
            profile=self._profile(name), fingerprint=f"{days}", expires_at=ends, by=self.by
        )
        assert self.aggregate.status is AccountStatus.CONNECTED

    @rule(code=st.sampled_from(("TOKEN_EXPIRED", "ACCOUNT_RESTRICTED")))
    def block(self, code: str) -> None:
        before = self.aggregate.status
        self.aggregate.block(code, by=self.by)
        assert self.aggregate.status is (
            AccountStatus.BLOCKED if before is AccountStatus.CONNECTED else before
        )

    @precondition(lambda machine: machine.aggregate.status is not AccountStatus.DISCONNECTED)
    @rule()
    def refresh(self) -> None:
        self.aggregate.token_refreshed(fingerprint="new", expires_at=None, by=self.by)

    @rule()
    def disconnect(self) -> None:
        self.aggregate.disconnect(by=self.by)
        assert self.aggregate.token_fingerprint == ""

    @invariant()
    def a_code_blocks_exactly_a_blocked_account(self) -> None:
        account: Account | None = getattr(self, "aggregate", None)
        if account is not None and account.status is not AccountStatus.DISCONNECTED:
            assert (account.blocked_by is not None) == (account.status is AccountStatus.BLOCKED)

    def _profile(self, name: str) -> Profile:
        return Profile("17841", name, "BUSINESS", LoginMethod.INSTAGRAM)


class MediaLife(Lifecycle):
    aggregate: MediaFile

    @initialize()
    def receive(self) -> None:
        self.aggregate = MediaFile.receive(id=FILE, user_id=OWNER, sha256="abc", size_bytes=1, by=self.by)

    @precondition(lambda machine: machine.aggregate.status is MediaStatus.RECEIVED)
    @rule()
    def process(self) -> None:
        self.aggregate.start_processing(by=self.by)

    @precondition(lambda machine: machine.aggregate.status in (MediaStatus.RECEIVED, MediaStatus.PROCESSING))
    @rule(fit=st.booleans())
    def judge(self, fit: bool) -> None:
        if fit:
            self.aggregate.prepared(Facts(Kind.IMAGE, "image/jpeg", 9, 9), (), (), by=self.by)
        else:
            self.aggregate.fail(Failure("PROCESSING_FAILED", "It broke."), by=self.by)

    @rule(needed=st.booleans())
    def delete(self, needed: bool) -> None:
        before = self.aggregate.status
        try:
            self.aggregate.delete(needed=needed, by=self.by)
        except InvalidStatus:
            assert needed
            assert self.aggregate.status is before
        else:
            assert self.aggregate.status is MediaStatus.DELETED


class ApiKeyLife(Lifecycle):
    aggregate: ApiKey

    @initialize(expires=st.one_of(st.none(), st.datetimes()))
    def create(self, expires: datetime | None) -> None:
        self.aggregate = ApiKey.create(
            id=FILE,
            user_id=OWNER,
            name="Shop",
            prefix="vg_test_abcd",
            secret_hash="0" * 64,
            scopes=(),
            account_ids=(ACCOUNT,),
            expires_at=expires,
            by=self.by,
        )

    @rule()
    def revoke(self) -> None:
        self.aggregate.revoke(by=self.by)
        assert self.aggregate.revoked


TestPostLife = PostLife.TestCase
TestAccountLife = AccountLife.TestCase
TestMediaLife = MediaLife.TestCase
TestApiKeyLife = ApiKeyLife.TestCase
for _life in (TestPostLife, TestAccountLife, TestMediaLife, TestApiKeyLife):
    _life.settings = LIVES
del _life
