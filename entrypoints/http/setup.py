"""Setting the installation up over HTTP: open until it is completed, locked ever after."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from application.service import Service
from domain import errors
from domain.account import LoginMethod
from domain.aggregate import Cause
from entrypoints.http.models import Body, Shown
from entrypoints.http.operation import Call, operation

EMAIL = r"^[^@\s]+@[^@\s]+$"


class Step(Shown):
    """One step of the set-up. The Meta app may be left out: accounts can be connected by a token."""

    name: Literal["admin", "meta-app"]
    done: bool


class SetupState(Shown):
    """How far this installation is set up."""

    complete: bool
    steps: list[Step]


class Admin(Body):
    """The first user, who may do everything."""

    email: str = Field(min_length=3, max_length=254, pattern=EMAIL)
    password: str = Field(min_length=8, max_length=256, repr=False)


class MetaApp(Body):
    """The app at Meta that accounts are connected through."""

    login_method: LoginMethod
    app_id: str = Field(pattern=r"^[0-9]{1,32}$")
    app_secret: str = Field(min_length=8, max_length=256, repr=False)


class SetUp:
    """The steps of the set-up."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @operation(
        id="setupState", summary="How far this server is set up", answers={200: SetupState}, auth=False
    )
    def on_get(self, call: Call) -> SetupState:
        return self._state()

    @operation(
        id="setUpAdmin",
        summary="Make the first user",
        body=Admin,
        answers={200: SetupState},
        errors=(errors.SetupLocked,),
        auth=False,
    )
    def on_post_admin(self, call: Call, body: Admin) -> SetupState:
        self._service.set_up.admin(email=body.email, password=body.password, by=self._cause(call))
        return self._state()

    @operation(
        id="setUpMetaApp",
        summary="Keep the Meta app's id and secret",
        body=MetaApp,
        answers={200: SetupState},
        errors=(errors.SetupLocked,),
        auth=False,
    )
    def on_post_app(self, call: Call, body: MetaApp) -> SetupState:
        self._service.set_up.meta_app(
            login_method=body.login_method,
            app_id=body.app_id,
            app_secret=body.app_secret,
            by=self._cause(call),
        )
        return self._state()

    @operation(
        id="completeSetup",
        summary="Close the set-up for good",
        answers={200: SetupState},
        errors=(errors.SetupLocked, errors.NotConfigured),
        auth=False,
    )
    def on_post_complete(self, call: Call) -> SetupState:
        self._service.set_up.complete(by=self._cause(call))
        return self._state()

    def _state(self) -> SetupState:
        steps = self._service.set_up.steps()
        return SetupState(
            complete=steps.complete,
            steps=[Step(name="admin", done=steps.admin), Step(name="meta-app", done=steps.meta_app)],
        )

    def _cause(self, call: Call) -> Cause:
        return Cause(at=self._service.now(), actor="system:setup", request_id=call.request_id)
