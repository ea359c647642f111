"""What every request passes before its responder, in the order the contract gives."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import falcon
import structlog

from application.access import Caller
from application.sessions import Sessions
from domain import errors
from entrypoints.http.request_ids import id_of
from entrypoints.http.routes import Routes

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

SESSION_COOKIE = "pressroom_session"
SAFE = ("GET", "HEAD", "OPTIONS")

log = structlog.get_logger()


class RequestIds:
    """Gives each request an id: in its answer, in every line of the log, and in the events it causes."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        req.context.began = time.monotonic()
        req.context.now = self._now
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=id_of(req))

    def process_response(
        self, req: falcon.Request, resp: falcon.Response, resource: object, req_succeeded: bool
    ) -> None:
        resp.set_header("X-Request-Id", id_of(req))
        log.info(
            "answered",
            method=req.method,
            route=req.uri_template,
            status=resp.status_code,
            seconds=round(time.monotonic() - getattr(req.context, "began", time.monotonic()), 4),
        )


class SecurityHeaders:
    """Adds what keeps browsers careful; a resource that set one of these itself keeps its own."""

    def process_response(
        self, req: falcon.Request, resp: falcon.Response, resource: object, req_succeeded: bool
    ) -> None:
        for name, value in HEADERS.items():
            if resp.get_header(name) is None:
                resp.set_header(name, value)


class Identification:
    """Finds out who asks: by the API key, or without one by the cookie of a session.

    AUTH_REQUIRED with neither, AUTH_INVALID_KEY with a key that is not ours, TOKEN_INVALID and TOKEN_EXPIRED
    with such a cookie, CSRF_FAILED where a browser may have been led to ask.
    """

    def __init__(
        self, routes: Routes, authenticate: Callable[[str], Caller], sessions: Sessions | None = None
    ) -> None:
        self._routes = routes
        self._authenticate = authenticate
        self._sessions = sessions

    def process_resource(
        self, req: falcon.Request, resp: falcon.Response, resource: object, params: dict[str, Any]
    ) -> None:
        operation = self._routes.operation(req.uri_template, req.method)
        if operation is None or not operation.auth:
            return
        cookies = None if req.auth else req.get_cookie_values(SESSION_COOKIE)
        if cookies and self._sessions is not None:
            caller = self._sessions.read(cookies[0])
            self._require_proof(req, caller)
        else:
            caller = self._authenticate(bearer_token(req.auth))
        req.context.caller = caller
        structlog.contextvars.bind_contextvars(actor=caller.actor)

    def _require_proof(self, req: falcon.Request, caller: Caller) -> None:
        """What changes something is asked for by our own page, which knows the token of the session."""
        assert self._sessions is not None
        assert caller.session_id is not None
        if req.method in SAFE:
            return
        origin = req.get_header("Sec-Fetch-Site") or "same-origin"
        proof = req.get_header("X-CSRF-Token")
        if origin not in ("same-origin", "none") or not self._sessions.proves(caller.session_id, proof):
            raise errors.CsrfFailed


def bearer_token(header: str | None) -> str:
    """The token of an Authorization header."""
    scheme, _, token = (header or "").strip().partition(" ")
    if scheme.lower() != "bearer":
        raise errors.AuthRequired
    token = token.strip()
    if not token or not token.isascii() or not token.isprintable() or len(token) > 200:
        raise errors.AuthInvalidKey
    return token


class Scopes:
    """Lets only callers pass who were given the scope of the operation: INSUFFICIENT_SCOPE.

    Some operations are for people alone: COOKIE_AUTH_REQUIRED.
    """

    def __init__(self, routes: Routes) -> None:
        self._routes = routes

    def process_resource(
        self, req: falcon.Request, resp: falcon.Response, resource: object, params: dict[str, Any]
    ) -> None:
        operation = self._routes.operation(req.uri_template, req.method)
        if operation is not None and operation.person and req.context.caller.key_id is not None:
            raise errors.CookieAuthRequired
        if operation is not None and operation.scope and not req.context.caller.may(operation.scope):
            raise errors.InsufficientScope(scope=operation.scope)
