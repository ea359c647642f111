"""Whether this installation can do its work, as far as one process can see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from application.log import LogReader
from application.posts.ports import Leases
from application.posts.watchdog import PATIENCE
from application.views.posts import PostList
from domain.errors import DomainError


@dataclass(frozen=True)
class Readiness:
    """What was found on looking: the storage answers, its schema is the one we know, a worker was seen."""

    storage: bool
    schema: bool
    worker_alive: bool = False
    worker_seen_at: datetime | None = None
    overdue_posts: int = 0


@dataclass(frozen=True)
class CheckReadiness:
    """Looks whether this process can serve. `real_now` is this machine's time, in which leases are kept."""

    reader: LogReader
    posts: PostList
    leases: Leases
    now: Callable[[], datetime]
    real_now: Callable[[], datetime]
    lease: timedelta

    def __call__(self) -> Readiness:
        try:
            self.reader.last_position()
        except DomainError:
            return Readiness(storage=False, schema=False)
        try:
            overdue = len(self.posts.overdue(self.now(), PATIENCE))
        except DomainError:
            return Readiness(storage=True, schema=False)
        until = self.leases.held_until("worker:")
        alive = until is not None and until > self.real_now()
        seen = until - self.lease if until is not None else None
        return Readiness(
            storage=True, schema=True, worker_alive=alive, worker_seen_at=seen, overdue_posts=overdue
        )
