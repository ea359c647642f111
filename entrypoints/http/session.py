"""Logging in to the console, and out."""

from __future__ import annotations

from pydantic import Field

from application.service import Service
from application.sessions import Session
from domain import errors
from entrypoints.http.accounts import Person
from entrypoints.http.middleware import SESSION_COOKIE
from entrypoints.http.models import Body, Shown
from entrypoints.http.operation import Answer, Call, Cookie, operation


class Credentials(Body):
    """Who logs in; `totp` is the one-time code, where that is switched on."""

    email: str = Field(min_length=3, max_length=254)
    password: str = Field(min_length=1, max_length=256, repr=False)
    totp: str | None = Field(None, pattern=r"^[0-9]{6}$", repr=False)


class LoggedIn(Shown):
    """Who is logged in, and what to send as `X-CSRF-Token` with whatever changes something."""

    user: Person
    csrf_token: str


class Login:
    """Opens a session, kept by the browser in a cookie that scripts cannot read."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @operation(
        id="logIn",
        summary="Log in to the console",
        body=Credentials,
        answers={200: LoggedIn},
        errors=(errors.InvalidCredentials, errors.RateLimited),
        auth=False,
    )
    def on_post(self, call: Call, body: Credentials) -> Answer:
        session = self._service.log_in(email=body.email, password=body.password, code=body.totp)
        life = int(self._service.sessions.life.total_seconds())
        return Answer(logged_in(session), cookie=cookie(self._service, session.token, life))


class Logout:
    """Ends a session: its cookie is worth nothing from now on, wherever it was copied to."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @operation(id="logOut", summary="Log out of the console", answers={204: None}, person=True)
    def on_post(self, call: Call) -> Answer:
        session_id = call.caller.session_id
        assert session_id is not None
        self._service.sessions.end(session_id)
        return Answer(cookie=cookie(self._service, "", 0))


def logged_in(session: Session) -> LoggedIn:
    return LoggedIn(user=Person(id=session.user.id, email=session.user.email), csrf_token=session.csrf_token)


def cookie(service: Service, token: str, seconds: int) -> Cookie:
    """The session's cookie; under TLS no browser sends it without."""
    return Cookie(SESSION_COOKIE, token, seconds, secure=service.public_address().startswith("https://"))
