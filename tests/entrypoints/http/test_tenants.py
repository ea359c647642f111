"""Two users who own the same never see anything of one another."""

from __future__ import annotations

import json
from typing import Any

import falcon.testing
import pytest

from entrypoints.http.app import create_app
from entrypoints.http.waiting import WaitingRoom
from tests.fakes.service import JPEG, Studio

READS = (
    "/auth/me",
    "/accounts",
    "/accounts/{account}",
    "/accounts/{account}/publishing-limit",
    "/media",
    "/media/{media}",
    "/posts",
    "/posts/{post}",
    "/posts/{post}/timeline",
    "/schedule?from=2026-03-01T00:00:00Z&to=2026-03-09T00:00:00Z",
    "/settings/api-keys",
)
WRITES = (
    ("POST", "/posts/{post}/publish", None),
    ("POST", "/posts/{post}/retry", None),
    ("PATCH", "/posts/{post}", {"caption": "mine now"}),
    ("DELETE", "/posts/{post}", None),
    ("DELETE", "/media/{media}", None),
    ("DELETE", "/accounts/{account}", None),
    ("POST", "/accounts/{account}/refresh-token", None),
    ("PATCH", "/schedule/{post}", {"scheduledFor": "2026-03-05T12:00:00Z"}),
    ("POST", "/posts", {"accountId": "{account}", "mediaType": "IMAGE", "mediaFileIds": ["{media}"]}),
    (
        "POST",
        "/posts/validate",
        {"accountId": "{account}", "mediaType": "IMAGE", "mediaFileIds": ["{media}"]},
    ),
)


class User:
    """A user with an account, a file and a scheduled post; the same as every other."""

    def __init__(self, studio: Studio, email: str) -> None:
        app = create_app(studio.service, WaitingRoom(8))
        key = studio.key(email)
        self.client = falcon.testing.TestClient(app, headers={"Authorization": f"Bearer {key.key}"})
        account = studio.account(email, "studio")
        body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + JPEG
        media = self.client.simulate_post(
            "/api/v1/media",
            body=body + b"\r\n--b--\r\n",
            headers={"Content-Type": "multipart/form-data; boundary=b"},
        )
        self.ids = {"account": str(account.id), "media": media.json["id"], "key": str(key.id)}
        post = self.ask(
            "POST",
            "/schedule",
            {
                "accountId": "{account}",
                "mediaType": "IMAGE",
                "mediaFileIds": ["{media}"],
                "scheduledFor": "2026-03-02T12:00:00Z",
            },
            self.ids,
        )
        self.ids["post"] = post.json["id"]
        self.ids["user"] = self.client.simulate_get("/api/v1/auth/me").json["user"]["id"]

    def ask(self, method: str, path: str, body: Any, ids: dict[str, str]) -> Any:
        def filled(text: str) -> str:
            for name, value in ids.items():
                text = text.replace("{" + name + "}", value)
            return text

        sent = json.loads(filled(json.dumps(body)))
        headers = {"Idempotency-Key": "the-same"} if method == "POST" and path == "/posts" else {}
        return self.client.simulate_request(method, f"/api/v1{filled(path)}", json=sent, headers=headers)


@pytest.fixture
def users() -> tuple[User, User]:
    studio = Studio()
    return User(studio, "one@sandbox.example"), User(studio, "two@sandbox.example")


def test_what_one_reads_names_nothing_of_the_other(users: tuple[User, User]) -> None:
    for me, other in (users, users[::-1]):
        for path in READS:
            answer = me.ask("GET", path, None, me.ids)
            assert answer.status_code == 200, (path, answer.text)
            assert not [name for name, value in other.ids.items() if value in answer.text], path


@pytest.mark.parametrize("path", [path for path in READS if "{" in path])
def test_what_is_the_others_is_not_found(users: tuple[User, User], path: str) -> None:
    me, other = users
    answer = me.ask("GET", path, None, other.ids)
    assert (answer.status_code, answer.json["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_what_is_the_others_cannot_be_changed(
    users: tuple[User, User], method: str, path: str, body: Any
) -> None:
    me, other = users
    before = [other.ask("GET", read, None, other.ids).text for read in READS if "settings" not in read]
    answer = me.ask(method, path, body, other.ids)
    if path == "/posts/validate":
        assert {finding["code"] for finding in answer.json["findings"]} == {"NOT_FOUND"}
    else:
        assert (answer.status_code, answer.json["code"]) == (404, "NOT_FOUND")
    assert [
        other.ask("GET", read, None, other.ids).text for read in READS if "settings" not in read
    ] == before


def test_an_equal_request_under_an_equal_key_is_each_ones_own(users: tuple[User, User]) -> None:
    body = {"accountId": "{account}", "mediaType": "IMAGE", "mediaFileIds": ["{media}"]}
    made = [user.ask("POST", "/posts", body, user.ids) for user in users]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json["id"] != made[1].json["id"]
