"""Connected Instagram accounts, and who is asking."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from application.access import Caller
from application.service import Service
from application.views.accounts import AccountRow
from domain import errors
from domain.account import AccountStatus, Capability, LoginMethod
from entrypoints.http.models import Body, Shown, Time
from entrypoints.http.operation import Call, operation
from entrypoints.http.paging import PageQuery, Position, page


class Person(Shown):
    """A user of this installation."""

    id: UUID
    email: str


class AccountName(Shown):
    """An account, as far as needed to choose one."""

    id: UUID
    ig_user_id: str
    username: str
    account_type: str
    login_method: LoginMethod
    token_expires_at: Time | None


class Me(Shown):
    """Who asks, and the accounts they may act for."""

    user: Person
    accounts: list[AccountName]


class FacebookPage(Shown):
    """The Facebook Page an account is linked to."""

    id: str
    name: str


class Account(AccountName):
    """A connected Instagram professional account, what blocks it and what it can do."""

    status: AccountStatus
    blocked_by: str | None
    page: FacebookPage | None
    capabilities: list[Capability]


class Accounts(Shown):
    """One page of accounts."""

    items: list[Account]
    next_cursor: str | None


class NewAccount(Body):
    """A token that Instagram gave for an account."""

    access_token: str = Field(min_length=1, max_length=2000)
    login_method: LoginMethod


class AccountsQuery(PageQuery):
    """Which accounts."""


class PublishingLimit(Shown):
    """How much Instagram lets through in its rolling window, and when used places come free."""

    quota_total: int
    quota_used: int
    reserved: int
    frees_at: list[Time]


INSTAGRAM_REFUSALS = (
    errors.TokenExpired,
    errors.PermissionMissing,
    errors.AccountRestricted,
    errors.InstagramThrottled,
    errors.OutcomeUnknown,
    errors.UnknownError,
)


class Identity:
    """Tells a key whose it is."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @operation(id="me", summary="Who asks, and their accounts", answers={200: Me})
    def on_get(self, call: Call) -> Me:
        caller = call.caller
        return Me(
            user=Person(id=caller.user_id, email=caller.email),
            accounts=[AccountName(**name_of(row)) for row in usable(self._service, caller)],
        )


class AccountList:
    """The accounts a caller may act for."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @operation(
        id="listAccounts",
        summary="The connected accounts",
        query=AccountsQuery,
        answers={200: Accounts},
        scope="accounts:read",
    )
    def on_get(self, call: Call, query: AccountsQuery) -> Accounts:
        def read(after: Position | None, limit: int) -> list[AccountRow]:
            rows = usable(self._service, call.caller)
            return [row for row in rows if after is None or (row.connected_at, row.id) > after][:limit]

        rows, cursor = page(query, read, lambda row: (row.connected_at, row.id))
        return Accounts(items=[shown(row) for row in rows], next_cursor=cursor)

    @operation(
        id="connectAccount",
        summary="Connect an account by its token",
        body=NewAccount,
        answers={201: Account},
        errors=(errors.NotFound, *INSTAGRAM_REFUSALS),
        scope="accounts:write",
    )
    def on_post(self, call: Call, body: NewAccount) -> Account:
        rows = self._service.connect_account(
            user_id=call.caller.user_id,
            token=body.access_token,
            login_method=body.login_method,
            by=call.cause,
        )
        return shown(rows[0])

    @operation(id="getAccount", summary="One account", answers={200: Account}, scope="accounts:read")
    def on_get_one(self, call: Call, account_id: UUID) -> Account:
        return shown(self._service.find_account(call.caller, account_id))

    @operation(
        id="disconnectAccount",
        summary="Disconnect an account; its tokens are destroyed",
        answers={204: None},
        scope="accounts:write",
    )
    def on_delete_one(self, call: Call, account_id: UUID) -> None:
        self._service.disconnect_account(call.caller, account_id, by=call.cause)

    @operation(
        id="refreshToken",
        summary="Give an account's token a new life",
        answers={200: Account},
        errors=INSTAGRAM_REFUSALS,
        scope="accounts:write",
    )
    def on_post_token(self, call: Call, account_id: UUID) -> Account:
        return shown(self._service.refresh_token(call.caller, account_id, by=call.cause))

    @operation(
        id="publishingLimit",
        summary="How much may still be published, asked of Instagram now",
        answers={200: PublishingLimit},
        errors=INSTAGRAM_REFUSALS,
        scope="accounts:read",
    )
    def on_get_limit(self, call: Call, account_id: UUID) -> PublishingLimit:
        return PublishingLimit.model_validate(self._service.publishing_limit(call.caller, account_id))


def usable(service: Service, caller: Caller) -> list[AccountRow]:
    """The caller's accounts that their key is meant for, oldest first."""
    return [row for row in service.accounts.of(caller.user_id) if caller.may_use(row.id)]


def name_of(row: AccountRow) -> dict[str, object]:
    return {
        "id": row.id,
        "ig_user_id": row.ig_user_id,
        "username": row.profile.username,
        "account_type": row.profile.account_type,
        "login_method": row.profile.login_method,
        "token_expires_at": row.token_expires_at,
    }


def shown(row: AccountRow) -> Account:
    linked = row.profile.page
    return Account(
        **name_of(row),
        status=row.status,
        blocked_by=row.blocked_by,
        page=None if linked is None else FacebookPage(id=linked.id, name=linked.name),
        capabilities=sorted(row.capabilities),
    )
