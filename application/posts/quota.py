"""Instagram's publishing limit as a ledger: its own count read live, our scheduled posts as reservations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from application.access import Caller
from application.accounts.access import AccessBook
from application.accounts.connect_account import FindAccount
from application.clock import Clock
from application.posts.ports import PublishingLimit, Quota
from application.views.posts import PostList
from domain.attempt import WaitReason
from domain.errors import DomainError
from domain.post import Status
from domain.timing import LONGEST_ANNOUNCED_WAIT
from domain.upstream import Refused

WINDOW = timedelta(hours=24)
MARGIN = timedelta(seconds=1)
FRESH = timedelta(minutes=10)
UNKNOWN_WAIT = timedelta(hours=1)


@dataclass(frozen=True)
class PublishingLimitNow:
    """How much may still be published, and when used places come free."""

    quota_total: int
    quota_used: int
    reserved: int
    frees_at: tuple[datetime, ...]


@dataclass(frozen=True)
class LiveLimit:
    """Instagram's own count, read live; what was read lately serves for estimates."""

    access: AccessBook
    quota: Quota
    clock: Clock
    _read: dict[UUID, tuple[datetime, PublishingLimit]] = field(default_factory=dict)

    def read(self, account_id: UUID) -> PublishingLimit:
        """Ask now. Refused: Instagram's own reason."""
        try:
            limit = self.quota.read(self.access.open(account_id))
        except Refused as refused:
            raise refused.verdict.error() from refused
        self._read[account_id] = (self.clock.now(), limit)
        return limit

    def lately(self, account_id: UUID) -> PublishingLimit | None:
        """At most ten minutes old; None where it cannot be had."""
        known = self._read.get(account_id)
        if known is not None and self.clock.now() < known[0] + FRESH:
            return known[1]
        try:
            return self.read(account_id)
        except DomainError:
            return None


@dataclass(frozen=True)
class Ledger:
    """What we know ourselves of an account's rolling window."""

    posts: PostList

    def published(self, account_id: UUID, now: datetime) -> list[datetime]:
        """When the posts in the window went out, oldest first; deleted ones count all the same."""
        rows = self.posts.published_since(account_id, now - WINDOW)
        return sorted(row.publication.published_at for row in rows if row.publication)

    def reserved(self, account_id: UUID, until: datetime) -> int:
        """How many posts of ours are to go out by then."""
        rows = self.posts.of_account(account_id, Status.SCHEDULED, Status.PUBLISHING)
        return sum(row.scheduled_for is not None and row.scheduled_for <= until for row in rows)

    def place_at(self, account_id: UUID, due: datetime, total: int) -> datetime:
        """When a post due then will really go out, by what is published and planned."""
        taken = self.published(account_id, due) + [
            row.scheduled_for
            for row in self.posts.of_account(account_id, Status.SCHEDULED, Status.PUBLISHING)
            if row.scheduled_for is not None and due - WINDOW < row.scheduled_for <= due
        ]
        if len(taken) < total:
            return due
        return sorted(taken)[len(taken) - total] + WINDOW + MARGIN

    def next_place(self, account_id: UUID, post_id: UUID, now: datetime) -> datetime:
        """When a refused post may try again: the first place to come free that no waiting post is promised.

        Never further off than a day: a place later than that is promised when the day is over.
        """
        published = self.published(account_id, now)
        if not published:
            return now + UNKNOWN_WAIT
        waiting = [
            row
            for row in self.posts.of_account(account_id, Status.SCHEDULED)
            if row.id != post_id and row.waiting and row.waiting.reason is WaitReason.QUOTA
        ]
        rounds, place = divmod(len(waiting), len(published))
        freed = published[place] + WINDOW * (rounds + 1) + MARGIN
        return min(freed, now + LONGEST_ANNOUNCED_WAIT)


@dataclass(frozen=True)
class ReadPublishingLimit:
    """The limit of an account of the caller's, read from Instagram at this moment."""

    find: FindAccount
    live: LiveLimit
    ledger: Ledger
    clock: Clock

    def __call__(self, caller: Caller, account_id: UUID) -> PublishingLimitNow:
        self.find(caller, account_id)
        limit = self.live.read(account_id)
        now = self.clock.now()
        window = timedelta(seconds=limit.window_seconds)
        return PublishingLimitNow(
            quota_total=limit.total,
            quota_used=limit.used,
            reserved=self.ledger.reserved(account_id, now + window),
            frees_at=tuple(at + window for at in self.ledger.published(account_id, now)),
        )
