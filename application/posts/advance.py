"""Bring one post a step further: the saga of an attempt, safe to be cut off between any two lines.

Rules it keeps: intent is saved before each irreversible call; every publish is preceded by a read of the
container; an answer that proves nothing is a doubt, and a doubt is settled by looking at Instagram.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from application.accounts.access import AccessBook
from application.clock import Clock
from application.log import Conflict, Log
from application.posts.allowance import Allowances
from application.posts.files import awaited
from application.posts.follow_up import FollowUps
from application.posts.look import Look
from application.posts.orders import Orders
from application.posts.ports import Access, ContainerReading, Containers, Leases, Publisher, Renditions
from application.posts.setbacks import Setbacks, failure_of
from application.views.accounts import AccountList
from application.views.media import MediaRow, MediaShelf
from domain import errors
from domain.account import AccountStatus, LoginMethod
from domain.aggregate import Cause
from domain.attempt import PARENT, Failure, Reading, WaitReason
from domain.post import Post, Status
from domain.timing import LONGEST_ANNOUNCED_WAIT, Pace, poll_delay
from domain.upstream import Again, Refused

FILE_RETRY = timedelta(seconds=1)
GIVE_UP_READING = timedelta(minutes=2)
GATE_RETRY = timedelta(milliseconds=200)
RIVAL_RETRY = timedelta(seconds=1)
RIVAL_PATIENCE = timedelta(minutes=5)


class Grip(Protocol):
    """The hold a worker has on a post by its lease."""

    worker: str

    def sure(self) -> bool:
        """Whether the lease is certainly still ours; asked before anything irreversible."""
        ...


@dataclass(frozen=True)
class Rest:
    """Nothing to do until `at` (None: not before something happens); `keep` the lease meanwhile or not."""

    at: datetime | None = None
    keep: bool = False


@dataclass(frozen=True)
class AdvancePost:
    """Does for a post whatever is to be done now."""

    log: Log
    accounts: AccountList
    media: MediaShelf
    access: AccessBook
    orders: Orders
    renditions: Renditions
    containers: Containers
    publisher: Publisher
    look: Look
    follow_ups: FollowUps
    setbacks: Setbacks
    leases: Leases
    allowances: Allowances
    clock: Clock
    pace: Pace
    lease_seconds: float

    def __call__(self, post_id: UUID, grip: Grip) -> Rest:
        """Go as far as possible without waiting. The caller holds the post's lease."""
        try:
            post = self.log.load(Post, post_id)
            while grip.sure():
                rest = self._step(post, grip)
                if rest is not None:
                    return rest
        except Conflict:
            pass  # somebody edited, cancelled or took over: what we knew is void
        return Rest()

    def _step(self, post: Post, grip: Grip) -> Rest | None:
        """One step; None when there may be more to do at once."""
        match post.status:
            case Status.SCHEDULED:
                return self._scheduled(post, grip)
            case Status.PUBLISHING:
                return self._publishing(post, grip)
            case Status.UNCONFIRMED:
                return self._doubtful(post, grip)
            case Status.PUBLISHED:
                return self._live(post, grip)
            case _:
                return Rest()

    def _scheduled(self, post: Post, grip: Grip) -> Rest | None:
        now, due = self.clock.now(), post.due()
        assert post.schedule is not None
        assert due is not None
        if self._missed(post, grip):
            return Rest()
        if self._account_blocked(post):
            post.pause(WaitReason.ACCOUNT, None, self._block_failure(post), by=self._cause(grip))
            self.log.save(post)
            return Rest()
        if post.waiting is not None and post.waiting.reason is WaitReason.ACCOUNT:
            post.resume(by=self._cause(grip))
            self.log.save(post)
            return None
        if now >= post.schedule.at - self.pace.prepare_ahead and (rest := self._await_files(post, grip)):
            return rest
        if now >= due:
            post.start_publishing(grip.worker, self.pace, by=self._cause(grip))
            self.log.save(post)
            return None
        if post.next_attempt_at is not None and now < post.next_attempt_at:
            return Rest(post.next_attempt_at)
        if now < post.schedule.at - self.pace.prepare_ahead:
            return Rest(post.schedule.at - self.pace.prepare_ahead)
        if post.prepared() and not post.stale_containers(due):
            return Rest(due)
        return self._with_access(post, grip, self._prepare)

    def _await_files(self, post: Post, grip: Grip) -> Rest | None:
        """When to look again while a file is being prepared; once due, the post says what it waits for."""
        now, due = self.clock.now(), post.due()
        if not awaited(post.content, self._files(post)):
            if post.waiting is not None and post.waiting.reason is WaitReason.MEDIA:
                post.resume(by=self._cause(grip))
                self.log.save(post)
            return None
        if due is not None and now >= due:
            post.pause(WaitReason.MEDIA, None, None, by=self._cause(grip))
            self.log.save(post)
        return Rest(now + FILE_RETRY, keep=True)

    def _publishing(self, post: Post, grip: Grip) -> Rest | None:
        if post.question is not None:
            post.doubt_outcome(None, by=self._cause(grip))
            self.log.save(post)
            return None
        if post.exhausted is not None:
            post.fail(post.exhausted, by=self._cause(grip))
            self.log.save(post)
            return Rest()
        if self._missed(post, grip):
            return Rest()
        if post.claim is None or post.claim.worker != grip.worker:
            post.start_publishing(grip.worker, self.pace, by=self._cause(grip))
            self.log.save(post)
        if self._account_blocked(post):
            post.pause(WaitReason.ACCOUNT, None, self._block_failure(post), by=self._cause(grip))
            self.log.save(post)
            return Rest()
        if post.hold_until is not None and self.clock.now() < post.hold_until:
            post.pause(WaitReason.THROTTLE, post.hold_until, post.failure, by=self._cause(grip))
            self.log.save(post)
            return Rest()
        return self._with_access(post, grip, self._publish)

    def _missed(self, post: Post, grip: Grip) -> bool:
        """Whether it is later than was allowed; then that is recorded, and it is not sent."""
        last = post.last_moment(self.pace)
        if last is None or self.clock.now() <= last:
            return False
        post.miss(by=self._cause(grip))
        self.log.save(post)
        return True

    def _with_access(
        self, post: Post, grip: Grip, work: Callable[[Post, Access, Grip], Rest | None]
    ) -> Rest | None:
        try:
            access = self.access.open(post.account_id)
        except errors.DomainError as refusal:
            post.fail(Failure(refusal.code, refusal.sentence), by=self._cause(grip))
            self.log.save(post)
            return Rest()
        parked = self._parked(post)
        if parked is not None:
            post.pause(WaitReason.THROTTLE, parked, None, by=self._cause(grip))
            self.log.save(post)
            return Rest()
        return work(post, access, grip)

    # Containers: made and read as often as it takes; an orphan is invisible to the world.

    def _prepare(self, post: Post, access: Access, grip: Grip) -> Rest | None:
        """Have every container stand ready; None once the one to publish does."""
        by = self._cause(grip)
        for stale in post.stale_containers(by.at):
            if stale.slot in post.containers:
                post.container_lost(stale.slot, Reading.EXPIRED, None, by=by)
        files = self._files(post)
        if PARENT not in post.containers:
            rest, files = self._render(post, grip, files)
            if rest is not None:
                return rest
        for slots in (tuple(post.children()), (PARENT,)):
            for slot in slots:
                if slot not in post.containers:
                    rest = self._create(post, access, grip, slot, files)
                    if rest is not None:
                        return rest
            waits = []
            for slot in slots:
                if not post.containers[slot].ready:
                    rest, again = self._read(post, access, grip, slot)
                    if rest is not None:
                        return rest
                    if again is not None:
                        waits.append(again)
            if waits:
                return Rest(min(waits), keep=True)
        return None

    def _files(self, post: Post) -> dict[UUID, MediaRow]:
        found = {media_id: self.media.get(media_id) for media_id in post.content.files()}
        return {media_id: row for media_id, row in found.items() if row is not None}

    def _render(
        self, post: Post, grip: Grip, files: dict[UUID, MediaRow]
    ) -> tuple[Rest | None, dict[UUID, MediaRow]]:
        """Have every file in the form this post needs: (stop here, or the files with what was made)."""
        try:
            made = self.renditions(post.content, files, by=self._cause(grip))
        except errors.ServiceUnavailable as busy:
            return Rest(self.clock.now() + timedelta(seconds=busy.retry_after or 1), keep=True), files
        except errors.DomainError as refusal:
            post.fail(Failure(refusal.code, refusal.sentence), by=self._cause(grip))
            self.log.save(post)
            return Rest(), files
        return None, self._files(post) if made else files

    def _create(
        self, post: Post, access: Access, grip: Grip, slot: int, files: dict[UUID, MediaRow]
    ) -> Rest | None:
        upload = access.login_method is LoginMethod.FACEBOOK
        try:
            order = self.orders.write(post, slot, files, upload=upload)
            container_id = self.containers.create(access, order)
        except Refused as refused:
            return self._setback(post, refused, grip)
        except errors.DomainError as refusal:
            post.fail(Failure(refusal.code, refusal.sentence), by=self._cause(grip))
            self.log.save(post)
            return Rest()
        post.container_created(slot, container_id, by=self._cause(grip))
        self.log.save(post)
        return None

    def _read(self, post: Post, access: Access, grip: Grip, slot: int) -> tuple[Rest | None, datetime | None]:
        """Read a container that is not known to be ready: (stop here, or when to read again)."""
        container = post.containers[slot]
        now = self.clock.now()
        again = container.made_at + poll_delay(timedelta(0))
        if now < again:
            return None, again
        try:
            seen = self.containers.read(access, container.id)
        except Refused as refused:
            return self._setback(post, refused, grip), None
        by = self._cause(grip)
        age = by.at - container.made_at
        match seen.reading:
            case Reading.FINISHED | Reading.PUBLISHED:
                post.container_ready(slot, by=by)  # the read before asking settles what PUBLISHED means
            case Reading.ERROR | Reading.EXPIRED:
                return self._container_failed(post, seen, grip, slot), None
            case Reading.UNREADABLE if age > GIVE_UP_READING:
                post.container_ready(slot, by=by)  # asking to publish one that is not ready has no effect
            case _:
                return None, by.at + poll_delay(age)
        self.log.save(post)
        return None, None

    def _container_failed(self, post: Post, seen: ContainerReading, grip: Grip, slot: int) -> Rest:
        fault = self.containers.judge(seen)
        post.container_lost(slot, seen.reading, failure_of(fault.verdict), by=self._cause(grip))
        return self._setback(post, fault, grip)

    # The irreversible call.

    def _publish(self, post: Post, access: Access, grip: Grip) -> Rest | None:
        rest = self._prepare(post, access, grip)
        if rest is not None:
            return rest
        try:
            seen = self.containers.read(access, post.containers[PARENT].id)
        except Refused:
            pass  # asking is safe: a container that is not ready is refused without effect
        else:
            if seen.reading is Reading.PUBLISHED:
                post.doubt_outcome(None, by=self._cause(grip))
                self.log.save(post)
                return None
            if seen.reading in (Reading.ERROR, Reading.EXPIRED):
                return self._container_failed(post, seen, grip, PARENT)
        if self._missed(post, grip):
            return Rest()
        gate = f"account:{post.account_id}"
        if not self.leases.acquire(gate, grip.worker, seconds=self.lease_seconds):
            return Rest(self.clock.now() + GATE_RETRY, keep=True)
        try:
            if self._rivals_in_question(post):
                return Rest(self.clock.now() + RIVAL_RETRY, keep=True)
            return self._ask(post, access, grip)
        finally:
            self.leases.release(gate, grip.worker)

    def _rivals_in_question(self, post: Post) -> bool:
        """Whether a look could mistake this for another post whose outcome is open, or that for this.

        Asked while the account's gate is held. A doubt that lasts does not hold others up for ever.
        """
        due = post.due()
        return due is not None and self.clock.now() < due + RIVAL_PATIENCE and self.look.rivals(post)

    def _ask(self, post: Post, access: Access, grip: Grip) -> Rest | None:
        question = post.ask(grip.worker, by=self._cause(grip))
        self.log.save(post)
        if not grip.sure():
            return Rest()  # the lease may be another's by now: not sent, and whoever takes over will look
        try:
            media_id = self.publisher.publish(access, question.container_id)
        except Refused as refused:
            return self._not_published(post, refused, grip)
        post.published(media_id, "answer", by=self._cause(grip))
        self.log.save(post)
        return None

    def _not_published(self, post: Post, refused: Refused, grip: Grip) -> Rest | None:
        by = self._cause(grip)
        failure = failure_of(refused.verdict)
        if refused.verdict.doubtful:
            self.setbacks.doubt(post, refused.verdict, by)
            return None
        post.publish_refused(failure, by=by)
        if refused.verdict.again is Again.NEW_CONTAINER:
            post.container_lost(PARENT, Reading.UNREADABLE, failure, by=by)
        return self._setback(post, refused, grip)

    def _doubtful(self, post: Post, grip: Grip) -> Rest | None:
        assert post.doubt is not None
        now = self.clock.now()
        if now < post.doubt.next_look_at:
            near = post.doubt.next_look_at - now < timedelta(seconds=5)
            return Rest(post.doubt.next_look_at, keep=near)
        parked = self._parked(post)
        if parked is not None:
            return Rest(parked, keep=True)
        self.look(post, self._cause(grip))
        self.log.save(post)
        return None

    def _live(self, post: Post, grip: Grip) -> Rest:
        """What follows a publication."""
        follow_up, later = post.next_follow_up(self.clock.now())
        if follow_up is None:
            return Rest(later)
        parked = self._parked(post)
        if parked is not None:
            return Rest(parked, keep=True)
        return Rest(self.follow_ups(post, grip.worker))

    def _parked(self, post: Post) -> datetime | None:
        """Until when Instagram wants no calls of the post's account, a day from now at most."""
        account = self.accounts.get(post.account_id)
        parked = self.allowances.parked_until(account.ig_user_id) if account else None
        return min(parked, self.clock.now() + LONGEST_ANNOUNCED_WAIT) if parked else None

    def _setback(self, post: Post, refused: Refused, grip: Grip) -> Rest:
        self.setbacks(post, refused.verdict, self._cause(grip))
        return Rest()

    def _account_blocked(self, post: Post) -> bool:
        account = self.accounts.get(post.account_id)
        return account is None or account.status is not AccountStatus.CONNECTED

    def _block_failure(self, post: Post) -> Failure | None:
        account = self.accounts.get(post.account_id)
        if account is None or account.blocked_by is None:
            return None
        return Failure(account.blocked_by, errors.catalogue[account.blocked_by].description())

    def _cause(self, grip: Grip) -> Cause:
        return Cause(at=self.clock.now(), actor=f"worker:{grip.worker}")
