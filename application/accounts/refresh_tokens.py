"""Keeping tokens alive: refreshed early, replaced at once, never overwritten by nothing."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from application.access import Caller
from application.accounts.access import token_name
from application.accounts.connect_account import FindAccount
from application.accounts.ports import Login
from application.clock import Clock
from application.log import Log, persistently
from application.vault import Vault, fingerprint
from application.views.accounts import AccountList, AccountRow
from domain import errors
from domain.account import Account, AccountStatus
from domain.aggregate import Cause
from domain.errors import DomainError
from domain.upstream import Refused

EARLY = timedelta(days=15)
PAUSE = timedelta(hours=1)


@dataclass(frozen=True)
class RefreshToken:
    """Gives an account's token a new life. Past its life: TOKEN_EXPIRED; refused: Instagram's own reason."""

    log: Log
    accounts: AccountList
    vault: Vault
    login: Login
    find: FindAccount

    def __call__(self, caller: Caller, account_id: UUID, *, by: Cause) -> AccountRow:
        self.find(caller, account_id)
        return self.refresh(account_id, by=by)

    def refresh(self, account_id: UUID, *, by: Cause) -> AccountRow:
        account = self.log.load(Account, account_id)
        if account.has_done(by):
            return self._row(account_id)
        token = self.vault.get(token_name(account_id))
        if token is None or account.token_expired(by.at):
            raise errors.TokenExpired(username=account.profile.username)
        try:
            fresh = self.login.refresh(token, account.profile.login_method)
        except Refused as refused:
            verdict = refused.verdict
            if verdict.blocks:
                persistently(lambda: self.block(account_id, verdict.code, by))
            raise verdict.error() from refused
        # Whether the old token outlives the new one is not documented: kept until the new one is in place.
        self.vault.put(token_name(account_id, "previous"), token)
        self.vault.put(token_name(account_id), fresh.token)

        def record() -> None:
            current = self.log.load(Account, account_id)
            current.token_refreshed(fingerprint=fingerprint(fresh.token), expires_at=fresh.expires_at, by=by)
            self.log.save(current)

        persistently(record)
        return self._row(account_id)

    def _row(self, account_id: UUID) -> AccountRow:
        row = self.accounts.get(account_id)
        assert row is not None
        return row

    def block(self, account_id: UUID, code: str, by: Cause) -> None:
        account = self.log.load(Account, account_id)
        account.block(code, by=by)
        self.log.save(account)


@dataclass(frozen=True)
class RefreshDueTokens:
    """Refreshes what ends within fifteen days, and blocks what has ended; the rest shows in `at_risk`."""

    accounts: AccountList
    refresh_token: RefreshToken
    clock: Clock
    _tried: dict[UUID, datetime] = field(default_factory=dict)

    def __call__(self, worker: str) -> list[AccountRow]:
        """One round; the accounts whose token is at risk afterwards. None is tried twice within an hour."""
        for row in self.at_risk():
            now = self.clock.now()
            by = Cause(at=now, actor=f"worker:{worker}")
            if row.token_expires_at is not None and row.token_expires_at <= now:
                self.refresh_token.block(row.id, errors.TokenExpired.code, by)
            elif row.id not in self._tried or now >= self._tried[row.id] + PAUSE:
                self._tried[row.id] = now
                with suppress(DomainError):  # it stays at risk and is listed as such
                    self.refresh_token.refresh(row.id, by=by)
        return self.at_risk()

    def at_risk(self) -> list[AccountRow]:
        soon = self.clock.now() + EARLY
        return [
            row
            for row in self.accounts.all()
            if row.status is AccountStatus.CONNECTED
            and row.token_expires_at is not None
            and row.token_expires_at <= soon
        ]
