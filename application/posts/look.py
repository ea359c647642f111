"""Settling a doubt: look at the container and at what is live before anything is done again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from application.accounts.access import AccessBook
from application.log import Log
from application.posts.ports import Access, Containers, Library, LiveMedia
from application.views.posts import PostList, PostRow
from domain import errors
from domain.aggregate import Cause
from domain.attempt import PARENT, Doubt, Question, Reading
from domain.caption import comparable
from domain.content import MediaType
from domain.matching import Listed, alike, ours
from domain.post import Post, Status
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
    log: Log

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
        candidates = self._matches(post, access, question)
        # What is listed from before the asking is ours only if Instagram's clock is behind, or a person's.
        asked = question.asked_at.replace(microsecond=0)
        certain = [item for item in candidates or () if item.published_at >= asked]
        settled_down = by.at >= doubt.since + self.pace.listing_lag
        quiet = by.at >= doubt.since + self.pace.quiet and _seen_before(doubt, reading)
        rivals = self.rivals(post)
        # Kind and time alone name nobody: without words only the container says that ours is live.
        named = not _wordless(post) or reading is Reading.PUBLISHED
        if len(certain) == 1 and named and not rivals:
            post.published(certain[0].id, "listing", by=by)
        elif reading is Reading.PUBLISHED and (len(certain) > 1 or settled_down):
            found = certain or candidates or ()
            if len(found) == 1 and not rivals:
                post.published(found[0].id, "listing", by=by)
            else:
                post.published(None, "container", by=by)  # live, yet it cannot be told which it is
        elif reading in DEAD and candidates == [] and quiet:
            post.found_unpublished(reading, by=by)
            post.container_lost(PARENT, reading, None, by=by)
        elif reading is Reading.FINISHED and candidates is not None and quiet:
            post.found_unpublished(reading, by=by)
        else:
            post.looked(reading, by=by)

    def rivals(self, post: Post) -> bool:
        """Whether another post that looks the same may be live without our knowing."""
        return any(
            row.status is Status.UNCONFIRMED or self.log.load(Post, row.id).question is not None
            for row in self._alike(post, Status.PUBLISHING, Status.UNCONFIRMED)
        )

    def _reading(self, access: Access, container_id: str) -> Reading:
        try:
            return self.containers.read(access, container_id).reading
        except Refused:
            return Reading.UNREADABLE

    def _matches(self, post: Post, access: Access, question: Question) -> Sequence[Listed] | None:
        """Live things that may be ours and that no post holds; None when the listing cannot tell."""
        since = question.asked_at.replace(microsecond=0) - self.pace.clock_skew
        stories = post.content.media_type is MediaType.STORIES
        try:
            live = self.library.recent(access, since=since, stories=stories)
        except Refused:
            return None
        free = (_listed(item) for item in live if not self.posts.holders_of(item.id))
        found = ours(post.content, free, since=since)
        return [] if found and len(found) <= self._unnamed(post, since) else found

    def _unnamed(self, post: Post, since: datetime) -> int:
        """How many posts that look the same are known to be live since then, though not as which."""
        return sum(
            row.publication is not None
            and row.publication.media_id is None
            and row.publication.published_at >= since
            for row in self._alike(post, Status.PUBLISHED)
        )

    def _alike(self, post: Post, *statuses: Status) -> list[PostRow]:
        """Posts of the account that a listing could not tell from this one."""
        return [
            row
            for row in self.posts.of_account(post.account_id, *statuses)
            if row.id != post.id and alike(row.content, post.content)
        ]


def _listed(live: LiveMedia) -> Listed:
    return Listed(live.id, live.media_type, live.published_at, live.caption)


def _wordless(post: Post) -> bool:
    content = post.content
    return content.media_type is MediaType.STORIES or not comparable(content.caption)


def _seen_before(doubt: Doubt, reading: Reading) -> bool:
    return doubt.reading is reading and doubt.agreeing >= 1
