"""Connected accounts and what state they are in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from application.log import LogEntry
from application.views.rows import Rows, Shelf, Table, View, Where
from domain.account import CAPABILITIES, Account, AccountStatus, Capability, Profile


@dataclass(frozen=True)
class AccountRow:
    """One account; a disconnected one stays, so that its posts keep a name."""

    id: UUID
    user_id: UUID
    ig_user_id: str
    profile: Profile
    status: AccountStatus
    blocked_by: str | None
    token_fingerprint: str
    token_expires_at: datetime | None
    connected_at: datetime

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this account's kind of login can do."""
        able = CAPABILITIES[self.profile.login_method]
        return able if self.profile.page else able - {Capability.FACEBOOK_CROSS_POST}


ACCOUNTS: Table[AccountRow] = Table("accounts", AccountRow, indexes=(("user_id",), ("ig_user_id",)))


def project(entry: LogEntry, rows: Rows) -> None:
    match entry.event:
        case Account.Created(user_id=user_id, profile=profile) as made:
            rows.put(
                ACCOUNTS,
                AccountRow(
                    id=entry.aggregate_id,
                    user_id=user_id,
                    ig_user_id=profile.ig_user_id,
                    profile=profile,
                    status=AccountStatus.CONNECTED,
                    blocked_by=None,
                    token_fingerprint=made.token_fingerprint,
                    token_expires_at=made.token_expires_at,
                    connected_at=entry.at,
                ),
            )
        case Account.Reconnected(profile=profile, token_fingerprint=fingerprint, token_expires_at=expires):
            rows.change(
                ACCOUNTS,
                entry.aggregate_id,
                profile=profile,
                status=AccountStatus.CONNECTED,
                blocked_by=None,
                token_fingerprint=fingerprint,
                token_expires_at=expires,
            )
        case Account.TokenRefreshed(token_fingerprint=fingerprint, token_expires_at=expires):
            rows.change(ACCOUNTS, entry.aggregate_id, token_fingerprint=fingerprint, token_expires_at=expires)
        case Account.Blocked(code=code):
            rows.change(ACCOUNTS, entry.aggregate_id, status=AccountStatus.BLOCKED, blocked_by=code)
        case Account.Disconnected():
            rows.change(ACCOUNTS, entry.aggregate_id, status=AccountStatus.DISCONNECTED, token_fingerprint="")


VIEW = View("accounts", (ACCOUNTS,), project)


@dataclass(frozen=True)
class AccountList:
    """What doors and use-cases ask about accounts."""

    shelf: Shelf

    def get(self, account_id: UUID) -> AccountRow | None:
        return self.shelf.row(ACCOUNTS, account_id)

    def of(self, user_id: UUID) -> list[AccountRow]:
        """The accounts of a user that are still connected (blocked ones are)."""
        return self.shelf.rows(
            ACCOUNTS,
            Where("user_id", "=", user_id),
            Where("status", "!=", AccountStatus.DISCONNECTED),
            order=("connected_at", "id"),
        )

    def all(self) -> list[AccountRow]:
        return self.shelf.rows(
            ACCOUNTS, Where("status", "!=", AccountStatus.DISCONNECTED), order=("connected_at", "id")
        )
