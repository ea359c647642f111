"""Input that is wrong in every way, over the real server: the right code, one shape, nothing kept of it."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.account import LoginMethod
from domain.aggregate import Cause
from entrypoints.bootstrap import open_service
from entrypoints.installation import Installation
from entrypoints.settings import Settings
from tests.ensembles import Api, Served, as_environment, told
from tests.pictures import make_bomb, make_jpeg

UPLOAD_MIB = 4
MEMORY_MIB = 400
MEMBERS = {"error", "code", "status", "fallback", "requestId", "recovery"}
MAY_HAVE = {"details", "retryAfter"}
RECOVERY = {"actor", "action", "retry", "text"}
TRACES = ("Traceback", 'File "', ".py", "sqlite", "pydantic", "falcon", "gunicorn")
NOBODY = "0e1b6b1c-9f0e-4c38-8d55-2f9f6f2b7d10"


def assert_envelope(status: int, headers: Any, body: bytes, code: str) -> dict[str, Any]:
    """The exact members of a refusal, and no look behind the scenes."""
    found: dict[str, Any] = json.loads(body)
    assert found["code"] == code, found
    assert MEMBERS <= set(found) <= MEMBERS | MAY_HAVE
    assert RECOVERY <= set(found["recovery"]) <= RECOVERY | {"call"}
    assert found["status"] == status
    assert headers["x-request-id"] == found["requestId"]
    assert headers["content-type"] == "application/json"
    for detail in found.get("details", ()):
        assert set(detail) == {"field", "code", "message"}
    assert not [trace for trace in TRACES if trace in body.decode()]
    return found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served(tmp_path_factory.mktemp("bad"), PRESSROOM_UPLOAD_MIB=UPLOAD_MIB) as found:
        yield found


@pytest.fixture(scope="module")
def api(served: Served) -> Iterator[Api]:
    with closing(Api(served.server, served.sandbox, served.key())) as found:
        yield found


@pytest.fixture(scope="module")
def another(served: Served, api: Api) -> dict[str, str]:
    """What belongs to somebody else: an account, a media file and a post."""
    answer = told(api.control.post("/accounts", json={"username": "somebody_else"}))
    with as_environment(served.environment):
        settings = Settings(_env_file=None)  # type: ignore[call-arg]
    with closing(open_service(settings, Installation.open(served.folder))) as service:
        by = Cause(at=service.now(), actor="system:test")
        user = service.ensure_user("somebody@else.example", operator=False, by=by)
        key = service.create_key(user_id=user.id, name="theirs", by=by).key
        token, login = answer["accessToken"], LoginMethod.INSTAGRAM
        service.connect_account(user_id=user.id, token=token, login_method=login, by=by)
    with closing(Api(served.server, served.sandbox, key)) as theirs:
        body = theirs.draft("theirs", account="somebody_else")
        post_id = told(theirs.http.post("/posts", json=body))["id"]
        return {"account": body["accountId"], "media": body["mediaFileIds"][0], "post": post_id}


@pytest.fixture(scope="module")
def draft(api: Api, another: dict[str, str]) -> dict[str, Any]:
    """A body that would be taken; whatever is to be stored is stored by now."""
    return api.draft("fine")


@pytest.fixture
def nothing_is_kept(served: Served, draft: dict[str, Any]) -> Iterator[None]:
    """After the test the log and the folder of files are as they were, and the server told no traces."""
    served.forget_errors()
    before = traces_of(served)
    yield
    assert traces_of(served) == before
    assert "Traceback" not in served.errors()


pytestmark = pytest.mark.usefixtures("nothing_is_kept")


def traces_of(served: Served) -> tuple[int, list[str]]:
    with as_environment(served.environment):
        settings = Settings(_env_file=None)  # type: ignore[call-arg]
    with closing(open_service(settings, Installation.open(served.folder))) as service:
        position = service.reader.last_position()
    return position, sorted(str(path) for path in (served.folder / "media").rglob("*") if path.is_file())


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    return assert_envelope(answer.status_code, answer.headers, answer.content, code)


@pytest.mark.parametrize(
    "path", ["/posts", "/posts/publish", "/posts/validate", "/schedule", "/schedule/bulk"]
)
@pytest.mark.parametrize("raw", [b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b'{"a": 1e999}', b"{}" * 2])
def test_malformed_json(api: Api, path: str, raw: bytes) -> None:
    answer = api.http.post(path, content=raw, headers={"Content-Type": "application/json"})
    refused(answer, 400, "VALIDATION_ERROR")


def test_json_as_deep_as_the_body_is_long(api: Api) -> None:
    raw = b'{"caption":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    answer = api.http.post("/posts", content=raw, headers={"Content-Type": "application/json"})
    refused(answer, 400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"surprise": 1}, "/surprise"),
        ({"caption": 1}, "/caption"),
        ({"caption": ["a"]}, "/caption"),
        ({"mediaType": "NOVEL"}, "/mediaType"),
        ({"mediaFileIds": "one"}, "/mediaFileIds"),
        ({"mediaFileIds": ["one"]}, "/mediaFileIds/0"),
        ({"accountId": 7}, "/accountId"),
        ({"userTags": [{"username": "a", "x": 2, "y": 0}]}, "/userTags/0/x"),
        ({"allowDuplicate": "yes"}, "/allowDuplicate"),
    ],
)
def test_fields_that_are_unknown_or_of_the_wrong_type(
    api: Api, draft: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    found = refused(api.http.post("/posts", json=draft | change), 400, "VALIDATION_ERROR")
    assert field in [detail["field"] for detail in found["details"]]


def test_every_fault_is_told_at_once(api: Api) -> None:
    body = {"caption": 1, "mediaType": 2, "surprise": 3}
    found = refused(api.http.post("/posts", json=body), 400, "VALIDATION_ERROR")
    assert {"/caption", "/mediaType", "/surprise", "/accountId"} <= {
        detail["field"] for detail in found["details"]
    }


@pytest.mark.parametrize("path", ["/posts/publish", "/schedule"])
def test_a_time_that_is_past(api: Api, draft: dict[str, Any], path: str) -> None:
    if path == "/posts/publish":
        path, draft = "/posts", draft | {"caption": "a draft with a past time"}
    answer = api.http.post(path, json=draft | {"scheduledFor": "2001-01-01T00:00:00Z"})
    refused(answer, 400, "INVALID_SCHEDULE")


@pytest.mark.parametrize("time", ["tomorrow", "2030-13-01T00:00:00Z", "2030-01-01T00:00:00", 5, "9999999"])
def test_a_time_that_is_none(api: Api, draft: dict[str, Any], time: object) -> None:
    refused(api.http.post("/schedule", json=draft | {"scheduledFor": time}), 400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "NOT_FOUND"),
        ("GET", "/posts/not-a-uuid", 404, "NOT_FOUND"),
        ("GET", f"/posts/{NOBODY}", 404, "NOT_FOUND"),
        ("GET", f"/media/{NOBODY}", 404, "NOT_FOUND"),
        ("GET", f"/accounts/{NOBODY}", 404, "NOT_FOUND"),
        ("GET", "/posts/../../../etc/passwd", 404, "NOT_FOUND"),
        ("PUT", "/posts", 405, "METHOD_NOT_ALLOWED"),
        ("DELETE", "/auth/me", 405, "METHOD_NOT_ALLOWED"),
        ("BREW", "/posts", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/posts?limit=0", 400, "INVALID_PARAM"),
        ("GET", "/posts?limit=many", 400, "INVALID_PARAM"),
        ("GET", "/posts?surprise=1", 400, "INVALID_PARAM"),
        ("GET", "/posts?cursor=garbage", 400, "INVALID_PARAM"),
        ("GET", "/posts?status=%ff", 400, "INVALID_PARAM"),
        ("GET", "/schedule", 400, "MISSING_PARAM"),
    ],
)
def test_addresses_and_parameters(api: Api, method: str, path: str, status: int, code: str) -> None:
    refused(api.http.request(method, path), status, code)


@pytest.mark.parametrize("key", ["", "Bearer", "Bearer nonsense", "Basic YTpi", f"Bearer vg_test_{'a' * 43}"])
def test_keys_that_are_none(api: Api, key: str) -> None:
    answer = httpx.get(f"{api.http.base_url}posts", headers={"Authorization": key} if key else {})
    assert answer.json()["code"] in ("AUTH_REQUIRED", "AUTH_INVALID_KEY")
    refused(answer, 401, answer.json()["code"])


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("note.jpg", lambda: b"This is no picture, whatever its name says.\n" * 50, "MEDIA_INVALID"),
        ("half.jpg", lambda: make_jpeg()[: len(make_jpeg()) // 2], "MEDIA_INVALID"),
        ("head.jpg", lambda: make_jpeg()[:20], "MEDIA_INVALID"),
        ("empty.jpg", lambda: b"", "UPLOAD_ERROR"),
        ("page.jpg", lambda: b"<html><script>alert(1)</script></html>", "MEDIA_INVALID"),
        ("zeros.png", lambda: bytes(100_000), "MEDIA_INVALID"),
        ("fat.jpg", lambda: make_jpeg() + bytes(UPLOAD_MIB << 20), "UPLOAD_ERROR"),
    ],
)
def test_files_that_are_none(api: Api, name: str, content: Callable[[], bytes], code: str) -> None:
    refused(api.http.post("/media", files={"file": (name, content())}), 400, code)


@pytest.mark.parametrize("whole", [True, False])
def test_a_picture_that_explodes(api: Api, whole: bool) -> None:
    """A few megabytes on the wire, 2.7 gigabytes once decoded."""
    bomb = make_bomb(30_000, 30_000)
    assert len(bomb) < UPLOAD_MIB << 20
    content = bomb if whole else bomb[:-100_000]
    refused(api.http.post("/media", files={"file": ("bomb.png", content)}, timeout=60), 400, "MEDIA_INVALID")


def test_uploads_that_are_no_form(api: Api) -> None:
    jpeg = make_jpeg()
    refused(api.http.post("/media", content=jpeg), 400, "UPLOAD_ERROR")
    refused(api.http.post("/media", files={"picture": ("a.jpg", jpeg)}), 400, "UPLOAD_ERROR")
    refused(api.http.post("/media", files=[("file", ("a.jpg", jpeg))] * 2), 400, "UPLOAD_ERROR")


def test_bodies_that_are_too_long_or_do_not_say_their_length(api: Api, draft: dict[str, Any]) -> None:
    raw = json.dumps(draft | {"caption": "a" * (2 << 20)}).encode()
    kind = {"Content-Type": "application/json"}
    refused(api.http.post("/posts", content=raw, headers=kind), 413, "PAYLOAD_TOO_LARGE")
    pieces = iter([b'{"caption":', b'"x"}'])
    refused(api.http.post("/posts", content=pieces, headers=kind), 411, "LENGTH_REQUIRED")
    refused(api.http.post("/posts", content=b"caption=x"), 415, "UNSUPPORTED_MEDIA_TYPE")


def test_what_belongs_to_somebody_else_does_not_exist(
    api: Api, draft: dict[str, Any], another: dict[str, str]
) -> None:
    post, media, account = another["post"], another["media"], another["account"]
    for method, path in [
        ("GET", f"/posts/{post}"),
        ("GET", f"/posts/{post}/timeline"),
        ("PATCH", f"/posts/{post}"),
        ("DELETE", f"/posts/{post}"),
        ("POST", f"/posts/{post}/publish"),
        ("POST", f"/posts/{post}/retry"),
        ("DELETE", f"/posts/{post}/instagram"),
        ("DELETE", f"/schedule/{post}"),
        ("GET", f"/media/{media}"),
        ("GET", f"/media/{media}/preview"),
        ("DELETE", f"/media/{media}"),
        ("GET", f"/accounts/{account}"),
        ("DELETE", f"/accounts/{account}"),
        ("POST", f"/accounts/{account}/refresh-token"),
        ("GET", f"/accounts/{account}/publishing-limit"),
    ]:
        body = {"json": {"caption": "mine now"}} if method == "PATCH" else {}
        refused(api.http.request(method, path, **body), 404, "NOT_FOUND")
    for change in ({"accountId": account}, {"mediaFileIds": [media]}):
        for path in ("/posts", "/posts/publish"):
            refused(api.http.post(path, json=draft | change), 404, "NOT_FOUND")
    assert another["post"] not in api.http.get("/posts").text


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /api/v1/posts HTTP/1.1\r\nX-Big: " + b"a" * 20_000 + b"\r\n\r\n",
        b"GET /api/v1/posts HTTP/1.1\r\n" + b"".join(b"X-%d: 1\r\n" % n for n in range(300)) + b"\r\n",
        b"GET /api/v1/posts HTTP/1.1\r\nBad Name: 1\r\n\r\n",
        b"POST /api/v1/posts HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /api/v1/posts HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
    ids=["long header", "many headers", "bad name", "smuggling", "negative length", "long line", "tls"],
)
def test_what_the_http_server_itself_refuses(served: Served, raw: bytes) -> None:
    host, _, port = served.server.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(raw)
        with connection.makefile("rb") as answer:
            status = int(answer.readline().split()[1])
            headers = {}
            while line := answer.readline().strip():
                name, _, value = line.decode().partition(": ")
                headers[name.lower()] = value
            body = answer.read(int(headers["content-length"]))
    assert_envelope(status, headers, body, "VALIDATION_ERROR")


def test_none_of_it_made_the_server_grow(served: Served) -> None:
    """Last: the peak of every process so far."""
    peaks = {}
    for pid in served.family():
        line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        if found and "entrypoints.http" in line:
            peaks[pid] = int(found[1]) // 1024
    assert peaks
    print(f"peak memory of the server's processes: {sorted(peaks.values())} MiB")  # noqa: T201 — a figure
    assert max(peaks.values()) < MEMORY_MIB
