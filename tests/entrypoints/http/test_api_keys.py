"""API keys over HTTP: made by people, used by programs."""

from __future__ import annotations

from typing import Any

import falcon.testing
import pytest

from application.access import SCOPES
from entrypoints.http.app import create_app
from entrypoints.http.waiting import WaitingRoom
from tests.fakes.service import Studio

EMAIL, PASSWORD = "studio@sandbox.example", "sandbox-only"
PATH = "/api/v1/settings/api-keys"


@pytest.fixture
def studio() -> Studio:
    made = Studio()
    user = made.service.ensure_user(EMAIL, operator=False, by=made.by)
    made.service.set_password(user.id, PASSWORD, by=made.by)
    return made


@pytest.fixture
def anybody(studio: Studio) -> falcon.testing.TestClient:
    return falcon.testing.TestClient(create_app(studio.service, WaitingRoom(8)))


@pytest.fixture
def person(anybody: falcon.testing.TestClient) -> falcon.testing.TestClient:
    answer = anybody.simulate_post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD})
    cookie = f"pressroom_session={answer.cookies['pressroom_session'].value}"
    return falcon.testing.TestClient(
        anybody.app, headers={"Cookie": cookie, "X-CSRF-Token": answer.json["csrfToken"]}
    )


def with_key(client: falcon.testing.TestClient, key: str) -> Any:
    return client.simulate_get("/api/v1/auth/me", headers={"Authorization": f"Bearer {key}"})


def test_a_key_is_made_shown_once_used_and_ended(
    person: falcon.testing.TestClient, anybody: falcon.testing.TestClient, studio: Studio
) -> None:
    made = person.simulate_post(PATH, json={"name": "mine"})
    assert made.status_code == 201
    key = made.json["key"]
    assert key.startswith("vg_test_")
    assert key.startswith(made.json["prefix"])
    assert set(made.json["scopes"]) == set(SCOPES) - {"audit:read"}
    (listed,) = person.simulate_get(PATH).json["items"]
    assert listed == {name: value for name, value in made.json.items() if name != "key"} | {
        "lastUsedAt": None
    }
    assert with_key(anybody, key).status_code == 200
    assert person.simulate_get(PATH).json["items"][0]["lastUsedAt"] == "2026-03-01T12:00:00Z"
    assert person.simulate_delete(f"{PATH}/{made.json['id']}").status_code == 204
    assert with_key(anybody, key).json["code"] == "AUTH_INVALID_KEY"
    assert person.simulate_delete(f"{PATH}/{made.json['id']}").json["code"] == "NOT_FOUND"


def test_a_key_ends_by_itself(
    person: falcon.testing.TestClient, anybody: falcon.testing.TestClient, studio: Studio
) -> None:
    made = person.simulate_post(PATH, json={"name": "short", "expiresAt": "2026-03-01T13:00:00Z"})
    assert with_key(anybody, made.json["key"]).status_code == 200
    studio.clock.forward(hours=1)
    assert with_key(anybody, made.json["key"]).json["code"] == "AUTH_INVALID_KEY"


def test_a_key_for_one_account_reaches_no_other(
    person: falcon.testing.TestClient, anybody: falcon.testing.TestClient, studio: Studio
) -> None:
    mine, other = studio.account().id, studio.account(username="second").id
    made = person.simulate_post(
        PATH, json={"name": "one", "scopes": ["accounts:read"], "accountIds": [str(mine)]}
    )
    headers = {"Authorization": f"Bearer {made.json['key']}"}
    assert [account["id"] for account in with_key(anybody, made.json["key"]).json["accounts"]] == [str(mine)]
    refused = anybody.simulate_get(f"/api/v1/accounts/{other}", headers=headers)
    assert (refused.status_code, refused.json["code"]) == (403, "INSUFFICIENT_SCOPE")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "VALIDATION_ERROR"),
        ({"name": ""}, "VALIDATION_ERROR"),
        ({"name": "x", "scopes": ["everything"]}, "VALIDATION_ERROR"),
        ({"name": "x", "scopes": ["audit:read"]}, "VALIDATION_ERROR"),
        ({"name": "x", "scopes": []}, "VALIDATION_ERROR"),
        ({"name": "x", "expiresAt": "2026-03-01T12:00:00Z"}, "VALIDATION_ERROR"),
        ({"name": "x", "accountIds": ["00000000-0000-0000-0000-000000000000"]}, "NOT_FOUND"),
    ],
)
def test_a_key_that_cannot_be_made_is_refused(
    person: falcon.testing.TestClient, body: dict[str, Any], code: str
) -> None:
    assert person.simulate_post(PATH, json=body).json["code"] == code
    assert person.simulate_get(PATH).json["items"] == []


def test_a_key_makes_and_ends_no_keys(anybody: falcon.testing.TestClient, studio: Studio) -> None:
    key = studio.key()
    headers = {"Authorization": f"Bearer {key.key}"}
    for refused in (
        anybody.simulate_post(PATH, json={"name": "x"}, headers=headers),
        anybody.simulate_delete(f"{PATH}/{key.id}", headers=headers),
    ):
        assert (refused.status_code, refused.json["code"]) == (403, "COOKIE_AUTH_REQUIRED")
    assert len(anybody.simulate_get(PATH, headers=headers).json["items"]) == 1


def test_a_repeated_creation_makes_one_key_and_shows_it_once(person: falcon.testing.TestClient) -> None:
    first, again = (
        person.simulate_post(PATH, json={"name": "mine"}, headers={"Idempotency-Key": "k"}) for _ in range(2)
    )
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json == {name: value for name, value in first.json.items() if name != "key"}
    assert len(person.simulate_get(PATH).json["items"]) == 1


def test_a_key_of_the_other_mode_is_none_of_ours(anybody: falcon.testing.TestClient) -> None:
    assert with_key(anybody, "vg_live_" + "a" * 43).json["code"] == "AUTH_INVALID_KEY"
