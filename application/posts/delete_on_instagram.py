"""Deleting what is live, where the account's kind of login can."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.access import Caller
from application.accounts.access import AccessBook
from application.log import Log
from application.posts.compose import FindPost
from application.posts.ports import Access, Publisher
from application.views.accounts import AccountList
from application.views.posts import PostList, PostRow
from domain import errors
from domain.account import Capability
from domain.aggregate import Cause
from domain.post import Post
from domain.upstream import Refused


@dataclass(frozen=True)
class DeleteOnInstagram:
    """Deletes a published post. Refusals in order: STORIES_CANNOT_DELETE, NO_MEDIA_ID, INVALID_STATUS,
    CAPABILITY_UNAVAILABLE, then Instagram's own.

    Deleting may be repeated: what is gone already counts as done once it was asked for. `stories_too` is the
    newer ability of the Facebook host.
    """

    log: Log
    find: FindPost
    posts: PostList
    accounts: AccountList
    access: AccessBook
    publisher: Publisher
    stories_too: bool

    def __call__(self, caller: Caller, post_id: UUID, *, by: Cause) -> PostRow:
        self.find(caller, post_id)
        post = self.log.load(Post, post_id)
        media_id = post.may_be_deleted(stories_too=self.stories_too)
        account = self.accounts.get(post.account_id)
        if account is not None and Capability.DELETE not in account.capabilities:
            raise errors.CapabilityUnavailable(
                "Instagram Login cannot delete what is live; delete it in the app.", account_id=account.id
            )
        access = self.access.open(post.account_id)
        asked_before = post.deletion_asked
        post.ask_deletion(by=by)
        self.log.save(post)
        try:
            self._delete(access, media_id, asked_before)
        except Refused as refused:
            raise refused.verdict.error() from refused
        post.deleted(by=by)
        self.log.save(post)
        row = self.posts.get(post_id)
        assert row is not None
        return row

    def _delete(self, access: Access, media_id: str, asked_before: bool) -> None:
        try:
            self.publisher.delete(access, media_id, asked_before=asked_before)
        except Refused as refused:
            if not refused.verdict.doubtful:
                raise
            # The answer is missing. Asking again settles it: what is gone by now went by our first call.
            self.publisher.delete(access, media_id, asked_before=True)
