"""What a call takes, answers and refuses: said once, for parsing, the document and the tests."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, cast, get_type_hints
from uuid import UUID

import falcon
from pydantic import BaseModel

from application.access import Caller
from domain.aggregate import Cause
from domain.errors import DomainError
from entrypoints.http.models import Body, Nothing, Query
from entrypoints.http.parsing import read_body, read_form, read_id, read_query
from entrypoints.http.request_ids import id_of

BODY_METHODS = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Operation:
    """The declaration of a call.

    `answers` maps each status it succeeds with to a model, a media type, or None for no content; the first
    is the usual one. Without `auth` anybody may call. `secrets` are fields of an answer that are shown once.
    """

    id: str
    summary: str
    answers: Mapping[int, type[BaseModel] | str | None]
    body: type[Body] | None = None
    query: type[Query] | None = None
    errors: tuple[type[DomainError], ...] = ()
    scope: str | None = None
    auth: bool = True
    upload: bool = False
    path: Mapping[str, type] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    person: bool = False
    form: bool = False

    @property
    def usual_status(self) -> int:
        return next(iter(self.answers))


@dataclass(frozen=True)
class Call:
    """One request on its way through a responder."""

    req: falcon.Request

    @property
    def request_id(self) -> str:
        return id_of(self.req)

    @property
    def caller(self) -> Caller:
        """Who asks; only calls with `auth` have one."""
        return cast(Caller, self.req.context.caller)

    @property
    def cause(self) -> Cause:
        """What the events of this call keep about their origin."""
        return self.cause_with(b"")

    def cause_with(self, content: bytes) -> Cause:
        """The same for a call that is told from others by content which is read only now."""
        once = getattr(self.req.context, "once", None)
        command_id = None if once is None else once.command_for(content)
        return self.caller.cause(self.req.context.now(), self.request_id, command_id)

    def has_current(self, etag: str) -> bool:
        """Whether the client says it already holds this version."""
        held = self.req.if_none_match or []
        return any(tag == "*" or tag == etag.strip('"') for tag in held)

    def expects(self, etag: str) -> bool:
        """Whether this version is one that the client's If-Match allows; without the header all are."""
        wanted = self.req.if_match
        if wanted is None:
            return True
        return any(tag == "*" or tag.strong_compare(etag_of(etag)) for tag in wanted)


def etag_of(text: str) -> falcon.ETag:
    return falcon.ETag.loads(text)


@dataclass(frozen=True)
class Answer:
    """An answer that is more than its model: another status, headers, a cookie, bytes or a stream of them."""

    content: BaseModel | bytes | Iterable[bytes] | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cookie: Cookie | None = None


@dataclass(frozen=True)
class Cookie:
    """A cookie for the browser to keep for some seconds; 0 ends it."""

    name: str
    value: str = field(repr=False)
    seconds: int
    secure: bool


Answered = Answer | BaseModel | None


class Responder(Protocol):
    """A Falcon responder that carries its declaration."""

    operation: Operation

    def __call__(self, resource: Any, req: falcon.Request, resp: falcon.Response, **params: str) -> None: ...


class NoParameters(Query):
    """A query that takes nothing."""


def operation(
    *,
    id: str,
    summary: str,
    answers: Mapping[int, type[BaseModel] | str | None],
    body: type[Body] | None = None,
    query: type[Query] | None = None,
    errors: tuple[type[DomainError], ...] = (),
    scope: str | None = None,
    auth: bool = True,
    upload: bool = False,
    secrets: tuple[str, ...] = (),
    person: bool = False,
    form: bool = False,
) -> Callable[[Callable[..., Answered]], Responder]:
    """Declare a responder. It receives the call, then by name what it declares: `body`, `query`, path parts.

    A path part annotated as UUID arrives as one; what is no UUID is NOT_FOUND.
    """

    def declare(responder: Callable[..., Answered]) -> Responder:
        path = path_parts(responder, takes_body=body is not None, takes_query=query is not None)
        declared = Operation(
            id, summary, answers, body, query, errors, scope, auth, upload, path, secrets, person, form
        )

        @functools.wraps(responder)
        def respond(resource: Any, req: falcon.Request, resp: falcon.Response, **params: str) -> None:
            values: dict[str, Any] = {
                name: read_id(text) if path[name] is UUID else text for name, text in params.items()
            }
            found = read_query(req, query or NoParameters)
            if query is not None:
                values["query"] = found
            if body is not None:
                values["body"] = read_form(req, body) if form else read_body(req, body, required=True)
            elif req.method in BODY_METHODS and not upload:
                read_body(req, Nothing, required=False)
            write(resp, declared, responder(resource, Call(req), **values))

        responding = cast(Responder, respond)
        responding.operation = declared
        return responding

    return declare


def path_parts(responder: Callable[..., Any], *, takes_body: bool, takes_query: bool) -> dict[str, type]:
    """The path parts a responder names, each `UUID` or `str`; TypeError when it is declared differently."""
    hints = get_type_hints(responder)
    names = list(inspect.signature(responder).parameters)[2:]
    for name, taken in (("body", takes_body), ("query", takes_query)):
        if (name in names) is not taken:
            raise TypeError(f"{responder.__qualname__} declares and takes a different {name}")
    return {name: hints[name] for name in names if name not in ("body", "query")}


def write(resp: falcon.Response, declared: Operation, answered: Answered) -> None:
    """Put an answer on the wire; one with an undeclared status is a mistake of ours."""
    answer = answered if isinstance(answered, Answer) else Answer(answered)
    status = answer.status or declared.usual_status
    assert status in declared.answers, f"{declared.id} does not declare {status}"
    resp.status = status
    shape = declared.answers[status]
    if shape is not None:
        resp.content_type = shape if isinstance(shape, str) else falcon.MEDIA_JSON
    for name, value in answer.headers.items():
        resp.set_header(name, value)
    if answer.cookie is not None:
        resp.set_cookie(
            answer.cookie.name,
            answer.cookie.value,
            max_age=answer.cookie.seconds,
            path="/",
            secure=answer.cookie.secure,
            http_only=True,
            same_site="Lax",
        )
    match answer.content:
        case None:
            pass
        case BaseModel() as shown:
            resp.data = shown.model_dump_json().encode()
        case bytes() as data:
            resp.data = data
        case stream:
            resp.stream = cast(Any, stream)
