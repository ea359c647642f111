"""Settling a doubt: look at the container and at what is live before anything is done again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from application.accounts.access import AccessBook
from application.posts.ports import Access, Containers, Library, LiveMedia
from application.views.posts import PostList
from domain import errors
from domain.aggregate import Cause
from domain.attempt import PARENT, Doubt, Question, Reading
from domain.content import MediaType
from domain.matching import Listed, ours
from domain.post import Post
from domain.timing import Pace
from domain.upstream import Refused

DEAD = frozenset({Reading.ERROR, Reading.EXPIRED})


@dataclass(frozen=True)
class Look:
    """Looks once and records what that says; the caller saves."""

    access: AccessBook
    containers: Containers
    library: Library
    posts: PostList
    pace: Pace

    def __call__(self, post: Post, by: Cause) -> None:
        doubt, question = post.doubt, post.question
        assert doubt is not None
        assert question is not None
        try:
            access = self.access.open(post.account_id)
        except errors.DomainError:
            post.looked(Reading.UNREADABLE, by=by)
            return
        reading = self._reading(access, question.container_id)
        candidates = self._candidates(post, access, question)
        if candidates is not None and len(candidates) == 1:
            post.published(candidates[0].id, "listing", by=by)
        elif reading is Reading.PUBLISHED and (candidates or by.at >= doubt.since + self.pace.listing_lag):
            post.published(None, "container", by=by)  # live for certain, yet it cannot be told which it is
        elif candidates == [] and reading in DEAD and _seen_before(doubt, reading):
            post.found_unpublished(reading, by=by)
            post.container_lost(PARENT, reading, None, by=by)
        elif (
            candidates == []
            and reading is Reading.FINISHED
            and _seen_before(doubt, reading)
            and by.at >= doubt.since + self.pace.quiet
        ):
            post.found_unpublished(reading, by=by)
        else:
            post.looked(reading, by=by)

    def _reading(self, access: Access, container_id: str) -> Reading:
        try:
            return self.containers.read(access, container_id).reading
        except Refused:
            return Reading.UNREADABLE

    def _candidates(self, post: Post, access: Access, question: Question) -> Sequence[Listed] | None:
        """Live things that may be ours and that no post holds; None when the listing cannot tell."""
        since = question.asked_at.replace(microsecond=0) - self.pace.clock_skew
        stories = post.content.media_type is MediaType.STORIES
        try:
            live = self.library.recent(access, since=since, stories=stories)
        except Refused:
            return None
        free = (_listed(item) for item in live if not self.posts.holders_of(item.id))
        return ours(post.content, free, since=since)


def _listed(live: LiveMedia) -> Listed:
    return Listed(live.id, live.media_type, live.published_at, live.caption)


def _seen_before(doubt: Doubt, reading: Reading) -> bool:
    return doubt.reading is reading and doubt.agreeing >= 1
