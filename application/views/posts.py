"""The post list, and the agenda: what the worker must do next, and when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from application.log import LogEntry
from application.views.rows import Rows, Shelf, Table, View, Where
from domain.attempt import (
    PARENT,
    Failure,
    FollowUp,
    FollowUpState,
    FollowUpStatus,
    Publication,
    Waiting,
    WaitReason,
)
from domain.content import Content, MediaType
from domain.post import NOT_PUBLISHED, Post, Status, follow_ups_due
from domain.timing import Pace

PREPARE_AHEAD = Pace().prepare_ahead


@dataclass(frozen=True)
class PostRow:
    """One post as lists and answers show it."""

    id: UUID
    user_id: UUID
    account_id: UUID
    media_type: MediaType
    status: Status
    content: Content
    scheduled_for: datetime | None
    wall_time: str | None
    timezone: str | None
    attempts: int
    next_attempt_at: datetime | None
    waiting: Waiting | None
    failure: Failure | None
    publication: Publication | None
    media_id: str | None
    published_at: datetime | None
    follow_ups: dict[FollowUp, FollowUpState]
    created_at: datetime
    updated_at: datetime
    version: int


@dataclass(frozen=True)
class AgendaRow:
    """A post that wants something done at `at`; `due` is its own time, `prepared` if its container stands."""

    post_id: UUID
    account_id: UUID
    at: datetime
    due: datetime | None
    prepared: bool


@dataclass(frozen=True)
class FileUse:
    """A post needs a media file."""

    id: str
    post_id: UUID
    media_file_id: UUID


POSTS: Table[PostRow] = Table(
    "posts",
    PostRow,
    indexes=(
        ("user_id", "created_at", "id"),
        ("account_id", "status"),
        ("account_id", "published_at"),
        ("user_id", "scheduled_for", "id"),
        ("media_id",),
    ),
)
AGENDA: Table[AgendaRow] = Table("agenda", AgendaRow, key="post_id", indexes=(("at",), ("account_id",)))
FILE_USES: Table[FileUse] = Table("post_files", FileUse, indexes=(("media_file_id",), ("post_id",)))


def project(entry: LogEntry, rows: Rows) -> None:
    """Keep both tables in step with one event of a post."""
    if not isinstance(entry.event, Post.Event | Post.Created):
        return
    _project_post(entry, rows)
    _project_agenda(entry, rows)


def _project_post(entry: LogEntry, rows: Rows) -> None:
    def change(**values: object) -> None:
        rows.change(POSTS, entry.aggregate_id, updated_at=entry.at, version=entry.version, **values)

    match entry.event:
        case Post.Created(user_id=user_id, account_id=account_id, content=content):
            rows.put(
                POSTS,
                PostRow(
                    id=entry.aggregate_id,
                    user_id=user_id,
                    account_id=account_id,
                    media_type=content.media_type,
                    status=Status.DRAFT,
                    content=content,
                    scheduled_for=None,
                    wall_time=None,
                    timezone=None,
                    attempts=0,
                    next_attempt_at=None,
                    waiting=None,
                    failure=None,
                    publication=None,
                    media_id=None,
                    published_at=None,
                    follow_ups={},
                    created_at=entry.at,
                    updated_at=entry.at,
                    version=entry.version,
                ),
            )
            _use_files(entry.aggregate_id, (), content.files(), rows)
        case Post.Edited(content=content):
            before = rows.get(POSTS, entry.aggregate_id)
            change(content=content, media_type=content.media_type)
            _use_files(entry.aggregate_id, before.content.files() if before else (), content.files(), rows)
        case Post.Scheduled(at=at, wall_time=wall_time, timezone=timezone):
            change(
                status=Status.SCHEDULED,
                scheduled_for=at,
                wall_time=wall_time,
                timezone=timezone,
                **_FRESH,
            )
        case Post.Planned(at=at, wall_time=wall_time, timezone=timezone):
            change(scheduled_for=at, wall_time=wall_time, timezone=timezone)
        case Post.PublishOrdered():
            change(status=Status.PUBLISHING, scheduled_for=entry.at, wall_time=None, timezone=None, **_FRESH)
        case Post.Unscheduled():
            change(status=Status.DRAFT, scheduled_for=None, wall_time=None, timezone=None, **_FRESH)
        case Post.Cancelled():
            change(status=Status.CANCELLED, scheduled_for=None, wall_time=None, timezone=None, **_FRESH)
        case Post.PublishingStarted(attempt=attempt):
            change(status=Status.PUBLISHING, attempts=attempt, waiting=None, next_attempt_at=None)
        case Post.PublishRefused(failure=failure):
            change(failure=failure)
        case Post.Doubted(next_look_at=at, failure=failure):
            change(
                status=Status.UNCONFIRMED, waiting=Waiting(WaitReason.OUTCOME_UNKNOWN, at), failure=failure
            )
        case Post.Looked(next_look_at=at):
            change(waiting=Waiting(WaitReason.OUTCOME_UNKNOWN, at))
        case Post.FoundUnpublished():
            change(status=Status.PUBLISHING, waiting=None, failure=None)
        case Post.Published(media_id=media_id, evidence=evidence):
            _published(entry, media_id, evidence, rows, change)
        case Post.RetryPlanned(at=at, failure=failure):
            change(
                status=Status.SCHEDULED,
                failure=failure,
                next_attempt_at=at,
                waiting=Waiting(WaitReason.BACKING_OFF, at),
            )
        case Post.Paused(reason=reason, until=until, failure=failure):
            change(
                status=Status.SCHEDULED,
                failure=failure,
                next_attempt_at=until,
                waiting=Waiting(reason, until),
            )
        case Post.Resumed():
            change(waiting=None, next_attempt_at=None, failure=None)
        case Post.Failed(failure=failure):
            change(status=Status.FAILED, failure=failure, waiting=None, next_attempt_at=None)
        case Post.Missed(failure=failure):
            change(status=Status.MISSED, failure=failure, waiting=None, next_attempt_at=None)
        case Post.Resolved(published=True, media_id=media_id):
            _published(entry, media_id, "person", rows, change)
        case Post.Resolved():
            change(status=Status.FAILED, failure=NOT_PUBLISHED, waiting=None, next_attempt_at=None)
        case Post.Deleted():
            change(status=Status.DELETED)
        case (
            Post.FollowUpAsked() | Post.FollowUpDone() | Post.FollowUpPostponed() | Post.FollowUpFailed()
        ) as event:
            _follow_up(entry, event, rows, change)
        case _:
            change()


_FRESH: dict[str, object] = {"waiting": None, "failure": None, "next_attempt_at": None}


def _published(
    entry: LogEntry, media_id: str | None, evidence: str, rows: Rows, change: Callable[..., None]
) -> None:
    row = rows.get(POSTS, entry.aggregate_id)
    assert row is not None
    change(
        status=Status.PUBLISHED,
        publication=Publication(media_id, entry.at, evidence),
        media_id=media_id,
        published_at=entry.at,
        failure=None,
        waiting=None,
        next_attempt_at=None,
        follow_ups=follow_ups_due(row.content, media_id),
    )


def _follow_up(entry: LogEntry, event: Any, rows: Rows, change: Callable[..., None]) -> None:
    row = rows.get(POSTS, entry.aggregate_id)
    if row is None or event.follow_up not in row.follow_ups:
        change()
        return
    state = row.follow_ups[event.follow_up]
    publication = row.publication
    match event:
        case Post.FollowUpAsked():
            state = replace(state, status=FollowUpStatus.ASKED, asked_at=entry.at)
        case Post.FollowUpDone(result=result):
            state = replace(state, status=FollowUpStatus.DONE, result=result, failure=None)
            if event.follow_up is FollowUp.PERMALINK and publication:
                publication = replace(publication, permalink=result)
        case Post.FollowUpPostponed(status=status, next_try_at=at, failure=failure):
            state = replace(state, status=status, tries=state.tries + 1, next_try_at=at, failure=failure)
        case Post.FollowUpFailed(failure=failure):
            state = replace(state, status=FollowUpStatus.FAILED, failure=failure)
    change(follow_ups={**row.follow_ups, event.follow_up: state}, publication=publication)


def _use_files(post_id: UUID, before: Sequence[UUID], after: Sequence[UUID], rows: Rows) -> None:
    for file in set(before) - set(after):
        rows.remove(FILE_USES, f"{post_id}/{file}")
    for file in after:
        rows.put(FILE_USES, FileUse(f"{post_id}/{file}", post_id, file))


def _project_agenda(entry: LogEntry, rows: Rows) -> None:
    post_id = entry.aggregate_id

    def put(at: datetime, *, due: datetime | None, prepared: bool = False) -> None:
        post = rows.get(POSTS, post_id)
        assert post is not None
        rows.put(AGENDA, AgendaRow(post_id, post.account_id, at, due, prepared))

    match entry.event:
        case Post.Scheduled(at=at):
            put(at - PREPARE_AHEAD, due=at)
        case Post.PublishOrdered():
            put(entry.at, due=entry.at)
        case Post.Edited():
            if row := rows.get(AGENDA, post_id):
                post = rows.get(POSTS, post_id)
                waits = post is not None and post.waiting is not None
                at = row.at if waits or row.due is None else row.due - PREPARE_AHEAD
                rows.put(AGENDA, replace(row, at=at, prepared=False))
        case Post.ContainerReady(slot=slot) if slot == PARENT:
            if (row := rows.get(AGENDA, post_id)) and row.due:
                rows.put(AGENDA, replace(row, at=max(row.due, row.at), prepared=True))
        case Post.ContainerLost():
            if row := rows.get(AGENDA, post_id):
                rows.put(AGENDA, replace(row, at=entry.at, prepared=False))
        case Post.RetryPlanned(at=at):
            rows.change(AGENDA, post_id, at=at)
        case Post.Paused(reason=WaitReason.MEDIA):
            rows.change(AGENDA, post_id, at=entry.at)
        case Post.Paused(until=until):
            row = rows.get(AGENDA, post_id)
            last = (row.due if row and row.due else entry.at) + Pace().allowed_lateness
            rows.change(AGENDA, post_id, at=until or last)
        case Post.Resumed():
            if (row := rows.get(AGENDA, post_id)) and row.due:
                begin = row.due if row.prepared else row.due - PREPARE_AHEAD
                rows.put(AGENDA, replace(row, at=max(begin, entry.at)))
        case Post.PublishingStarted() | Post.FoundUnpublished():
            rows.change(AGENDA, post_id, at=entry.at)
        case Post.Doubted(next_look_at=at) | Post.Looked(next_look_at=at):
            rows.change(AGENDA, post_id, at=at)
        case Post.Published() | Post.Resolved() | Post.FollowUpDone() | Post.FollowUpFailed():
            _next_follow_up(entry, rows, put)
        case Post.FollowUpPostponed():
            _next_follow_up(entry, rows, put)
        case Post.Unscheduled() | Post.Cancelled() | Post.Failed() | Post.Missed() | Post.Deleted():
            rows.remove(AGENDA, post_id)


def _next_follow_up(entry: LogEntry, rows: Rows, put: Callable[..., None]) -> None:
    row = rows.get(POSTS, entry.aggregate_id)
    open_ones = [
        state.next_try_at or entry.at
        for state in (row.follow_ups.values() if row and row.status is Status.PUBLISHED else ())
        if state.status not in (FollowUpStatus.DONE, FollowUpStatus.FAILED)
    ]
    if open_ones:
        put(min(open_ones), due=None)
    else:
        rows.remove(AGENDA, entry.aggregate_id)


VIEW = View("posts", (POSTS, AGENDA, FILE_USES), project)

_LIVE = (Status.SCHEDULED, Status.PUBLISHING, Status.UNCONFIRMED)


@dataclass(frozen=True)
class PostList:
    """What doors and use-cases ask about posts."""

    shelf: Shelf

    def get(self, post_id: UUID) -> PostRow | None:
        return self.shelf.row(POSTS, post_id)

    def page(
        self,
        user_id: UUID,
        *,
        account_ids: frozenset[UUID] | None = None,
        account_id: UUID | None = None,
        status: Status | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        by_schedule: bool = False,
        after: tuple[object, ...] | None = None,
        limit: int = 50,
    ) -> list[PostRow]:
        """Posts of a user; newest first, or by due time with `by_schedule`. Times bound the due time."""
        where = [Where("user_id", "=", user_id)]
        if account_ids is not None:
            where.append(Where("account_id", "in", tuple(account_ids)))
        if account_id is not None:
            where.append(Where("account_id", "=", account_id))
        if status is not None:
            where.append(Where("status", "=", status))
        if since is not None:
            where.append(Where("scheduled_for", ">=", since))
        if until is not None:
            where.append(Where("scheduled_for", "<", until))
        order = ("scheduled_for", "id") if by_schedule else ("created_at", "id")
        return self.shelf.rows(
            POSTS, *where, order=order, descending=not by_schedule, after=after, limit=limit
        )

    def holders_of(self, media_id: str) -> list[PostRow]:
        """Posts that hold this id of Instagram's."""
        return self.shelf.rows(POSTS, Where("media_id", "=", media_id))

    def of_account(self, account_id: UUID, *statuses: Status) -> list[PostRow]:
        return self.shelf.rows(
            POSTS, Where("account_id", "=", account_id), Where("status", "in", tuple(statuses))
        )

    def published_since(self, account_id: UUID, since: datetime) -> list[PostRow]:
        """What of an account went out after that moment, deleted or not."""
        return self.shelf.rows(POSTS, Where("account_id", "=", account_id), Where("published_at", ">", since))

    def needing(self, media_file_id: UUID) -> list[PostRow]:
        """Posts on their way that need this file."""
        return [post for post in self.with_file_among([media_file_id]) if post.status in _LIVE]

    def with_file_among(self, media_file_ids: Sequence[UUID]) -> list[PostRow]:
        """Posts, in any state, that use one of these files."""
        if not media_file_ids:
            return []
        uses = self.shelf.rows(FILE_USES, Where("media_file_id", "in", tuple(media_file_ids)))
        found = (self.get(post_id) for post_id in {use.post_id for use in uses})
        return [post for post in found if post is not None]

    def agenda(self, *, until: datetime, limit: int) -> list[AgendaRow]:
        """What is to be done by then, most urgent first."""
        return self.shelf.rows(AGENDA, Where("at", "<=", until), order=("at", "post_id"), limit=limit)

    def next_after(self, now: datetime) -> datetime | None:
        """When the next thing that is not due yet is to be done."""
        first = self.shelf.rows(AGENDA, Where("at", ">", now), order=("at", "post_id"), limit=1)
        return first[0].at if first else None

    def overdue(self, now: datetime, by: timedelta) -> list[AgendaRow]:
        """What was due and to be worked on at least `by` ago."""
        return self.shelf.rows(
            AGENDA,
            Where("at", "<=", now - by),
            Where("due", "<=", now - by),
            order=("at", "post_id"),
            limit=100,
        )
