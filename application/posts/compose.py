"""What people do with posts before and beside publishing: draft, edit, schedule, order, cancel, resolve."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from application.access import Caller
from application.log import Conflict, Log, persistently
from application.posts.checks import Checks, Intention
from application.views.posts import PostList, PostRow
from domain import errors
from domain.aggregate import Cause
from domain.attempt import Schedule
from domain.content import Content
from domain.post import Operation, Post


@dataclass(frozen=True)
class FindPost:
    """A post of the caller's. Another's or none: NOT_FOUND; not for this key: INSUFFICIENT_SCOPE."""

    posts: PostList

    def __call__(self, caller: Caller, post_id: UUID) -> PostRow:
        row = self.posts.get(post_id)
        if row is None or row.user_id != caller.user_id:
            raise errors.NotFound(what="post")
        if not caller.may_use(row.account_id):
            raise errors.InsufficientScope("This key is not meant for that post's account.")
        return row


@dataclass(frozen=True)
class CreatePost:
    """Drafts a post, and schedules or publishes it in the same breath where that is asked."""

    log: Log
    checks: Checks
    posts: PostList
    new_id: Callable[[], UUID]

    def draft(
        self, caller: Caller, account_id: UUID, content: Content, schedule: Schedule | None, *, by: Cause
    ) -> PostRow:
        """A draft; a time given with it is a wish until it is scheduled."""
        if (made := self._made(by)) is not None:
            return made
        wanted = Intention(account_id, content, schedule.at if schedule else None)
        self.checks.require(caller, wanted, by.at)
        post = self._new(caller, account_id, content, by)
        if schedule is not None:
            post.plan_for(schedule, by=by)
        return self._save(post)

    def schedule(
        self, caller: Caller, account_id: UUID, content: Content, schedule: Schedule, *, by: Cause
    ) -> PostRow:
        if (made := self._made(by)) is not None:
            return made
        self.checks.require(caller, Intention(account_id, content, schedule.at, go=True), by.at)
        post = self._new(caller, account_id, content, by)
        post.schedule_for(schedule, by=by)
        self.checks.hold_back(post, by)
        return self._save(post)

    def publish(self, caller: Caller, account_id: UUID, content: Content, *, by: Cause) -> PostRow:
        if (made := self._made(by)) is not None:
            return made
        self.checks.require(caller, Intention(account_id, content, None, go=True, now=True), by.at)
        post = self._new(caller, account_id, content, by)
        post.publish_now(by=by)
        return self._save(post)

    def _new(self, caller: Caller, account_id: UUID, content: Content, by: Cause) -> Post:
        return Post.draft(
            id=by.id_for(self.new_id), user_id=caller.user_id, account_id=account_id, content=content, by=by
        )

    def _made(self, by: Cause) -> PostRow | None:
        """What this very command made before, whatever has become of it."""
        return None if by.command_id is None else self.posts.get(by.id_for(self.new_id))

    def _save(self, post: Post) -> PostRow:
        with suppress(Conflict):  # the same command, run twice at once, made it already
            self.log.save(post)
        row = self.posts.get(post.id)
        assert row is not None
        return row


@dataclass(frozen=True)
class ChangePost:
    """Everything that is done to a post that exists.

    `version` is the one the caller knows (If-Match); a post that moved on is PRECONDITION_FAILED, and such a
    command is never repeated. Without it a command that was overtaken decides afresh.
    """

    log: Log
    find: FindPost
    checks: Checks
    posts: PostList

    def edit(
        self,
        caller: Caller,
        post_id: UUID,
        rewrite: Callable[[Content], Content],
        schedule: Schedule | None,
        *,
        version: int | None,
        by: Cause,
    ) -> PostRow:
        """Change what it says and, with `schedule`, when it goes out."""

        def change(post: Post) -> None:
            post.may(Operation.EDIT)
            content = rewrite(post.content)
            due = schedule.at if schedule else None
            self.checks.require(caller, Intention(post.account_id, content, due, post_id=post_id), by.at)
            post.edit(content, by=by)
            if schedule is not None:
                post.plan_for(schedule, by=by)
                self.checks.hold_back(post, by)

        return self._apply(caller, post_id, change, version, by)

    def schedule(
        self, caller: Caller, post_id: UUID, schedule: Schedule, *, version: int | None = None, by: Cause
    ) -> PostRow:
        def change(post: Post) -> None:
            post.may(Operation.SCHEDULE)
            wanted = Intention(post.account_id, post.content, schedule.at, go=True, post_id=post_id)
            self.checks.require(caller, wanted, by.at)
            post.schedule_for(schedule, by=by)
            self.checks.hold_back(post, by)

        return self._apply(caller, post_id, change, version, by)

    def unschedule(self, caller: Caller, post_id: UUID, *, version: int | None = None, by: Cause) -> PostRow:
        return self._apply(caller, post_id, lambda post: post.unschedule(by=by), version, by)

    def publish(self, caller: Caller, post_id: UUID, *, version: int | None = None, by: Cause) -> PostRow:
        def change(post: Post) -> None:
            post.may(Operation.PUBLISH)
            wanted = Intention(post.account_id, post.content, None, go=True, now=True, post_id=post_id)
            self.checks.require(caller, wanted, by.at)
            post.publish_now(by=by)

        return self._apply(caller, post_id, change, version, by)

    def retry(self, caller: Caller, post_id: UUID, *, by: Cause) -> PostRow:
        """Schedule a failed or missed post for this moment."""

        def change(post: Post) -> None:
            post.may(Operation.RETRY)
            wanted = Intention(post.account_id, post.content, None, go=True, now=True, post_id=post_id)
            self.checks.require(caller, wanted, by.at)
            post.retry(by=by)

        return self._apply(caller, post_id, change, None, by)

    def cancel(self, caller: Caller, post_id: UUID, *, version: int | None = None, by: Cause) -> PostRow:
        return self._apply(caller, post_id, lambda post: post.cancel(by=by), version, by)

    def resolve(
        self, caller: Caller, post_id: UUID, *, published: bool, media_id: str | None, by: Cause
    ) -> PostRow:
        """Settle a doubt by a person's word."""
        if media_id is not None and any(row.id != post_id for row in self.posts.holders_of(media_id)):
            raise errors.ValidationError("Another post holds that media id.")
        return self._apply(
            caller,
            post_id,
            lambda post: post.resolve(published=published, media_id=media_id, by=by),
            None,
            by,
        )

    def _apply(
        self, caller: Caller, post_id: UUID, change: Callable[[Post], None], version: int | None, by: Cause
    ) -> PostRow:
        self.find(caller, post_id)

        def once() -> None:
            post = self.log.load(Post, post_id)
            if post.has_done(by):
                return
            if version is not None and post.version != version:
                raise errors.PreconditionFailed(post_id=post_id)
            change(post)
            self.log.save(post)

        try:
            if version is None:
                persistently(once)
            else:
                once()
        except Conflict as overtaken:
            raise errors.PreconditionFailed(post_id=post_id) from overtaken
        row = self.posts.get(post_id)
        assert row is not None
        return row
