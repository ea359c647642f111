"""Noticing posts whose time passed while nobody worked: nothing is late in silence."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from application.clock import Clock
from application.log import Conflict, Log
from application.views.posts import PostList
from domain.aggregate import Cause
from domain.post import Post

PATIENCE = timedelta(minutes=2)


@dataclass(frozen=True)
class NoticeOverdue:
    """Puts every overdue post on record once, without touching its state; how many are overdue."""

    log: Log
    posts: PostList
    clock: Clock

    def __call__(self) -> int:
        now = self.clock.now()
        overdue = self.posts.overdue(now, PATIENCE)
        for row in overdue:
            post = self.log.load(Post, row.post_id)
            post.notice_overdue(by=Cause(at=now, actor="system:watchdog"))
            if post.pending_events:
                with suppress(Conflict):  # somebody is at work on it after all
                    self.log.save(post)
        return len(overdue)
