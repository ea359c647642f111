"""Logging in, what a cookie may do, and what ends it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import falcon.testing
import pyotp
import pytest

from entrypoints.http.app import create_app
from entrypoints.http.waiting import WaitingRoom
from tests.fakes.service import Studio

EMAIL, PASSWORD = "studio@sandbox.example", "sandbox-only"


@pytest.fixture
def studio() -> Studio:
    made = Studio()
    user = made.service.ensure_user(EMAIL, operator=True, by=made.by)
    made.service.set_password(user.id, PASSWORD, by=made.by)
    return made


@pytest.fixture
def client(studio: Studio) -> falcon.testing.TestClient:
    return falcon.testing.TestClient(create_app(studio.service, WaitingRoom(8)))


def log_in(client: falcon.testing.TestClient, password: str = PASSWORD, **more: Any) -> Any:
    return client.simulate_post("/api/auth/login", json={"email": EMAIL, "password": password, **more})


def cookie_of(answer: Any) -> dict[str, str]:
    return {"Cookie": f"pressroom_session={answer.cookies['pressroom_session'].value}"}


def changing(answer: Any) -> dict[str, str]:
    return cookie_of(answer) | {"X-CSRF-Token": answer.json["csrfToken"]}


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def test_a_cookie_does_what_a_key_does(client: falcon.testing.TestClient) -> None:
    answer = log_in(client)
    assert answer.json["user"]["email"] == EMAIL
    cookie = answer.cookies["pressroom_session"]
    assert (cookie.http_only, cookie.same_site, cookie.secure, cookie.path) == (True, "Lax", False, "/")
    me = client.simulate_get("/api/v1/auth/me", headers=cookie_of(answer))
    assert me.json["user"] == answer.json["user"]
    assert "ratelimit" not in me.headers


def test_under_tls_the_cookie_says_so(studio: Studio) -> None:
    service = replace(studio.service, public_address=lambda: "https://press.example")
    client = falcon.testing.TestClient(create_app(service, WaitingRoom(8)))
    assert log_in(client).cookies["pressroom_session"].secure


@pytest.mark.parametrize(
    "sent", [{"password": "wrong"}, {"email": "nobody@sandbox.example"}, {"password": "SANDBOX-ONLY"}]
)
def test_a_wrong_login_says_only_that_it_is_wrong(
    client: falcon.testing.TestClient, sent: dict[str, str]
) -> None:
    answer = client.simulate_post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD} | sent)
    assert code(answer) == (401, "INVALID_CREDENTIALS")
    assert not answer.cookies


def test_tries_are_bounded_and_a_good_one_counts_from_nothing(
    client: falcon.testing.TestClient, studio: Studio
) -> None:
    for _ in range(9):
        log_in(client, "wrong-password")
    assert log_in(client).status_code == 200
    for _ in range(10):
        assert code(log_in(client, "wrong-password")) == (401, "INVALID_CREDENTIALS")
    refused = log_in(client)
    assert code(refused) == (429, "RATE_LIMITED")
    studio.clock.forward(seconds=refused.json["retryAfter"])
    assert log_in(client).status_code == 200


def test_a_second_factor_is_asked_for_and_each_code_is_good_once(
    client: falcon.testing.TestClient, studio: Studio
) -> None:
    user = studio.service.people.users()[0]
    address = studio.service.second_factor.switch_on(user, by=studio.by)
    totp = pyotp.parse_uri(address)
    now = studio.clock.now()
    assert log_in(client).json["details"][0]["field"] == "/totp"
    assert code(log_in(client, totp="000000")) == (401, "INVALID_CREDENTIALS")
    assert log_in(client, totp=totp.at(now)).status_code == 200
    assert code(log_in(client, totp=totp.at(now))) == (401, "INVALID_CREDENTIALS")
    studio.service.second_factor.switch_off(user, by=studio.by)
    assert log_in(client).status_code == 200


def test_signing_out_ends_the_session_for_all_copies(client: falcon.testing.TestClient) -> None:
    one, other = log_in(client), log_in(client)
    gone = client.simulate_post("/api/auth/logout", headers=changing(one))
    assert gone.status_code == 204
    assert gone.cookies["pressroom_session"].value == ""
    assert code(client.simulate_get("/api/v1/auth/me", headers=cookie_of(one))) == (401, "TOKEN_EXPIRED")
    assert client.simulate_get("/api/v1/auth/me", headers=cookie_of(other)).status_code == 200


def test_a_new_password_ends_all_sessions(client: falcon.testing.TestClient, studio: Studio) -> None:
    answer = log_in(client)
    studio.service.set_password(studio.service.people.users()[0].id, "another password", by=studio.by)
    assert code(client.simulate_get("/api/v1/auth/me", headers=cookie_of(answer))) == (401, "TOKEN_EXPIRED")


def test_a_session_has_its_life(client: falcon.testing.TestClient, studio: Studio) -> None:
    answer = log_in(client)
    studio.clock.forward(hours=1)
    refused = client.simulate_get("/api/v1/auth/me", headers=cookie_of(answer))
    assert code(refused) == (401, "TOKEN_EXPIRED")
    assert refused.json["recovery"]["call"] == "POST /api/auth/login"


@pytest.mark.parametrize("forged", ["nonsense", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "%00", ""])
def test_a_cookie_that_we_did_not_sign_is_invalid(client: falcon.testing.TestClient, forged: str) -> None:
    headers = {"Cookie": f"pressroom_session={forged}"}
    assert code(client.simulate_get("/api/v1/auth/me", headers=headers)) == (401, "TOKEN_INVALID")


def test_a_changed_cookie_is_invalid(client: falcon.testing.TestClient) -> None:
    cookie = cookie_of(log_in(client))["Cookie"]
    head, _, signature = cookie.rpartition(".")
    changed = {"Cookie": f"{head}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"}
    assert code(client.simulate_get("/api/v1/auth/me", headers=changed)) == (401, "TOKEN_INVALID")


def test_a_change_by_cookie_needs_proof(client: falcon.testing.TestClient) -> None:
    answer = log_in(client)
    other = log_in(client).json["csrfToken"]
    for headers in (
        cookie_of(answer),
        cookie_of(answer) | {"X-CSRF-Token": other},
        changing(answer) | {"Sec-Fetch-Site": "cross-site"},
    ):
        refused = client.simulate_post("/api/auth/logout", headers=headers)
        assert code(refused) == (403, "CSRF_FAILED")
    assert client.simulate_post("/api/auth/logout", headers=changing(answer)).status_code == 204


def test_a_key_wins_over_a_cookie(client: falcon.testing.TestClient, studio: Studio) -> None:
    cookie = cookie_of(log_in(client))
    key = {"Authorization": f"Bearer {studio.key('other@sandbox.example').key}"}
    me = client.simulate_get("/api/v1/auth/me", headers=cookie | key)
    assert me.json["user"]["email"] == "other@sandbox.example"
    wrong = {"Authorization": "Bearer vg_test_" + "x" * 43}
    assert code(client.simulate_get("/api/v1/auth/me", headers=cookie | wrong)) == (401, "AUTH_INVALID_KEY")
    refused = client.simulate_post("/api/auth/logout", headers=cookie | key)
    assert code(refused) == (403, "COOKIE_AUTH_REQUIRED")
