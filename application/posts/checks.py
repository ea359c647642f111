"""What stands in the way of a post: one list of checks, whether it is created, sent or only validated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from application.access import Caller
from application.accounts.connect_account import FindAccount
from application.posts.files import is_awaited
from application.views.accounts import AccountRow
from application.views.media import MediaRow, MediaShelf, facts_of
from application.views.posts import PostList
from domain import errors, media_types, renditions
from domain.account import AccountStatus
from domain.aggregate import Cause
from domain.attempt import Failure, WaitReason
from domain.caption import comparable
from domain.content import Content, Fit, MediaType, MentionVia, PublishVia
from domain.errors import DomainError
from domain.media import MediaStatus, Severity
from domain.media_rules import FITTED
from domain.post import Post, Status

DUPLICATE_WINDOW = timedelta(hours=24)
_PENDING = (Status.SCHEDULED, Status.PUBLISHING, Status.UNCONFIRMED)


@dataclass(frozen=True)
class Intention:
    """A post as somebody wants it. `due` is when it is to go out; None for a draft without a time."""

    account_id: UUID
    content: Content
    due: datetime | None
    go: bool = False
    now: bool = False
    post_id: UUID | None = None


@dataclass(frozen=True)
class Checks:
    """Finds faults in the order in which the API reports them; the first is the answer to a refused call."""

    find_account: FindAccount
    media: MediaShelf
    posts: PostList
    fit: Fit = Fit.PAD_BLUR

    def require(self, caller: Caller, wanted: Intention, at: datetime) -> None:
        """Raise the first fault. A draft is checked up to its schedule, what is to go out by everything."""
        for fault in self.faults(caller, wanted, at):
            raise fault

    def hold_back(self, post: Post, by: Cause) -> None:
        """Let a scheduled post say at once that it waits for its account, if it does."""
        account = self.find_account.accounts.get(post.account_id)
        if post.status is Status.SCHEDULED and account is not None and account.blocked_by is not None:
            failure = Failure(account.blocked_by, errors.catalogue[account.blocked_by].description())
            post.pause(WaitReason.ACCOUNT, None, failure, by=by)

    def faults(self, caller: Caller, wanted: Intention, at: datetime) -> Iterator[DomainError]:
        """Every fault, in order. Nothing is stored and nobody is asked."""
        content = wanted.content
        account: AccountRow | None = None
        try:
            account = self.find_account(caller, wanted.account_id)
        except DomainError as fault:
            yield fault
        files = self.media.of(caller.user_id, content.files())
        if len(files) < len(set(content.files())):
            yield errors.NotFound(what="media file")
        yield from _present(media_types.count_fault(content), media_types.text_fault(content))
        yield from _present(
            media_types.kind_fault(
                content, {media_id: row.facts for media_id, row in files.items() if row.facts}
            )
        )
        yield from self._unfit_files(wanted, files)
        yield from _present(renditions.fault(content, facts_of(files), self.fit))
        yield from _present(
            media_types.tag_fault(content),
            media_types.mention_fault(content),
            media_types.collaborator_fault(content),
            media_types.cross_post_fault(content),
        )
        if content.cross_post_to_facebook and account is not None and account.profile.page is None:
            yield errors.NotConfigured(what="facebook_page")
        if wanted.due is not None and not wanted.now and wanted.due <= at:
            yield errors.InvalidSchedule()
        if wanted.go:
            yield from self._going_out(wanted, account, files, at)

    def _unfit_files(self, wanted: Intention, files: dict[UUID, MediaRow]) -> Iterator[DomainError]:
        content = wanted.content
        use = media_types.rules(content.media_type).use
        for media_id in content.media_ids:
            row = files.get(media_id)
            if row is None:
                continue
            if row.status is MediaStatus.FAILED and row.failure:
                yield errors.catalogue[row.failure.code](row.failure.sentence)
            elif is_awaited(row, use):
                hopeless = [issue for issue in row.issues if issue.is_hopeless(use)]
                if hopeless:
                    yield errors.MediaInvalid(hopeless[0].message, media_id=media_id)
                elif wanted.now:
                    yield errors.MediaInvalid("This file is still being processed.", media_id=media_id)
            else:
                bad = [
                    issue
                    for issue in row.issues
                    if issue.severity is Severity.ERROR
                    and issue.rule not in FITTED
                    and (not issue.uses or use in issue.uses)
                ]
                if bad:
                    yield errors.MediaInvalid(bad[0].message, media_id=media_id)

    def _going_out(
        self, wanted: Intention, account: AccountRow | None, files: dict[UUID, MediaRow], at: datetime
    ) -> Iterator[DomainError]:
        content = wanted.content
        if any(mention.via is MentionVia.STICKER for mention in content.story_mentions):
            yield errors.PrivateApiRequired()
        if content.publish_via is PublishVia.CLOUD:
            yield errors.CloudflareNotConfigured()
        if not content.allow_duplicate and self._duplicate(wanted, files, at):
            yield errors.DuplicatePost()
        if account is None:
            return
        # What is to go out later may be reconnected in time.
        expires = account.token_expires_at
        if wanted.now and account.status is AccountStatus.BLOCKED and account.blocked_by:
            yield errors.catalogue[account.blocked_by]()
        elif wanted.now and expires is not None and expires <= at:
            yield errors.TokenExpired(username=account.profile.username)

    def _duplicate(self, wanted: Intention, files: dict[UUID, MediaRow], at: datetime) -> bool:
        """The same account, bytes and caption as something live or on its way within a day."""
        content = wanted.content
        first = files.get(content.media_ids[0]) if content.media_ids else None
        if first is None:
            return False
        bytes_wanted = [files[media_id].sha256 for media_id in content.media_ids if media_id in files]
        for other in self.posts.with_file_among(self.media.with_bytes(first.sha256, first.user_id)):
            if other.id == wanted.post_id or other.account_id != wanted.account_id:
                continue
            if other.media_type is not content.media_type or not _recent(other.status, other.updated_at, at):
                continue
            rows = [self.media.get(media_id) for media_id in other.content.media_ids]
            if [row.sha256 for row in rows if row] != bytes_wanted:
                continue
            if comparable(other.content.caption) == comparable(content.caption) or (
                content.media_type is MediaType.STORIES
            ):
                return True
        return False


def _present(*faults: DomainError | None) -> Iterator[DomainError]:
    yield from (fault for fault in faults if fault is not None)


def _recent(status: Status, updated_at: datetime, at: datetime) -> bool:
    return status in _PENDING or (status is Status.PUBLISHED and updated_at > at - DUPLICATE_WINDOW)
