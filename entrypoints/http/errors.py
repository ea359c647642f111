"""Every refusal as one envelope, whatever raised it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import falcon
import structlog
from pydantic import Field

from domain import errors
from domain.errors import Action, Actor, DomainError, Kind, Retry
from entrypoints.http.models import Shown
from entrypoints.http.request_ids import id_of
from entrypoints.http.statuses import STATUS

PROBLEM = "application/problem+json"

log = structlog.get_logger()


def not_set(value: object) -> bool:
    """What is not set is left out of a refusal, not null."""
    return value is None


class Detail(Shown):
    """One fault: where (a JSON pointer), which, and in words."""

    field: str
    code: str
    message: str


class Recovery(Shown):
    """What to do now, who does it, and whether the same request may be sent again."""

    actor: Actor
    action: Action
    retry: Retry
    call: str | None = Field(None, exclude_if=not_set)
    text: str


class Envelope(Shown):
    """A refusal. `fallback` is what a client that knows only the core codes may take it for."""

    error: str
    code: str
    status: int
    fallback: str
    request_id: str
    recovery: Recovery
    details: list[Detail] | None = Field(None, exclude_if=not_set)
    retry_after: int | None = Field(None, exclude_if=not_set)


class Problem(Envelope):
    """The same refusal as RFC 9457 wants it."""

    type: str
    title: str
    detail: str
    instance: str


def envelope(error: DomainError, request_id: str) -> Envelope:
    """What a client is told of a refusal."""
    return Envelope(
        error=error.sentence,
        code=error.code,
        status=STATUS[error.kind],
        fallback=error.fallback,
        request_id=request_id,
        recovery=Recovery.model_validate(error.advice()),
        details=[Detail.model_validate(detail) for detail in error.details] or None,
        retry_after=error.retry_after,
    )


def problem(error: DomainError, request_id: str, path: str) -> Problem:
    """The envelope with the members of a problem document."""
    return Problem(
        **dict(envelope(error, request_id)),
        type=f"/api/v1/errors/{error.code}",
        title=error.description(),
        detail=error.sentence,
        instance=quote(path),
    )


def written(shown: Envelope) -> bytes:
    """The bytes of an envelope."""
    return shown.model_dump_json().encode()


def refuse(req: falcon.Request, resp: falcon.Response, error: DomainError) -> None:
    """Answer with a refusal, as a problem document for clients that prefer one."""
    request_id = id_of(req)
    as_problem = req.client_prefers((falcon.MEDIA_JSON, PROBLEM)) == PROBLEM
    resp.status = STATUS[error.kind]
    resp.data = written(problem(error, request_id, req.path) if as_problem else envelope(error, request_id))
    resp.text = resp.media = resp.stream = None
    resp.content_type = PROBLEM if as_problem else falcon.MEDIA_JSON
    resp.append_header("Vary", "Accept")
    if error.retry_after is not None:
        resp.set_header("Retry-After", str(error.retry_after))
    if error.kind is Kind.UNAUTHENTICATED:
        resp.set_header("WWW-Authenticate", "Bearer")


def refused_by_us(
    req: falcon.Request, resp: falcon.Response, error: DomainError, params: dict[str, Any]
) -> None:
    """A rule, an adapter or the door itself said no."""
    if STATUS[error.kind] >= 500:
        log.warning("refused", code=error.code, exc_info=error)
    refuse(req, resp, error)


def refused_by_falcon(
    req: falcon.Request, resp: falcon.Response, error: falcon.HTTPError, params: dict[str, Any]
) -> None:
    """Routing, or reading the request, failed in the framework."""
    for name, value in (error.headers or {}).items() if isinstance(error.headers, dict) else ():
        resp.set_header(name, value)
    refuse(req, resp, translated(req, error))


def translated(req: falcon.Request, error: falcon.HTTPError) -> DomainError:
    """The catalogue's word for a refusal of the framework's."""
    match error.status_code:
        case 404:
            return errors.NotFound("There is nothing at this address.")
        case 405:
            allowed = (error.headers or {}).get("Allow", "") if isinstance(error.headers, dict) else ""
            return errors.MethodNotAllowed(allowed=allowed.split(", ") if allowed else ())
        case 411:
            return errors.LengthRequired()
        case 413:
            return errors.PayloadTooLarge()
        case 415:
            return errors.UnsupportedMediaType()
        case _ if req.method not in falcon.HTTP_METHODS:
            return errors.MethodNotAllowed("No address here answers to this method.")
        case status if status < 500:
            return errors.ValidationError("The request cannot be read as HTTP means it.")
        case _:
            return errors.InternalError()


def broken(req: falcon.Request, resp: falcon.Response, error: Exception, params: dict[str, Any]) -> None:
    """Something nobody foresaw: the log gets all of it, the client the request id."""
    log.error("unforeseen", exc_info=error)
    refuse(req, resp, errors.InternalError())


def add_handlers(app: falcon.App[Any, Any]) -> None:
    """Make every refusal of an app leave in one shape."""
    handlers: dict[type[Exception], Callable[..., None]] = {
        Exception: broken,
        falcon.HTTPError: refused_by_falcon,
        DomainError: refused_by_us,
    }
    for kind, handler in handlers.items():
        app.add_error_handler(kind, handler)
    app.resp_options.xml_error_serialization = False
