"""Connecting accounts by a token, keeping the token alive, and letting go."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.access import Caller
from application.accounts.access import token_name
from application.accounts.ports import Identity, Login
from application.log import Log, persistently
from application.vault import Vault, fingerprint
from application.views.accounts import AccountList, AccountRow
from application.views.posts import PostList
from domain import errors
from domain.account import Account, LoginMethod, account_id
from domain.aggregate import Aggregate, Cause
from domain.attempt import WaitReason
from domain.errors import NotFound
from domain.post import Post, Status
from domain.upstream import Refused


@dataclass(frozen=True)
class ConnectAccount:
    """Connects every professional account a token reaches; an account known already is reconnected.

    Reconnecting ends whatever blocked an account, and its waiting posts resume.
    """

    log: Log
    accounts: AccountList
    posts: PostList
    vault: Vault
    login: Login

    def __call__(
        self, *, user_id: UUID, token: str, login_method: LoginMethod, by: Cause
    ) -> list[AccountRow]:
        """Instagram refuses the token: the verdict's own code. No professional account: NOT_FOUND."""
        try:
            identities = self.login.identify(token, login_method)
        except Refused as refused:
            raise refused.verdict.error() from refused
        if not identities:
            raise errors.NotFound(what="professional Instagram account behind this token")
        rows = []
        for identity in identities:
            key = account_id(user_id, identity.profile.ig_user_id)
            self._keep_tokens(key, identity)
            persistently(lambda identity=identity: self._connect(user_id, identity, by))  # type: ignore[misc]
            row = self.accounts.get(key)
            assert row is not None
            rows.append(row)
        return rows

    def _keep_tokens(self, key: UUID, identity: Identity) -> None:
        for kind, secret in (
            ("token", identity.token),
            ("second", identity.second_token),
            ("page", identity.page_token),
        ):
            if secret is not None:
                self.vault.put(token_name(key, kind), secret)

    def _connect(self, user_id: UUID, identity: Identity, by: Cause) -> None:
        key = account_id(user_id, identity.profile.ig_user_id)
        changed: list[Aggregate] = []
        try:
            account = self.log.load(Account, key)
        except NotFound:
            account = Account.connect(
                user_id=user_id,
                profile=identity.profile,
                fingerprint=fingerprint(identity.token),
                expires_at=identity.expires_at,
                by=by,
            )
        else:
            if account.has_done(by):
                return
            account.reconnect(
                profile=identity.profile,
                fingerprint=fingerprint(identity.token),
                expires_at=identity.expires_at,
                by=by,
            )
            for row in self.posts.of_account(key, Status.SCHEDULED):
                if row.waiting is not None and row.waiting.reason is WaitReason.ACCOUNT:
                    post = self.log.load(Post, row.id)
                    post.resume(by=by)
                    changed.append(post)
        self.log.save(account, *changed)


@dataclass(frozen=True)
class FindAccount:
    """An account of the caller's. Another's or none: NOT_FOUND; not for this key: INSUFFICIENT_SCOPE."""

    accounts: AccountList

    def __call__(self, caller: Caller, account_id: UUID) -> AccountRow:
        row = self.accounts.get(account_id)
        if row is None or row.user_id != caller.user_id:
            raise errors.NotFound(what="account")
        if not caller.may_use(account_id):
            raise errors.InsufficientScope("This key is not meant for that account.")
        return row


@dataclass(frozen=True)
class DisconnectAccount:
    """Lets an account go: its tokens are destroyed, its posts stay as history."""

    log: Log
    find: FindAccount
    vault: Vault

    def __call__(self, caller: Caller, account_id: UUID, *, by: Cause) -> None:
        self.find(caller, account_id)
        account = self.log.load(Account, account_id)
        account.disconnect(by=by)
        self.log.save(account)
        for kind in ("token", "second", "page"):
            self.vault.remove(token_name(account_id, kind))
