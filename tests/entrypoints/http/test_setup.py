"""Setting a new installation up."""

from __future__ import annotations

from typing import Any

import falcon.testing
import pytest

from entrypoints.http.app import create_app
from entrypoints.http.waiting import WaitingRoom
from tests.fakes.service import Studio

ADMIN = {"email": "Me@example.org", "password": "a good password"}
APP = {"loginMethod": "INSTAGRAM", "appId": "123", "appSecret": "a secret of ours"}


@pytest.fixture
def client() -> falcon.testing.TestClient:
    return falcon.testing.TestClient(create_app(Studio().service, WaitingRoom(8)))


def post(client: falcon.testing.TestClient, step: str, body: Any = None) -> Any:
    return client.simulate_post(f"/api/setup/{step}", json=body)


def test_set_up_goes_step_by_step_and_is_closed_for_good(client: falcon.testing.TestClient) -> None:
    assert client.simulate_get("/api/setup").json == {
        "complete": False,
        "steps": [{"name": "admin", "done": False}, {"name": "meta-app", "done": False}],
    }
    assert post(client, "complete").json["code"] == "NOT_CONFIGURED"
    assert post(client, "admin", ADMIN).json["steps"][0] == {"name": "admin", "done": True}
    assert post(client, "meta-app", APP).json["steps"][1] == {"name": "meta-app", "done": True}
    assert post(client, "complete").json["complete"]
    for step, body in (("admin", ADMIN), ("meta-app", APP), ("complete", None)):
        refused = post(client, step, body)
        assert (refused.status_code, refused.json["code"]) == (403, "SETUP_LOCKED")
    answer = client.simulate_post("/api/auth/login", json=ADMIN | {"email": "me@EXAMPLE.org"})
    assert answer.json["user"]["email"] == "me@example.org"


def test_there_is_one_first_user(client: falcon.testing.TestClient) -> None:
    post(client, "admin", ADMIN)
    refused = post(client, "admin", {"email": "other@example.org", "password": "another password"})
    assert refused.json["code"] == "SETUP_LOCKED"


@pytest.mark.parametrize("change", [{"password": "short"}, {"email": "nobody"}, {"extra": 1}])
def test_a_first_user_needs_an_address_and_a_password(
    client: falcon.testing.TestClient, change: dict[str, Any]
) -> None:
    assert post(client, "admin", ADMIN | change).json["code"] == "VALIDATION_ERROR"
    assert not client.simulate_get("/api/setup").json["steps"][0]["done"]
