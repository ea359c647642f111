"""Posts in every state, by the shortest honest way there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.aggregate import Aggregate, Cause
from domain.attempt import PARENT, Failure, Reading, Schedule
from domain.content import Content, MediaType
from domain.post import Post, Status
from domain.timing import Pace

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PACE = Pace()
OWNER, ACCOUNT, FILE = UUID(int=1), UUID(int=2), UUID(int=3)
FAILURE = Failure("UNKNOWN_ERROR", "Something broke.")


def by(at: datetime = NOON, **later: float) -> Cause:
    return Cause(at + timedelta(**later), "somebody")


def content(media_type: str = "IMAGE", **more: Any) -> Content:
    kind = MediaType(media_type)
    files = more.pop("media_ids", tuple(UUID(int=9 + n) for n in range(3 if kind == "CAROUSEL" else 1)))
    return Content(kind, files, **more)


def draft(media_type: str = "IMAGE", **more: Any) -> Post:
    return Post.draft(
        id=UUID(int=7), user_id=OWNER, account_id=ACCOUNT, content=content(media_type, **more), by=by()
    )


def scheduled(minutes: float = 60, **more: Any) -> Post:
    post = draft(**more)
    post.schedule_for(Schedule(NOON + timedelta(minutes=minutes)), by=by())
    return post


def publishing(**more: Any) -> Post:
    post = draft(**more)
    post.publish_now(by=by())
    return post


def prepared(**more: Any) -> Post:
    """A post in a worker's hand whose container to publish stands ready."""
    post = publishing(**more)
    post.start_publishing("w1", PACE, by=by())
    for slot in (*post.children(), PARENT):
        post.container_created(slot, f"container {slot}", by=by())
        post.container_ready(slot, by=by())
    return post


def asked(**more: Any) -> Post:
    post = prepared(**more)
    post.ask("w1", by=by())
    return post


def unconfirmed(**more: Any) -> Post:
    post = asked(**more)
    post.doubt_outcome(None, by=by(seconds=45))
    return post


def published(media_id: str | None = "180", **more: Any) -> Post:
    post = asked(**more)
    post.published(media_id, "answer", by=by(seconds=1))
    return post


def failed(**more: Any) -> Post:
    post = publishing(**more)
    post.fail(FAILURE, by=by())
    return post


def missed(**more: Any) -> Post:
    post = scheduled(**more)
    post.miss(by=by(hours=2))
    return post


def cancelled(**more: Any) -> Post:
    post = draft(**more)
    post.cancel(by=by())
    return post


def deleted(**more: Any) -> Post:
    post = published(**more)
    post.deleted(by=by(hours=1))
    return post


def found_unpublished(**more: Any) -> Post:
    post = unconfirmed(**more)
    post.found_unpublished(Reading.FINISHED, by=by(minutes=2))
    return post


IN: dict[Status, Callable[..., Post]] = {
    Status.DRAFT: draft,
    Status.SCHEDULED: scheduled,
    Status.PUBLISHING: publishing,
    Status.UNCONFIRMED: unconfirmed,
    Status.PUBLISHED: published,
    Status.FAILED: failed,
    Status.MISSED: missed,
    Status.CANCELLED: cancelled,
    Status.DELETED: deleted,
}


def retold(aggregate: Aggregate) -> Any:
    """The aggregate as its events tell it again, and the events, which are taken from it."""
    told: Any = None
    for event in aggregate.collect_events():
        told = event.mutate(told)
    return told
