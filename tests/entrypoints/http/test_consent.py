"""Connecting through Instagram's page, and Meta's own calls."""

from __future__ import annotations

import base64
import hmac
import json
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import falcon.testing
import pytest

from domain.account import LoginMethod, Profile
from entrypoints.http.app import create_app
from entrypoints.http.waiting import WaitingRoom
from tests.fakes.service import Studio

JSON = {"Accept": "application/json"}


@pytest.fixture
def studio() -> Studio:
    made = Studio()
    made.login.known["long"] = Profile("178", "creator", "BUSINESS", LoginMethod.INSTAGRAM, person_id="42")
    made.consent.codes["good"] = "long"
    return made


@pytest.fixture
def client(studio: Studio) -> falcon.testing.TestClient:
    return client_of(studio)


def client_of(studio: Studio, email: str = "studio@sandbox.example") -> falcon.testing.TestClient:
    app = create_app(studio.service, WaitingRoom(8))
    return falcon.testing.TestClient(app, headers={"Authorization": f"Bearer {studio.key(email).key}"})


def state(client: falcon.testing.TestClient) -> str:
    answer = client.simulate_get("/api/auth/instagram/start", params={"loginMethod": "INSTAGRAM"})
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.headers["location"]).query)["state"][0]


def come_back(client: falcon.testing.TestClient, headers: Any = JSON, **query: str) -> Any:
    return client.simulate_get("/api/auth/instagram/callback", params=query, headers=headers)


def test_an_account_is_connected_through_the_page(client: falcon.testing.TestClient) -> None:
    answer = come_back(client, state=state(client), code="good")
    assert [account["username"] for account in answer.json["items"]] == ["creator"]
    assert client.simulate_get("/api/v1/accounts").json["items"] == answer.json["items"]


def test_a_browser_goes_on_to_the_console(client: falcon.testing.TestClient) -> None:
    one = come_back(client, {}, state=state(client), code="good")
    assert (one.status_code, one.headers["location"]) == (302, "/?connected=1")
    other = come_back(client, {}, state=state(client), code="bad")
    assert (other.status_code, other.headers["location"]) == (302, "/?refused=AUTH_FAILED")


def test_a_state_is_good_once_for_an_hour_and_for_whoever_began(
    client: falcon.testing.TestClient, studio: Studio
) -> None:
    used = state(client)
    come_back(client, state=used, code="bad")
    others = state(client_of(studio, "other@sandbox.example"))
    old = state(client)
    studio.clock.forward(hours=1)
    for wrong in (used, others, old, "nonsense"):
        refused = come_back(client, state=wrong, code="good")
        assert (refused.status_code, refused.json["code"]) == (400, "INVALID_PARAM")
    assert client.simulate_get("/api/v1/accounts").json["items"] == []


def test_a_code_that_instagram_does_not_take_fails(client: falcon.testing.TestClient) -> None:
    come_back(client, state=state(client), code="good")
    again = come_back(client, state=state(client), code="good")
    assert (again.status_code, again.json["code"]) == (500, "AUTH_FAILED")


def test_who_says_no_connects_nothing(client: falcon.testing.TestClient) -> None:
    refused = come_back(client, state=state(client), error="access_denied")
    assert (refused.status_code, refused.json["code"]) == (403, "PERMISSION_MISSING")
    assert come_back(client, state=state(client)).json["code"] == "MISSING_PARAM"


def signed(person: str, secret: str = "a secret of ours") -> dict[str, str]:
    def packed(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

    payload = packed(json.dumps({"algorithm": "HMAC-SHA256", "issued_at": 1, "user_id": person}).encode())
    return {"signed_request": f"{packed(hmac.digest(secret.encode(), payload.encode(), 'sha256'))}.{payload}"}


@pytest.mark.parametrize(("path", "status"), [("deauthorize", 204), ("data-deletion", 200)])
def test_meta_lets_go_of_a_persons_accounts(
    client: falcon.testing.TestClient, studio: Studio, path: str, status: int
) -> None:
    studio.service.set_up.keep_app(
        login_method=LoginMethod.INSTAGRAM, app_id="1", app_secret="a secret of ours", by=studio.by
    )
    account = come_back(client, state=state(client), code="good").json["items"][0]
    wrongs = (
        signed("42", "another secret"),
        {"signed_request": "a.b"},
        {"signed_request": "é.."},
        {"a": "b"},
    )
    for wrong in wrongs:
        refused = client.simulate_post(f"/api/meta/{path}", body=form(wrong), headers=FORM)
        assert refused.status_code == 400
    answer = client.simulate_post(f"/api/meta/{path}", body=form(signed("42")), headers=FORM)
    assert answer.status_code == status
    assert status == 204 or set(answer.json) == {"url", "confirmation_code"}
    assert client.simulate_get(f"/api/v1/accounts/{account['id']}").json["status"] == "DISCONNECTED"
    assert studio.store.vault.get(f"account/{account['id']}/token") is None


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def form(values: dict[str, str]) -> str:
    return urlencode(values)
