"""What it takes to act for an account, put together from the account list and the vault."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.ports import Access
from application.vault import Vault
from application.views.accounts import AccountList
from domain import errors


def token_name(account_id: UUID, kind: str = "token") -> str:
    """The name of an account's secret in the vault; kinds: token, second, page."""
    return f"account/{account_id}/{kind}"


@dataclass(frozen=True)
class AccessBook:
    """Opens accounts for the calls that need their tokens."""

    accounts: AccountList
    vault: Vault

    def open(self, account_id: UUID) -> Access:
        """Unknown: NOT_FOUND. Without a token (disconnected): TOKEN_EXPIRED."""
        row = self.accounts.get(account_id)
        if row is None:
            raise errors.NotFound(what="account")
        token = self.vault.get(token_name(account_id))
        if token is None:
            raise errors.TokenExpired(username=row.profile.username)
        return Access(
            account_id=account_id,
            ig_user_id=row.ig_user_id,
            login_method=row.profile.login_method,
            token=token,
            second_token=self.vault.get(token_name(account_id, "second")),
            page_id=row.profile.page.id if row.profile.page else None,
            page_token=self.vault.get(token_name(account_id, "page")),
        )
