"""What a refusal means for a post and its account: try again, wait, or give up and say why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from application.clock import Clock
from application.log import Log
from application.views.posts import PostList
from domain import errors
from domain.account import Account
from domain.aggregate import Cause
from domain.attempt import Failure, WaitReason
from domain.post import Post, Status
from domain.timing import LONGEST_ANNOUNCED_WAIT, backoff
from domain.upstream import Again, Verdict

THROTTLE_WAIT = 300.0
QUOTA_WINDOW = timedelta(hours=24)


def failure_of(verdict: Verdict) -> Failure:
    """A verdict as it is kept with a post."""
    sentence = verdict.sentence or errors.catalogue[verdict.code].description()
    return Failure(verdict.code, sentence, verdict.upstream)


@dataclass(frozen=True)
class Setbacks:
    """Applies a verdict and saves; the post's lease is held by the caller."""

    log: Log
    posts: PostList
    clock: Clock
    chance: Callable[[], float]

    def __call__(self, post: Post, verdict: Verdict, by: Cause) -> None:
        failure = failure_of(verdict)
        touched: list[Account] = []
        if verdict.blocks:
            account = self.log.load(Account, post.account_id)
            account.block(verdict.code, by=by)
            touched.append(account)
            post.pause(WaitReason.ACCOUNT, None, failure, by=by)
        elif verdict.again is Again.AFTER_QUOTA:
            self._wait(post, WaitReason.QUOTA, self.quota_frees_at(post, by.at), failure, by)
        elif verdict.again is Again.AFTER_THROTTLE:
            seconds = (verdict.delay or THROTTLE_WAIT) * (1.0 + 0.1 * self.chance())
            self._wait(post, WaitReason.THROTTLE, by.at + timedelta(seconds=seconds), failure, by)
        elif verdict.again is Again.NEVER or post.tries + 1 >= verdict.most:
            post.fail(failure, by=by)
        else:
            delay = backoff(post.tries + 1, self.chance(), least=verdict.delay)
            post.plan_retry(by.at + delay, failure, by=by)
        self.log.save(post, *touched)

    def _wait(self, post: Post, reason: WaitReason, until: datetime, failure: Failure, by: Cause) -> None:
        if until > by.at + LONGEST_ANNOUNCED_WAIT:
            until = by.at + LONGEST_ANNOUNCED_WAIT
        post.pause(reason, until, failure, by=by)

    def quota_frees_at(self, post: Post, now: datetime) -> datetime:
        """When Instagram's rolling window lets the account's next post through, by what we published."""
        published = sorted(
            row.publication.published_at
            for row in self.posts.of_account(post.account_id, Status.PUBLISHED, Status.DELETED)
            if row.publication and row.publication.published_at > now - QUOTA_WINDOW
        )
        if not published:
            return now + timedelta(hours=1)
        return published[0] + QUOTA_WINDOW + timedelta(seconds=1)
