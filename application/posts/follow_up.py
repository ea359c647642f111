"""What follows a publication: permalink, first comment, Facebook. Each has its own intent and outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from application.accounts.access import AccessBook
from application.clock import Clock
from application.log import Log
from application.posts.orders import Orders
from application.posts.ports import Access, FacebookPage, Library, Publisher
from application.posts.setbacks import failure_of
from application.views.media import MediaShelf
from domain import errors
from domain.aggregate import Cause
from domain.attempt import Failure, FollowUp, FollowUpState, FollowUpStatus
from domain.caption import comparable
from domain.content import MediaType
from domain.post import Post
from domain.timing import Pace, backoff
from domain.upstream import Again, Refused

MOST_TRIES = 6
ASK_WITHIN = timedelta(hours=1)
NOT_THERE = Failure(errors.UnknownError.code, "Instagram never showed what it was asked for.")
OPEN = (FollowUpStatus.ASKED, FollowUpStatus.UNCONFIRMED)


@dataclass(frozen=True)
class FollowUps:
    """Does the follow-ups of a published post that are due; says when the next one is."""

    log: Log
    access: AccessBook
    library: Library
    publisher: Publisher
    page: FacebookPage
    orders: Orders
    media: MediaShelf
    clock: Clock
    chance: Callable[[], float]
    pace: Pace

    def __call__(self, post: Post, worker: str) -> datetime | None:
        while True:
            by = Cause(at=self.clock.now(), actor=f"worker:{worker}")
            follow_up, later = post.next_follow_up(by.at)
            if follow_up is None:
                return later
            before = post.follow_ups[follow_up]
            try:
                access = self.access.open(post.account_id)
                self._do(follow_up, post, access, by)
            except Refused as refused:
                self._refused(follow_up, post, refused, before)
            except errors.DomainError as refusal:
                post.follow_up_failed(follow_up, Failure(refusal.code, refusal.sentence), by=by)
            self.log.save(post)

    def _do(self, follow_up: FollowUp, post: Post, access: Access, by: Cause) -> None:
        assert post.publication is not None
        media_id = post.publication.media_id
        match follow_up:
            case FollowUp.PERMALINK:
                assert media_id is not None
                link = self.library.permalink(access, media_id)
                post.follow_up_done(follow_up, link, by=by)
            case FollowUp.COMMENT:
                assert media_id is not None
                self._comment(post, access, media_id, by)
            case FollowUp.FACEBOOK:
                self._cross_post(post, access, by)

    def _comment(self, post: Post, access: Access, media_id: str, by: Cause) -> None:
        text = post.content.first_comment or ""
        if post.follow_ups[FollowUp.COMMENT].status in OPEN:
            there = [
                comment_id
                for comment_id, said in self.library.comments(access, media_id)
                if comparable(said) == comparable(text)
            ]
            if there:
                post.follow_up_done(FollowUp.COMMENT, there[0], by=by)
                return
            if self._may_not_ask_again(FollowUp.COMMENT, post, by):
                return
        post.follow_up_asked(FollowUp.COMMENT, by=by)
        self.log.save(post)
        comment_id = self.publisher.comment(access, media_id, text)
        post.follow_up_done(FollowUp.COMMENT, comment_id, by=by)

    def _cross_post(self, post: Post, access: Access, by: Cause) -> None:
        """Post to the Page. There is no container to ask: a doubt is settled by what the Page lists."""
        if access.page_id is None or access.page_token is None:
            raise errors.NotConfigured(what="facebook_page")
        state = post.follow_ups[FollowUp.FACEBOOK]
        if state.status in OPEN:
            assert state.asked_at is not None
            since = state.asked_at.replace(microsecond=0) - self.pace.clock_skew
            there = [
                live
                for live in self.page.recent(access, since=since)
                if post.content.media_type is MediaType.STORIES
                or comparable(live.caption) == comparable(post.content.caption)
            ]
            if there:
                found = there[0].id if len(there) == 1 else None
                post.follow_up_done(FollowUp.FACEBOOK, found, by=by)
                return
            if self._may_not_ask_again(FollowUp.FACEBOOK, post, by):
                return
        files = {media_id: row for media_id in post.content.media_ids if (row := self.media.get(media_id))}
        url, video = self.orders.public_file(post, files)
        post.follow_up_asked(FollowUp.FACEBOOK, by=by)
        self.log.save(post)
        made = self.page.publish(
            access,
            caption=post.content.caption,
            media_type=post.content.media_type,
            url=url,
            video=video,
        )
        post.follow_up_done(FollowUp.FACEBOOK, made, by=Cause(self.clock.now(), by.actor))

    def _may_not_ask_again(self, follow_up: FollowUp, post: Post, by: Cause) -> bool:
        """Whether what was asked for and is not there is waited for, or given up."""
        state = post.follow_ups[follow_up]
        assert state.asked_at is not None
        assert post.publication is not None
        if by.at < state.asked_at + self.pace.quiet:
            at = by.at + timedelta(seconds=5)
            post.follow_up_postponed(follow_up, FollowUpStatus.UNCONFIRMED, at, state.failure, by=by)
            return True
        if by.at > post.publication.published_at + ASK_WITHIN:
            post.follow_up_failed(follow_up, state.failure or NOT_THERE, by=by)
            return True
        return False

    def _refused(self, follow_up: FollowUp, post: Post, refused: Refused, before: FollowUpState) -> None:
        """Postpone or give up. What was asked `before` this step is not settled by a look that failed."""
        by = Cause(at=self.clock.now(), actor="worker")
        state, verdict = post.follow_ups[follow_up], refused.verdict
        asked_now = state is not before
        open_ = verdict.doubtful if asked_now else before.status in OPEN
        if not open_ and (verdict.again is Again.NEVER or state.tries + 1 >= min(verdict.most, MOST_TRIES)):
            post.follow_up_failed(follow_up, failure_of(verdict), by=by)
            return
        status = FollowUpStatus.UNCONFIRMED if open_ else FollowUpStatus.DUE
        at = by.at + backoff(state.tries + 1, self.chance(), least=verdict.delay)
        post.follow_up_postponed(follow_up, status, at, failure_of(verdict), by=by)
