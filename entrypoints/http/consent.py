"""Connecting Instagram through its own page."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from application.service import Service
from domain import errors
from domain.account import LoginMethod
from domain.errors import DomainError
from entrypoints.http.accounts import INSTAGRAM_REFUSALS, Accounts, shown
from entrypoints.http.models import Query
from entrypoints.http.operation import Answer, Call, operation

CONSOLE = "/"


class StartQuery(Query):
    """Which of Meta's two logins."""

    login_method: LoginMethod


class BroughtBack(Query):
    """What the consent page sends along; it may say more than we ask for."""

    model_config = ConfigDict(extra="ignore", alias_generator=None)

    state: str = Field(max_length=2000)
    code: str | None = Field(None, max_length=2000)
    error: str | None = Field(None, max_length=200)
    error_reason: str | None = Field(None, max_length=200)
    error_description: str | None = Field(None, max_length=1000)


class Connecting:
    """The way to Instagram's page and back."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @operation(
        id="startConnecting",
        summary="Go to Instagram's page, where a person allows this server to publish",
        query=StartQuery,
        answers={302: None},
        errors=(errors.NotConfigured,),
        scope="accounts:write",
    )
    def on_get_start(self, call: Call, query: StartQuery) -> Answer:
        address = self._service.connect_by_consent.start(call.caller, query.login_method)
        return Answer(headers={"Location": address})

    @operation(
        id="finishConnecting",
        summary="Come back from Instagram's page; browsers go on to the console, programs get the accounts",
        query=BroughtBack,
        answers={302: None, 200: Accounts},
        errors=(
            errors.AuthFailed,
            errors.MissingParam,
            errors.NotConfigured,
            errors.NotFound,
            *INSTAGRAM_REFUSALS,
        ),
        scope="accounts:write",
    )
    def on_get_callback(self, call: Call, query: BroughtBack) -> Answer:
        for_program = "application/json" in (call.req.accept or "")
        sent = {name: value for name, value in vars(query).items() if value is not None}
        try:
            rows = self._service.connect_by_consent.finish(call.caller, sent, by=call.cause)
        except DomainError as refusal:
            if for_program:
                raise
            return Answer(headers={"Location": f"{CONSOLE}?refused={refusal.code}"})
        if not for_program:
            return Answer(headers={"Location": f"{CONSOLE}?connected={len(rows)}"})
        return Answer(Accounts(items=[shown(row) for row in rows], next_cursor=None), status=200)
