"""Who may do what, in a running Pressroom: sessions, consent pages, keys that outlive a kill, secrets."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.ensembles import Served, cli, descendants, picture, told, wait_for

EMAIL, PASSWORD = "studio@sandbox.example", "sandbox-only"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served(tmp_path_factory.mktemp("access") / "data", PRESSROOM_LOG_LEVEL="debug") as running:
        yield running


@pytest.fixture
def person(served: Served) -> Iterator[httpx.Client]:
    with logged_in(served) as client:
        yield client


@pytest.fixture
def program(served: Served) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {served.key()}"}
    with httpx.Client(base_url=served.server, headers=headers, timeout=60) as client:
        yield client


@contextmanager
def logged_in(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.server, timeout=30) as client:
        answer = told(client.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD}))
        client.headers["X-CSRF-Token"] = answer["csrfToken"]
        yield client


def consent(person: httpx.Client, login_method: str, decision: str, account: str) -> dict[str, str]:
    """What the consent page sends a person back with."""
    start = person.get("/api/auth/instagram/start", params={"loginMethod": login_method})
    assert start.status_code == 302, start.text
    decided = {"sandbox_decision": decision, "sandbox_account": account}
    back = httpx.get(f"{start.headers['location']}&{httpx.QueryParams(decided)}")
    assert back.status_code == 302, back.text
    address = urlsplit(back.headers["location"])
    assert f"{address.scheme}://{address.netloc}" == str(person.base_url).rstrip("/")
    assert address.path == "/api/auth/instagram/callback"
    return {name: values[0] for name, values in parse_qs(address.query).items()}


def come_back(person: httpx.Client, query: dict[str, str]) -> httpx.Response:
    accept = {"Accept": "application/json"}
    return person.get("/api/auth/instagram/callback", params=query, headers=accept)


def draft(program: httpx.Client, **more: Any) -> dict[str, Any]:
    accounts = told(program.get("/api/v1/auth/me"))["accounts"]
    studio = next(account for account in accounts if account["username"] == "sandbox_studio")
    media = told(program.post("/api/v1/media", files={"file": ("a.jpg", picture())}))
    return {"accountId": studio["id"], "mediaType": "IMAGE", "mediaFileIds": [media["id"]], **more}


@pytest.mark.parametrize(
    ("login_method", "username"), [("INSTAGRAM", "sandbox_creator"), ("FACEBOOK", "sandbox_studio")]
)
def test_both_logins_connect_through_the_consent_page(
    person: httpx.Client, login_method: str, username: str
) -> None:
    query = consent(person, login_method, "allow", username)
    connected = told(come_back(person, query))["items"]
    assert [account["username"] for account in connected] == [username]
    assert connected[0]["tokenExpiresAt"]
    again = come_back(person, query)
    assert (again.status_code, again.json()["code"]) == (400, "INVALID_PARAM")
    fresh = consent(person, login_method, "allow", username) | {"code": query["code"]}
    reused = come_back(person, fresh)
    assert (reused.status_code, reused.json()["code"]) == (500, "AUTH_FAILED")
    denied = come_back(person, consent(person, login_method, "deny", username))
    assert (denied.status_code, denied.json()["code"]) == (403, "PERMISSION_MISSING")
    if login_method == "FACEBOOK":  # the other login renews no token on its first day
        path = f"/api/v1/accounts/{connected[0]['id']}/refresh-token"
        assert told(person.post(path))["status"] == "CONNECTED"


def test_another_cannot_finish_what_somebody_began(served: Served, person: httpx.Client) -> None:
    query = consent(person, "INSTAGRAM", "allow", "sandbox_creator")
    with logged_in(served) as other:
        assert come_back(other, query).json()["code"] == "INVALID_PARAM"
    assert come_back(person, query).status_code == 200


def test_setup_is_complete_in_a_sandbox(program: httpx.Client) -> None:
    assert told(program.get("/api/setup"))["complete"]
    assert program.post("/api/setup/complete").json()["code"] == "SETUP_LOCKED"


def test_eight_equal_posts_at_once_publish_once(served: Served, program: httpx.Client) -> None:
    body = draft(program, caption="eight at once")

    def send(_: int) -> httpx.Response:
        with httpx.Client(headers=program.headers, timeout=60) as client:
            address = f"{served.server}/api/v1/posts/publish"
            return client.post(address, json=body, headers={"Idempotency-Key": "eight"})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.text for answer in answers}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    wait_for(lambda: published(served, "eight at once"), "the post")
    assert len(published(served, "eight at once")) == 1


def published(served: Served, caption: str) -> list[Any]:
    items = told(httpx.get(f"{served.sandbox}/_sandbox/published"))["items"]
    return [item for item in items if item["caption"] == caption]


def servers(served: Served) -> list[int]:
    """The processes that answer HTTP."""
    return [
        pid for pid in served.family() if b"entrypoints.http" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]


def test_a_killed_servers_key_is_taken_over_and_publishes_once(served: Served, program: httpx.Client) -> None:
    caption = "killed #sandbox_slow"
    body = draft(program, caption=caption)
    headers = {"Idempotency-Key": "killed"}
    path = "/api/v1/posts/publish?wait=50"
    broken: list[Exception] = []

    def send() -> None:
        try:
            program.post(path, json=body, headers=headers)
        except httpx.HTTPError as error:
            broken.append(error)

    sending = threading.Thread(target=send)
    sending.start()
    mine = {"accountId": body["accountId"], "limit": "1"}
    wait_for(lambda: told(program.get("/api/v1/posts", params=mine))["items"][0]["caption"] == caption, "it")
    for pid in servers(served):
        os.kill(pid, signal.SIGKILL)
    sending.join()
    assert broken
    wait_for(lambda: answers(served), "the server to come back")
    with httpx.Client(base_url=served.server, headers=program.headers, timeout=90) as client:
        taken_over = client.post(path, json=body, headers=headers)
        assert taken_over.status_code in (200, 202), taken_over.text
        assert "idempotent-replayed" not in taken_over.headers
        replayed = client.post(path, json=body, headers=headers)
        assert replayed.headers["idempotent-replayed"] == "true"
        assert replayed.json()["id"] == taken_over.json()["id"]
        posts = told(client.get("/api/v1/posts"))["items"]
    assert [post["caption"] for post in posts].count(caption) == 1
    wait_for(lambda: published(served, caption), "the post")
    assert len(published(served, caption)) == 1


def answers(served: Served) -> bool:
    try:
        return httpx.get(f"{served.server}/healthz").is_success
    except httpx.HTTPError:
        return False


def test_no_secret_stands_anywhere_in_clear(served: Served, program: httpx.Client) -> None:
    """Everything secret that this module has seen, looked for in logs, refusals and all files."""
    with logged_in(served) as person:
        key = told(person.post("/api/v1/settings/api-keys", json={"name": "canary"}))["key"]
        told(person.get("/api/v1/auth/me"))
        cookie = person.cookies["pressroom_session"]
        csrf = person.headers["X-CSRF-Token"]
        token = told(httpx.post(f"{served.sandbox}/_sandbox/accounts", json={"username": "canary_account"}))[
            "accessToken"
        ]
        sent = {"accessToken": token, "loginMethod": "INSTAGRAM"}
        told(person.post("/api/v1/accounts", json=sent, headers={"Idempotency-Key": "canary"}))
        query = consent(person, "INSTAGRAM", "allow", "canary_account")
        told(come_back(person, query))
        bodies = [
            person.post("/api/v1/accounts", json=sent | {"loginMethod": token}).text,
            person.post("/api/v1/accounts", json=sent | {"accessToken": "IGAA" + "canarytoken" * 4}).text,
            person.post("/api/auth/login", json={"email": EMAIL, "password": "canary-password-1"}).text,
            person.get(f"/api/v1/posts?cursor={token}").text,
            httpx.get(f"{served.server}/api/v1/auth/me", headers={"Authorization": f"Bearer x{key}"}).text,
            httpx.get(f"{served.server}/api/v1/auth/me", cookies={"pressroom_session": f"{cookie}x"}).text,
        ]
    secrets = {
        "API key": key,
        "another API key": served.key(),
        "cookie": cookie,
        "CSRF token": csrf,
        "token": token,
        "refused token": "canarytoken" * 4,
        "code": query["code"],
        "state": query["state"],
        "password": PASSWORD,
        "wrong password": "canary-password-1",
        "app secret": "sandbox-instagram-secret",
    }
    places = {"logs": served.errors().encode(), "refusals": "".join(bodies).encode()}
    for path in served.folder.rglob("*"):
        # The simulated Instagram stands for a foreign machine; it knows the tokens that it gave out.
        if path.is_file() and "simulator" not in path.parts:
            places[str(path.relative_to(served.folder))] = path.read_bytes()
    found = {
        (name, place)
        for name, secret in secrets.items()
        for place in places
        if secret.encode() in places[place]
    }
    assert found == set()
    assert any(name.startswith("pressroom.db") for name in places)
    events = cli(served.environment, "events", "list", "--output", "ndjson").stdout
    assert events
    assert not any(secret in events for secret in secrets.values())
    assert descendants(served.process.pid)
