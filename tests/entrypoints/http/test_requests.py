"""What every call does with what it is sent, shown on a noun of its own."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import falcon
import falcon.testing
import pytest
from pydantic import Field, model_validator

from domain import errors
from entrypoints.http.errors import add_handlers
from entrypoints.http.middleware import Identification, RequestIds, Scopes, SecurityHeaders
from entrypoints.http.models import Body, Query, Shown, Time
from entrypoints.http.operation import Answer, Call, operation
from entrypoints.http.routes import Routes

KEY = {"Authorization": "Bearer vg_test_" + "a" * 43}
READER = {"Authorization": "Bearer vg_test_" + "b" * 43}
SECRET = "hunter2-do-not-repeat"


class NewNote(Body):
    text: str = Field(max_length=10)
    due_at: Time | None = None
    links: list[UUID] = Field(default_factory=list)
    share: float = Field(0.5, ge=0, le=1)

    @model_validator(mode="before")
    @classmethod
    def count(cls, sent: Any) -> Any:
        if isinstance(sent, dict) and len(sent.get("links", ())) > 10:
            raise errors.InvalidCarousel(count=len(sent["links"]))
        return sent


class Note(Shown):
    text: str
    due_at: Time | None


class NoteQuery(Query):
    from_: Time = Field(alias="from")
    limit: int = Field(20, ge=1, le=100)


class Notes:
    @operation(id="createNote", summary="Add", body=NewNote, answers={201: Note}, scope="posts:write")
    def on_post(self, call: Call, body: NewNote) -> Note:
        return Note(text=body.text, due_at=body.due_at)

    @operation(id="listNotes", summary="List", query=NoteQuery, answers={200: Note}, scope="posts:read")
    def on_get(self, call: Call, query: NoteQuery) -> Note:
        return Note(text=str(query.limit), due_at=query.from_)

    @operation(id="getNote", summary="One", answers={200: Note, 304: None}, scope="posts:read")
    def on_get_one(self, call: Call, note_id: UUID) -> Answer:
        return Answer(Note(text=str(note_id), due_at=None), headers={"ETag": '"7"'})

    @operation(
        id="deleteNote",
        summary="Remove",
        answers={204: None},
        errors=(errors.PreconditionFailed,),
        scope="posts:write",
    )
    def on_delete_one(self, call: Call, note_id: UUID) -> None:
        if not call.expects('"7"'):
            raise errors.PreconditionFailed

    @operation(id="breakNote", summary="Break", answers={200: Note}, auth=False)
    def on_post_broken(self, call: Call) -> Note:
        raise RuntimeError(SECRET)

    @operation(id="delayNote", summary="Refuse", answers={200: Note}, auth=False)
    def on_get_broken(self, call: Call) -> Note:
        raise errors.RateLimited(retry_after=17)


@pytest.fixture
def notes(service: Any) -> falcon.testing.TestClient:
    routes = Routes(app := falcon.App())
    app.add_middleware(
        [
            RequestIds(service.now),
            SecurityHeaders(),
            Identification(routes, service.authenticate),
            Scopes(routes),
        ]
    )
    add_handlers(app)
    routes.add("/notes", resource := Notes())
    routes.add("/notes/broken", resource, suffix="broken")
    routes.add("/notes/{note_id}", resource, suffix="one")
    return falcon.testing.TestClient(app)


def refused(result: falcon.testing.Result, code: str, status: int) -> dict[str, Any]:
    """The envelope of a refusal, checked for what all of them share."""
    assert (result.status_code, result.json["code"]) == (status, code), result.text
    assert result.json["status"] == status
    assert result.json["requestId"] == result.headers["X-Request-Id"]
    assert set(result.json["recovery"]) >= {"actor", "action", "retry", "text"}
    assert result.json["error"]
    assert result.json["fallback"] in errors.catalogue
    found: dict[str, Any] = result.json
    return found


def faults(found: dict[str, Any]) -> set[tuple[str, str]]:
    return {(detail["field"], detail["code"]) for detail in found["details"]}


def test_a_body_is_read_and_times_are_told_in_utc(notes: falcon.testing.TestClient) -> None:
    sent = {"text": "hello", "dueAt": "2026-03-01T09:30:00.250+05:30"}
    result = notes.simulate_post("/notes", json=sent, headers=KEY)
    assert result.status_code == 201
    assert result.json == {"text": "hello", "dueAt": "2026-03-01T04:00:00.250Z"}


def test_all_faults_of_a_body_are_named_at_once_and_no_value_is_repeated(
    notes: falcon.testing.TestClient,
) -> None:
    sent = {
        "text": SECRET,
        "dueAt": "2026-03-01T09:30:00",
        "links": ["no-uuid-" + SECRET, 7],
        "share": 2,
        "extra/thing": SECRET,
    }
    result = notes.simulate_post("/notes", json=sent, headers=KEY)
    assert faults(refused(result, "VALIDATION_ERROR", 400)) == {
        ("/text", "too_long"),
        ("/dueAt", "time_offset"),
        ("/links/0", "format"),
        ("/links/1", "type"),
        ("/share", "out_of_range"),
        ("/extra~1thing", "unknown"),
    }
    assert SECRET not in result.text


@pytest.mark.parametrize(
    "time", ["2026-02-30T00:00:00Z", "1700000000", 1700000000, "2026-03-01", "0001-01-01T00:00+09:00"]
)
def test_what_is_no_moment_is_refused(notes: falcon.testing.TestClient, time: object) -> None:
    result = notes.simulate_post("/notes", json={"text": "x", "dueAt": time}, headers=KEY)
    assert {field for field, _ in faults(refused(result, "VALIDATION_ERROR", 400))} == {"/dueAt"}


def test_null_means_not_set(notes: falcon.testing.TestClient) -> None:
    result = notes.simulate_post("/notes", json={"text": "x", "dueAt": None}, headers=KEY)
    assert result.json["dueAt"] is None


def test_a_refusal_of_a_rule_wins_over_faults_of_shape(notes: falcon.testing.TestClient) -> None:
    sent = {"text": 7, "links": [str(uuid4())] * 11, "unknown": 1}
    refused(notes.simulate_post("/notes", json=sent, headers=KEY), "INVALID_CAROUSEL", 400)


@pytest.mark.parametrize(
    "raw", [b"{", b"", b"nonsense", b'"text"', b"[]", b'{"text": NaN}', b'{"text": "\xff"}', b"[" * 9000]
)
def test_what_is_no_json_object_is_refused(notes: falcon.testing.TestClient, raw: bytes) -> None:
    result = notes.simulate_post(
        "/notes",
        body=raw,
        headers=KEY | {"Content-Type": "application/json", "Content-Length": str(len(raw))},
    )
    assert refused(result, "VALIDATION_ERROR", 400)["details"]


def test_a_body_must_say_how_long_it_is(notes: falcon.testing.TestClient) -> None:
    chunked = KEY | {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
    refused(notes.simulate_post("/notes", headers=chunked), "LENGTH_REQUIRED", 411)


def test_a_body_over_the_limit_is_refused_unread(notes: falcon.testing.TestClient) -> None:
    big = json.dumps({"text": "x" * 1024 * 1024}).encode()
    result = notes.simulate_post("/notes", body=big, headers=KEY | {"Content-Type": "application/json"})
    refused(result, "PAYLOAD_TOO_LARGE", 413)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"]
)
def test_a_body_of_another_type_is_refused(notes: falcon.testing.TestClient, kind: str) -> None:
    result = notes.simulate_post("/notes", body=b'{"text":"x"}', headers=KEY | {"Content-Type": kind})
    refused(result, "UNSUPPORTED_MEDIA_TYPE", 415)


def test_a_call_without_body_takes_none_or_an_empty_object(notes: falcon.testing.TestClient) -> None:
    path = f"/notes/{uuid4()}"
    assert notes.simulate_delete(path, headers=KEY).status_code == 204
    assert notes.simulate_delete(path, headers=KEY, json={}).status_code == 204
    refused(notes.simulate_delete(path, headers=KEY, json={"a": 1}), "VALIDATION_ERROR", 400)


def test_a_query_is_read(notes: falcon.testing.TestClient) -> None:
    result = notes.simulate_get("/notes?from=2026-03-01T00:00:00%2B01:00&limit=7", headers=KEY)
    assert result.json == {"text": "7", "dueAt": "2026-02-28T23:00:00Z"}


@pytest.mark.parametrize(
    ("query", "code", "found"),
    [
        ("", "MISSING_PARAM", {("/from", "required")}),
        ("limit=no", "MISSING_PARAM", {("/from", "required"), ("/limit", "format")}),
        ("from=", "INVALID_PARAM", {("/from", "time")}),
        ("from=2026-03-01T00:00:00Z&limit=0", "INVALID_PARAM", {("/limit", "out_of_range")}),
        ("from=2026-03-01T00:00:00Z&limit=1&limit=2", "INVALID_PARAM", {("/limit", "repeated")}),
        ("from=2026-03-01T00:00:00Z&Limit=1", "INVALID_PARAM", {("/Limit", "unknown")}),
        ("from=2026-03-01T00:00:00Z&from_=1", "INVALID_PARAM", {("/from_", "unknown")}),
    ],
)
def test_a_query_that_cannot_be_read_is_refused(
    notes: falcon.testing.TestClient, query: str, code: str, found: set[tuple[str, str]]
) -> None:
    assert faults(refused(notes.simulate_get(f"/notes?{query}", headers=KEY), code, 400)) == found


def test_a_query_that_is_no_text_is_refused(notes: falcon.testing.TestClient) -> None:
    refused(notes.simulate_get("/notes?from=%ff", headers=KEY), "INVALID_PARAM", 400)
    refused(notes.simulate_get("/notes?" + "a&" * 500, headers=KEY), "INVALID_PARAM", 400)


def test_a_call_without_query_takes_none(notes: falcon.testing.TestClient) -> None:
    refused(notes.simulate_get(f"/notes/{uuid4()}?verbose=1", headers=KEY), "INVALID_PARAM", 400)


@pytest.mark.parametrize("id", ["7", "x" * 36, "{0}", "00000000000000000000000000000000"])
def test_an_id_that_is_no_uuid_names_nothing(notes: falcon.testing.TestClient, id: str) -> None:
    refused(notes.simulate_get(f"/notes/{id}", headers=KEY), "NOT_FOUND", 404)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "AUTH_REQUIRED"),
        ("Basic abc", "AUTH_REQUIRED"),
        ("Bearer", "AUTH_INVALID_KEY"),
        ("Bearer nonsense", "AUTH_INVALID_KEY"),
        ("Bearer " + "x" * 500, "AUTH_INVALID_KEY"),
    ],
)
def test_a_call_needs_a_key(notes: falcon.testing.TestClient, header: str | None, code: str) -> None:
    headers = {"Authorization": header} if header else {}
    result = notes.simulate_post("/notes?nonsense=1", body=b"nonsense", headers=headers)
    refused(result, code, 401)
    assert result.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_without_the_scope_is_refused_before_anything_is_read(
    notes: falcon.testing.TestClient,
) -> None:
    refused(notes.simulate_post("/notes", body=b"nonsense", headers=READER), "INSUFFICIENT_SCOPE", 403)
    assert notes.simulate_get(f"/notes/{uuid4()}", headers=READER).status_code == 200


def test_if_match_must_name_this_version(notes: falcon.testing.TestClient) -> None:
    path = f"/notes/{uuid4()}"
    for fitting in ('"7"', "*", '"1", "7"'):
        assert notes.simulate_delete(path, headers=KEY | {"If-Match": fitting}).status_code == 204
    for other in ('"8"', 'W/"7"', "nonsense"):
        refused(notes.simulate_delete(path, headers=KEY | {"If-Match": other}), "PRECONDITION_FAILED", 412)


def test_a_request_id_is_kept_if_safe_and_made_if_not(notes: falcon.testing.TestClient) -> None:
    def answered(sent: str) -> str:
        found = notes.simulate_get("/nowhere", headers={"X-Request-Id": sent})
        assert found.json["requestId"] == found.headers["X-Request-Id"]
        return str(found.headers["X-Request-Id"])

    assert answered("order-17/a.b:c") == "order-17/a.b:c"
    for unsafe in ("<script>", "a b", "x" * 129, "", "a,b"):
        assert answered(unsafe).startswith("req_")


def test_what_nobody_foresaw_shows_nothing_of_the_inside(notes: falcon.testing.TestClient) -> None:
    result = notes.simulate_post("/notes/broken")
    refused(result, "INTERNAL_ERROR", 500)
    assert SECRET not in result.text
    assert "Traceback" not in result.text


def test_a_wait_is_told_in_header_and_body(notes: falcon.testing.TestClient) -> None:
    result = notes.simulate_get("/notes/broken")
    assert refused(result, "RATE_LIMITED", 429)["retryAfter"] == 17
    assert result.headers["Retry-After"] == "17"


def test_unknown_addresses_and_methods_have_the_envelope(notes: falcon.testing.TestClient) -> None:
    for path in ("/nowhere", "/notes/", "//", "/notes/%00/x"):
        refused(notes.simulate_get(path, headers=KEY), "NOT_FOUND", 404)
    result = notes.simulate_put("/notes", headers=KEY)
    refused(result, "METHOD_NOT_ALLOWED", 405)
    assert {"GET", "HEAD", "POST"} <= set(result.headers["Allow"].split(", "))


def test_a_problem_document_is_sent_to_who_prefers_one(notes: falcon.testing.TestClient) -> None:
    result = notes.simulate_get("/notes", headers={"Accept": "application/problem+json"})
    found = refused(result, "AUTH_REQUIRED", 401)
    assert result.headers["Content-Type"] == "application/problem+json"
    assert found["type"] == "/api/v1/errors/AUTH_REQUIRED"
    assert {"title", "detail", "instance"} <= set(found)
    for accepted in ("*/*", "text/html", "application/xml", "nonsense;;", "application/json"):
        plain = notes.simulate_get("/notes", headers={"Accept": accepted})
        assert plain.headers["Content-Type"] == "application/json"


def test_browsers_are_kept_careful(notes: falcon.testing.TestClient) -> None:
    for result in (notes.simulate_get("/nowhere"), notes.simulate_get(f"/notes/{uuid4()}", headers=KEY)):
        assert result.headers["X-Content-Type-Options"] == "nosniff"
        assert result.headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in result.headers["Content-Security-Policy"]
        assert result.headers["Cache-Control"] == "no-store"


def test_a_declaration_that_differs_from_its_responder_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="body"):

        @operation(id="x", summary="x", body=NewNote, answers={200: None})
        def on_post(self: object, call: Call) -> None: ...
