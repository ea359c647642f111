"""What a refusal means for a post and its account: try again, wait, or give up and say why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from application.clock import Clock
from application.log import Log
from application.posts.quota import Ledger
from domain import errors
from domain.account import Account
from domain.aggregate import Cause
from domain.attempt import Failure, WaitReason
from domain.post import Post
from domain.timing import LONGEST_ANNOUNCED_WAIT, backoff
from domain.upstream import Again, Verdict

THROTTLE_WAIT = 300.0
WAITS = (Again.AFTER_QUOTA, Again.AFTER_THROTTLE)


def failure_of(verdict: Verdict) -> Failure:
    """A verdict as it is kept with a post."""
    sentence = verdict.sentence or errors.catalogue[verdict.code].description()
    return Failure(verdict.code, sentence, verdict.upstream)


@dataclass(frozen=True)
class Setbacks:
    """Applies a verdict and saves; the post's lease is held by the caller."""

    log: Log
    ledger: Ledger
    clock: Clock
    chance: Callable[[], float]

    def __call__(self, post: Post, verdict: Verdict, by: Cause) -> None:
        failure = failure_of(verdict)
        touched = self.blocked(post, verdict, by)
        if touched:
            post.pause(WaitReason.ACCOUNT, None, failure, by=by)
        elif verdict.again in WAITS and post.waits + 1 >= verdict.most:
            post.fail(failure, by=by)
        elif verdict.again is Again.AFTER_QUOTA:
            self._wait(
                post, WaitReason.QUOTA, self.ledger.next_place(post.account_id, post.id, by.at), failure, by
            )
        elif verdict.again is Again.AFTER_THROTTLE:
            seconds = (verdict.delay or THROTTLE_WAIT) * (1.0 + 0.1 * self.chance())
            self._wait(post, WaitReason.THROTTLE, by.at + timedelta(seconds=seconds), failure, by)
        elif verdict.again is Again.NEVER or post.tries + 1 >= verdict.most:
            post.fail(failure, by=by)
        else:
            delay = backoff(post.tries + 1, self.chance(), least=verdict.delay)
            post.plan_retry(by.at + delay, failure, by=by)
        self.log.save(post, *touched)

    def doubt(self, post: Post, verdict: Verdict, by: Cause) -> None:
        """Put on record that the outcome is unknown; what the refusal says of the account holds anyway."""
        hold = by.at + timedelta(seconds=verdict.delay or 0) if verdict.again is not Again.NEVER else None
        # Of a lost answer nothing follows, and an account that is blocked holds the post back anyway.
        answered = verdict.code != errors.OutcomeUnknown.code and not verdict.blocks
        last = answered and (verdict.again is Again.NEVER or post.tries + 1 >= verdict.most)
        post.doubt_outcome(failure_of(verdict), hold_until=hold, last=last, by=by)
        self.log.save(post, *self.blocked(post, verdict, by))

    def blocked(self, post: Post, verdict: Verdict, by: Cause) -> list[Account]:
        """The account, blocked but not saved yet, where a person has to mend it before anything else."""
        if not verdict.blocks:
            return []
        account = self.log.load(Account, post.account_id)
        account.block(verdict.code, by=by)
        return [account]

    def _wait(self, post: Post, reason: WaitReason, until: datetime, failure: Failure, by: Cause) -> None:
        if until > by.at + LONGEST_ANNOUNCED_WAIT:
            until = by.at + LONGEST_ANNOUNCED_WAIT
        post.pause(reason, until, failure, by=by)
