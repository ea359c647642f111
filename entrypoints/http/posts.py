"""Posts: drafted, changed, sent, followed."""

from __future__ import annotations

import time
from typing import Literal
from uuid import UUID

from pydantic import Field

from application.service import Service
from application.views.posts import PostRow
from domain import errors
from domain.attempt import FollowUpStatus
from domain.post import Status
from entrypoints.http.accounts import INSTAGRAM_REFUSALS
from entrypoints.http.happenings import Timeline, timeline
from entrypoints.http.models import Body, Query, Time
from entrypoints.http.operation import Answer, Call, operation
from entrypoints.http.paging import PageQuery, page
from entrypoints.http.post_answer import Post, Posts, etag, shown
from entrypoints.http.post_body import NewPost, PostChange, PostToPublish
from entrypoints.http.versions import version_meant
from entrypoints.http.waiting import WaitingRoom

FINAL = frozenset({Status.PUBLISHED, Status.FAILED, Status.MISSED, Status.CANCELLED, Status.DELETED})
OPEN_FOLLOW_UPS = frozenset({FollowUpStatus.DUE, FollowUpStatus.ASKED})
FOLLOW_UP_SECONDS = 2.0

DRAFT_REFUSALS = (
    errors.NotFound,
    errors.InsufficientScope,
    errors.InvalidCarousel,
    errors.InvalidMediaType,
    errors.MediaInvalid,
    errors.ProcessingFailed,
    errors.VideoProcessingFailed,
    errors.InvalidTags,
    errors.InvalidMentions,
    errors.InvalidCollaborators,
    errors.InvalidCrossPost,
    errors.NotConfigured,
    errors.InvalidSchedule,
)
SEND_REFUSALS = (
    *DRAFT_REFUSALS,
    errors.PrivateApiRequired,
    errors.CloudflareNotConfigured,
    errors.DuplicatePost,
    errors.TokenExpired,
    errors.PermissionMissing,
    errors.AccountRestricted,
)
CHANGE_REFUSALS = (errors.InvalidStatus, errors.PreconditionFailed)


class PostsQuery(PageQuery):
    """Which posts; the times bound when they are due."""

    account_id: UUID | None = None
    status: Status | None = None
    from_: Time | None = Field(None, alias="from")
    to: Time | None = None


class WaitQuery(Query):
    """How many seconds to wait for the outcome."""

    wait: int = Field(0, ge=0, le=60)


class Resolution(Body):
    """What a person found on looking at Instagram."""

    outcome: Literal["PUBLISHED", "NOT_PUBLISHED"]
    ig_media_id: str | None = Field(None, pattern=r"^[0-9_]{1,40}$")


class PostList:
    """A caller's posts."""

    def __init__(self, service: Service, room: WaitingRoom) -> None:
        self._service = service
        self._room = room

    @operation(
        id="createPost",
        summary="Draft a post",
        body=NewPost,
        answers={201: Post},
        errors=DRAFT_REFUSALS,
        scope="posts:write",
    )
    def on_post(self, call: Call, body: NewPost) -> Answer:
        return self._answer(
            self._service.create_post.draft(
                call.caller, body.account_id, body.content(), body.schedule(), by=call.cause
            )
        )

    @operation(
        id="listPosts",
        summary="The posts, newest first",
        query=PostsQuery,
        answers={200: Posts},
        errors=(errors.NotFound, errors.InsufficientScope),
        scope="posts:read",
    )
    def on_get(self, call: Call, query: PostsQuery) -> Posts:
        if query.account_id is not None:
            self._service.find_account(call.caller, query.account_id)
        rows, cursor = page(
            query,
            lambda after, limit: self._service.posts.page(
                call.caller.user_id,
                account_ids=call.caller.account_ids,
                account_id=query.account_id,
                status=query.status,
                since=query.from_,
                until=query.to,
                after=after,
                limit=limit,
            ),
            lambda row: (row.created_at, row.id),
        )
        return Posts(items=[shown(row, livemode=self._service.livemode) for row in rows], next_cursor=cursor)

    @operation(id="getPost", summary="One post", answers={200: Post, 304: None}, scope="posts:read")
    def on_get_one(self, call: Call, post_id: UUID) -> Answer:
        row = self._service.find_post(call.caller, post_id)
        if call.has_current(etag(row)):
            return Answer(status=304, headers={"ETag": etag(row)})
        return self._answer(row)

    @operation(
        id="changePost",
        summary="Change a post that has not begun to go out",
        body=PostChange,
        answers={200: Post},
        errors=(*DRAFT_REFUSALS, *CHANGE_REFUSALS),
        scope="posts:write",
    )
    def on_patch_one(self, call: Call, post_id: UUID, body: PostChange) -> Answer:
        row = self._service.find_post(call.caller, post_id)
        if body.takes_time_away() and row.scheduled_for is not None:
            message = "Take a post off the schedule with `DELETE /api/v1/schedule/{postId}`."
            raise errors.ValidationError(
                message, details=(errors.Detail("/scheduledFor", "not_allowed", message),)
            )
        return self._answer(
            self._service.change_post.edit(
                call.caller,
                post_id,
                body.rewrite(),
                body.schedule(),
                version=version_meant(call),
                by=call.cause,
            )
        )

    @operation(
        id="cancelPost",
        summary="Withdraw a post that has not begun to go out",
        answers={200: Post},
        errors=CHANGE_REFUSALS,
        scope="posts:write",
    )
    def on_delete_one(self, call: Call, post_id: UUID) -> Answer:
        self._service.find_post(call.caller, post_id)
        return self._answer(
            self._service.change_post.cancel(call.caller, post_id, version=version_meant(call), by=call.cause)
        )

    @operation(
        id="publishNewPost",
        summary="Create a post and publish it now",
        body=PostToPublish,
        query=WaitQuery,
        answers={202: Post, 200: Post},
        errors=SEND_REFUSALS,
        scope="posts:write",
    )
    def on_post_publish(self, call: Call, body: PostToPublish, query: WaitQuery) -> Answer:
        row = self._service.create_post.publish(call.caller, body.account_id, body.content(), by=call.cause)
        row = self._outcome(row, query.wait)
        return self._answer(row, 200 if query.wait and row.status in FINAL else 202)

    @operation(
        id="publishPost",
        summary="Publish a post now",
        answers={202: Post},
        errors=(*SEND_REFUSALS, errors.InvalidStatus),
        scope="posts:write",
    )
    def on_post_publish_one(self, call: Call, post_id: UUID) -> Answer:
        return self._answer(self._service.change_post.publish(call.caller, post_id, by=call.cause))

    @operation(
        id="retryPost",
        summary="Try a failed or missed post again now",
        answers={202: Post},
        errors=(*SEND_REFUSALS, errors.InvalidStatus),
        scope="posts:write",
    )
    def on_post_retry(self, call: Call, post_id: UUID) -> Answer:
        return self._answer(self._service.change_post.retry(call.caller, post_id, by=call.cause))

    @operation(
        id="resolvePost",
        summary="Say what became of a post whose outcome is unknown",
        body=Resolution,
        answers={200: Post},
        errors=(errors.InvalidStatus, errors.InsufficientScope),
        scope="posts:write",
    )
    def on_post_resolve(self, call: Call, post_id: UUID, body: Resolution) -> Answer:
        published = body.outcome == "PUBLISHED"
        if body.ig_media_id is not None and not published:
            message = "What was not published has no media id."
            raise errors.ValidationError(
                message, details=(errors.Detail("/igMediaId", "not_allowed", message),)
            )
        return self._answer(
            self._service.change_post.resolve(
                call.caller, post_id, published=published, media_id=body.ig_media_id, by=call.cause
            )
        )

    @operation(
        id="deleteOnInstagram",
        summary="Delete a published post on Instagram, where the account's login can",
        answers={200: Post},
        errors=(
            errors.StoriesCannotDelete,
            errors.NoMediaId,
            errors.InvalidStatus,
            errors.CapabilityUnavailable,
            *INSTAGRAM_REFUSALS,
        ),
        scope="posts:write",
    )
    def on_delete_live(self, call: Call, post_id: UUID) -> Answer:
        return self._answer(self._service.delete_on_instagram(call.caller, post_id, by=call.cause))

    @operation(
        id="postTimeline",
        summary="What happened to a post, event by event",
        answers={200: Timeline},
        scope="posts:read",
    )
    def on_get_timeline(self, call: Call, post_id: UUID) -> Timeline:
        return timeline(self._service.timeline(call.caller, post_id))

    def _answer(self, row: PostRow, status: int | None = None) -> Answer:
        return Answer(shown(row, livemode=self._service.livemode), status=status, headers={"ETag": etag(row)})

    def _outcome(self, row: PostRow, seconds: float) -> PostRow:
        """The post as it is once it is final and what follows is done, or when the time is up."""
        if not seconds:
            return row
        deadline = time.monotonic() + seconds

        def look() -> PostRow:
            return self._service.posts.get(row.id) or row

        def final(seen: PostRow) -> bool:
            return seen.status in FINAL

        def settled(seen: PostRow) -> bool:
            return not any(state.status in OPEN_FOLLOW_UPS for state in seen.follow_ups.values())

        with self._room.seat() as seated:
            if not seated:
                return row
            seen = self._room.watch(final, look, seconds=seconds)
            left = min(FOLLOW_UP_SECONDS, deadline - time.monotonic())
            return self._room.watch(settled, look, seconds=left) if final(seen) else seen
