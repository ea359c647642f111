"""The schedule: which posts go out when."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from application.service import Service
from application.views.posts import PostRow
from domain.post import Status
from entrypoints.http.models import Time
from entrypoints.http.operation import Answer, Call, operation
from entrypoints.http.paging import PageQuery, page
from entrypoints.http.post_answer import Post, Posts, etag, shown
from entrypoints.http.post_body import NewPost, Rescheduling
from entrypoints.http.posts import CHANGE_REFUSALS, SEND_REFUSALS
from entrypoints.http.versions import version_meant


class ScheduleQuery(PageQuery):
    """Which days, from a moment up to another."""

    from_: Time = Field(alias="from")
    to: Time


class Schedule:
    """Posts that wait for their time."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @operation(
        id="schedulePost",
        summary="Create a post and schedule it",
        body=NewPost,
        answers={201: Post},
        errors=SEND_REFUSALS,
        scope="posts:write",
    )
    def on_post(self, call: Call, body: NewPost) -> Answer:
        return self._answer(
            self._service.create_post.schedule(
                call.caller, body.account_id, body.content(), body.due(), by=call.cause
            )
        )

    @operation(
        id="listSchedule",
        summary="The scheduled posts of a span of time, the next one first",
        query=ScheduleQuery,
        answers={200: Posts},
        scope="posts:read",
    )
    def on_get(self, call: Call, query: ScheduleQuery) -> Posts:
        rows, cursor = page(
            query,
            lambda after, limit: self._service.posts.page(
                call.caller.user_id,
                account_ids=call.caller.account_ids,
                status=Status.SCHEDULED,
                since=query.from_,
                until=query.to,
                by_schedule=True,
                after=after,
                limit=limit,
            ),
            lambda row: (row.scheduled_for, row.id),
        )
        return Posts(items=[shown(row, livemode=self._service.livemode) for row in rows], next_cursor=cursor)

    @operation(
        id="reschedulePost",
        summary="Give a post a time, or another one",
        body=Rescheduling,
        answers={200: Post},
        errors=(*SEND_REFUSALS, *CHANGE_REFUSALS),
        scope="posts:write",
    )
    def on_patch_one(self, call: Call, post_id: UUID, body: Rescheduling) -> Answer:
        self._service.find_post(call.caller, post_id)
        return self._answer(
            self._service.change_post.schedule(
                call.caller, post_id, body.due(), version=version_meant(call), by=call.cause
            )
        )

    @operation(
        id="unschedulePost",
        summary="Take a post off the schedule; it is a draft again",
        answers={200: Post},
        errors=CHANGE_REFUSALS,
        scope="posts:write",
    )
    def on_delete_one(self, call: Call, post_id: UUID) -> Answer:
        self._service.find_post(call.caller, post_id)
        return self._answer(
            self._service.change_post.unschedule(
                call.caller, post_id, version=version_meant(call), by=call.cause
            )
        )

    def _answer(self, row: PostRow) -> Answer:
        return Answer(shown(row, livemode=self._service.livemode), headers={"ETag": etag(row)})
