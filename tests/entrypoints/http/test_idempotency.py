"""A POST that is sent again under its `Idempotency-Key`."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import falcon.testing
import pytest

from adapters.sqlite.database import Database
from adapters.sqlite.idempotency_keys import SqliteIdempotencyKeys
from application.idempotency import LEASE_SECONDS, Claim, Idempotency, KeptAnswer
from entrypoints.http.app import create_app
from entrypoints.http.waiting import WaitingRoom
from tests.fakes.service import JPEG, Studio

EMAILS = ("studio@sandbox.example", "other@sandbox.example")


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
def client(studio: Studio) -> falcon.testing.TestClient:
    return client_of(studio)


def client_of(studio: Studio, email: str = EMAILS[0], **limits: Any) -> falcon.testing.TestClient:
    key = studio.key(email, **limits).key
    return falcon.testing.TestClient(
        create_app(studio.service, WaitingRoom(16)), headers={"Authorization": f"Bearer {key}"}
    )


def upload(client: falcon.testing.TestClient, content: bytes = JPEG, key: str | None = None) -> Any:
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + content
    headers = {"Content-Type": "multipart/form-data; boundary=b"} | ({"Idempotency-Key": key} if key else {})
    return client.simulate_post("/api/v1/media", body=body + b"\r\n--b--\r\n", headers=headers)


def draft(studio: Studio, client: falcon.testing.TestClient) -> dict[str, Any]:
    return {
        "accountId": str(studio.account().id),
        "mediaType": "IMAGE",
        "mediaFileIds": [upload(client).json["id"]],
    }


def post(client: falcon.testing.TestClient, path: str, key: str, body: Any = None) -> Any:
    return client.simulate_post(f"/api/v1{path}", json=body, headers={"Idempotency-Key": key})


def listed(client: falcon.testing.TestClient) -> list[Any]:
    found: list[Any] = client.simulate_get("/api/v1/posts").json["items"]
    return found


def test_the_same_request_is_answered_the_same_and_acts_once(
    studio: Studio, client: falcon.testing.TestClient
) -> None:
    body = draft(studio, client)
    first, again = (post(client, "/posts", "order-1", body) for _ in range(2))
    quoted = post(client, "/posts", '"order-1"', body)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json == quoted.json
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert len(listed(client)) == 1


def test_another_request_under_the_key_is_refused(studio: Studio, client: falcon.testing.TestClient) -> None:
    body = draft(studio, client)
    post(client, "/posts", "order-1", body)
    for path, sent in (("/posts", body | {"caption": "other"}), ("/posts/validate", body), ("/posts", [])):
        refused = post(client, path, "order-1", sent)
        assert (refused.status_code, refused.json["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_a_refusal_leaves_the_key_free(studio: Studio, client: falcon.testing.TestClient) -> None:
    body = draft(studio, client)
    refused = post(client, "/posts", "order-1", body | {"mediaFileIds": []})
    assert refused.status_code == 400
    assert "idempotent-replayed" not in post(client, "/posts", "order-1", body).headers
    assert len(listed(client)) == 1


def test_a_key_that_is_none_is_refused(studio: Studio, client: falcon.testing.TestClient) -> None:
    for key in ("", "a b", "ü", "x" * 256):
        refused = post(client, "/posts", key, draft(studio, client))
        assert (refused.status_code, refused.json["code"]) == (400, "VALIDATION_ERROR")


def test_users_share_no_keys(studio: Studio, client: falcon.testing.TestClient) -> None:
    other = client_of(studio, EMAILS[1])
    bodies = [draft(studio, client), draft(studio, client) | {"accountId": str(studio.account(EMAILS[1]).id)}]
    bodies[1]["mediaFileIds"] = [upload(other).json["id"]]
    answers = [post(one, "/posts", "k", body) for one, body in zip((client, other), bodies, strict=True)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json["id"] != answers[1].json["id"]


def test_a_key_of_less_reach_is_not_told_what_a_wider_one_was(
    studio: Studio, client: falcon.testing.TestClient
) -> None:
    body = draft(studio, client)
    narrow = client_of(studio, account_ids=(studio.account(username="second").id,))
    post(client, "/posts", "k", body)
    assert post(narrow, "/posts", "k", body).json["code"] == "IDEMPOTENCY_KEY_REUSED"


def test_eight_at_once_act_once_and_hear_the_same(studio: Studio, client: falcon.testing.TestClient) -> None:
    body = draft(studio, client)
    gate = threading.Barrier(8)

    def send(_: int) -> Any:
        gate.wait()
        return post(client, "/posts/publish", "order-1", body)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert [answer.status_code for answer in answers] == [202] * 8
    assert len({answer.text for answer in answers}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    assert len(listed(client)) == 1


def test_eight_uploads_at_once_make_one_file(studio: Studio, client: falcon.testing.TestClient) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: upload(client, key="file-1"), range(8)))
    assert [answer.status_code for answer in answers] == [201] * 8
    assert len({answer.json["id"] for answer in answers}) == 1
    assert len(client.simulate_get("/api/v1/media").json["items"]) == 1


def test_an_upload_is_told_from_another_by_its_file_alone(
    studio: Studio, client: falcon.testing.TestClient
) -> None:
    upload(client, key="file-1")
    renamed = client.simulate_post(
        "/api/v1/media",
        body=b'--c\r\nContent-Disposition: form-data; name="file"; filename="z.jpg"\r\n\r\n'
        + JPEG
        + b"\r\n--c--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=c", "Idempotency-Key": "file-1"},
    )
    assert renamed.headers["idempotent-replayed"] == "true"
    assert upload(client, JPEG + b"more", key="file-1").json["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert len(client.simulate_get("/api/v1/media").json["items"]) == 1


class Mortal(SqliteIdempotencyKeys):
    """Those of a process that dies before it can settle anything, and comes back once its leases are over."""

    dead = True
    later = 0.0

    def __init__(self, database: Database) -> None:
        super().__init__(database, lambda: time.time() + self.later)

    def keep(self, claim: Claim, answer: KeptAnswer) -> None:
        if not self.dead:
            super().keep(claim, answer)

    def come_back(self) -> None:
        self.dead, self.later = False, LEASE_SECONDS + 1


@pytest.fixture
def mortal(studio: Studio) -> Mortal:
    keys = Mortal(studio.store.database)
    studio.service = replace(studio.service, idempotency=Idempotency(keys, b"k" * 32))
    return keys


@pytest.mark.parametrize("path", ["/posts", "/posts/publish", "/schedule", "/schedule/bulk"])
def test_a_key_taken_over_finds_what_was_made(studio: Studio, mortal: Mortal, path: str) -> None:
    client = client_of(studio)
    body = draft(studio, client)
    if path.startswith("/schedule"):
        body["scheduledFor"] = "2026-03-02T12:00:00Z"
    sent = {"items": [body, body | {"caption": "two"}]} if path.endswith("bulk") else body
    first = post(client, path, "order-1", sent)
    mortal.come_back()
    position = studio.service.reader.last_position()
    again = post(client, path, "order-1", sent)
    assert again.json == first.json
    assert "idempotent-replayed" not in again.headers
    assert studio.service.reader.last_position() == position
    assert post(client, path, "order-1", sent).headers["idempotent-replayed"] == "true"


def test_a_key_taken_over_finds_what_was_done(studio: Studio, mortal: Mortal) -> None:
    client = client_of(studio)
    made = client.simulate_post("/api/v1/posts", json=draft(studio, client)).json["id"]
    first = post(client, f"/posts/{made}/publish", "go")
    mortal.come_back()
    again = post(client, f"/posts/{made}/publish", "go")
    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert post(client, f"/posts/{made}/publish", "another").json["code"] == "INVALID_STATUS"


def test_a_running_request_is_waited_for_and_then_told(studio: Studio) -> None:
    key = studio.key()
    owner, body = studio.service.people.users()[0].id, b"{}"
    fingerprint = studio.service.idempotency.fingerprint(b"/api/v1/posts?", b"all", body)
    studio.store.idempotency_keys.claim(
        str(owner), "k", fingerprint=fingerprint, holder="somebody", lease=60, kept=60
    )
    client = falcon.testing.TestClient(create_app(studio.service, WaitingRoom(0)))
    headers = {
        "Authorization": f"Bearer {key.key}",
        "Idempotency-Key": "k",
        "Content-Type": "application/json",
    }
    refused = client.simulate_post("/api/v1/posts", body=body, headers=headers)
    assert (refused.status_code, refused.json["code"]) == (409, "IDEMPOTENCY_IN_PROGRESS")
    assert refused.headers["retry-after"] == str(refused.json["retryAfter"])
