"""API keys: made and ended by people who are logged in, listed by anybody of the same user."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from application.access import SCOPES
from application.service import Service
from domain import errors
from entrypoints.http.errors import not_set
from entrypoints.http.models import Body, Shown, Time
from entrypoints.http.operation import Call, operation
from entrypoints.http.paging import PageQuery, Position, page


class ApiKey(Shown):
    """A key that works. `scopes` and `accountIds` limit it; without `accountIds` it reaches all accounts."""

    id: UUID
    name: str
    prefix: str
    scopes: list[str]
    account_ids: list[UUID] | None
    expires_at: Time | None
    created_at: Time


class ListedKey(ApiKey):
    """The same, with when it was last used: to the minute, or null."""

    last_used_at: Time | None


class MadeKey(ApiKey):
    """A new key. `key` is shown this once: a repetition under an `Idempotency-Key` comes without it."""

    key: str | None = Field(None, exclude_if=not_set)


class ApiKeys(Shown):
    """One page of keys."""

    items: list[ListedKey]
    next_cursor: str | None


class NewKey(Body):
    """What a key is for and what it may do; without `scopes` everything its owner may."""

    name: str = Field(min_length=1, max_length=100)
    scopes: list[str] | None = Field(
        None,
        min_length=1,
        max_length=len(SCOPES),
        json_schema_extra={"items": {"type": "string", "enum": list(SCOPES)}},
    )
    account_ids: list[UUID] | None = Field(None, min_length=1, max_length=100)
    expires_at: Time | None = None


class KeysQuery(PageQuery):
    """Which keys."""


class KeyList:
    """A user's keys."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @operation(id="listApiKeys", summary="The API keys that work", query=KeysQuery, answers={200: ApiKeys})
    def on_get(self, call: Call, query: KeysQuery) -> ApiKeys:
        rows = self._service.list_keys(call.caller.user_id)

        def read(after: Position | None, limit: int) -> list[ListedKey]:
            return [
                ListedKey(
                    id=row.id,
                    name=row.name,
                    prefix=row.prefix,
                    scopes=list(row.scopes),
                    account_ids=None if row.account_ids is None else list(row.account_ids),
                    expires_at=row.expires_at,
                    created_at=row.created_at,
                    last_used_at=self._service.list_keys.last_used(row.id),
                )
                for row in rows
                if after is None or (row.created_at, row.id) > after
            ][:limit]

        found, cursor = page(query, read, lambda key: (key.created_at, key.id))
        return ApiKeys(items=found, next_cursor=cursor)

    @operation(
        id="createApiKey",
        summary="Make an API key; its secret is shown once",
        body=NewKey,
        answers={201: MadeKey},
        errors=(errors.NotFound,),
        person=True,
        secrets=("key",),
    )
    def on_post(self, call: Call, body: NewKey) -> MadeKey:
        made = self._service.create_key(
            user_id=call.caller.user_id,
            name=body.name,
            scopes=None if body.scopes is None else tuple(dict.fromkeys(body.scopes)),
            account_ids=None if body.account_ids is None else tuple(dict.fromkeys(body.account_ids)),
            expires_at=body.expires_at,
            by=call.cause,
        )
        return MadeKey.model_validate(made)

    @operation(id="revokeApiKey", summary="End an API key at once", answers={204: None}, person=True)
    def on_delete_one(self, call: Call, key_id: UUID) -> None:
        self._service.revoke_key(user_id=call.caller.user_id, key_id=key_id, by=call.cause)
