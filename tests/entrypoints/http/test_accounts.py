from __future__ import annotations

from typing import Any

import falcon.testing
import pytest

from domain.account import LoginMethod, Page, Profile
from entrypoints.http.app import create_app
from entrypoints.http.waiting import WaitingRoom
from tests.fakes.service import Studio


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
def client(studio: Studio) -> falcon.testing.TestClient:
    app = create_app(studio.service, WaitingRoom(threads=8))
    return falcon.testing.TestClient(app, headers={"Authorization": f"Bearer {studio.key().key}"})


def connect(studio: Studio, client: falcon.testing.TestClient) -> Any:
    page = Page("900", "The Page")
    studio.login.known["good"] = Profile("178", "studio", "BUSINESS", LoginMethod.FACEBOOK, page)
    return client.simulate_post("/api/v1/accounts", json={"accessToken": "good", "loginMethod": "FACEBOOK"})


def test_an_account_is_connected_shown_and_let_go(studio: Studio, client: falcon.testing.TestClient) -> None:
    made = connect(studio, client)
    assert made.status_code == 201
    assert made.json == {
        "id": made.json["id"],
        "igUserId": "178",
        "username": "studio",
        "accountType": "BUSINESS",
        "loginMethod": "FACEBOOK",
        "tokenExpiresAt": None,
        "status": "CONNECTED",
        "blockedBy": None,
        "page": {"id": "900", "name": "The Page"},
        "capabilities": ["COMMENT", "DELETE", "FACEBOOK_CROSS_POST", "PUBLISH", "RESUMABLE_UPLOAD"],
    }
    path = f"/api/v1/accounts/{made.json['id']}"
    assert client.simulate_get(path).json == made.json
    assert client.simulate_get("/api/v1/accounts").json == {"items": [made.json], "nextCursor": None}
    assert client.simulate_delete(path).status_code == 204
    assert client.simulate_get("/api/v1/accounts").json["items"] == []


def test_a_token_that_instagram_refuses_connects_nothing(client: falcon.testing.TestClient) -> None:
    sent = {"accessToken": "bad", "loginMethod": "INSTAGRAM"}
    result = client.simulate_post("/api/v1/accounts", json=sent)
    assert (result.status_code, result.json["code"]) == (401, "TOKEN_EXPIRED")


def test_a_key_learns_whose_it_is(studio: Studio, client: falcon.testing.TestClient) -> None:
    account = connect(studio, client).json
    me = client.simulate_get("/api/v1/auth/me").json
    assert me["user"]["email"] == "studio@sandbox.example"
    names = ("id", "igUserId", "username", "accountType", "loginMethod", "tokenExpiresAt")
    assert me["accounts"] == [{name: account[name] for name in names}]


def test_an_account_tells_its_limit_and_keeps_its_token_alive(
    studio: Studio, client: falcon.testing.TestClient
) -> None:
    path = f"/api/v1/accounts/{connect(studio, client).json['id']}"
    limit = client.simulate_get(f"{path}/publishing-limit").json
    assert limit == {"quotaTotal": 100, "quotaUsed": 3, "reserved": 0, "freesAt": []}
    refreshed = client.simulate_post(f"{path}/refresh-token")
    assert (refreshed.status_code, refreshed.json["status"]) == (200, "CONNECTED")


def test_accounts_come_in_pages(studio: Studio, client: falcon.testing.TestClient) -> None:
    for number in range(3):
        studio.clock.forward(seconds=1)
        studio.account(username=f"account{number}")
    first = client.simulate_get("/api/v1/accounts?limit=2").json
    rest = client.simulate_get(f"/api/v1/accounts?cursor={first['nextCursor']}").json
    names = [item["username"] for item in first["items"] + rest["items"]]
    assert names == ["account0", "account1", "account2"]
