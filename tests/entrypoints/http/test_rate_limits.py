"""Limits on how often a key may ask, and what every answer says about them."""

from __future__ import annotations

import falcon.testing
import pytest

from entrypoints.http.app import create_app
from entrypoints.http.waiting import WaitingRoom
from tests.fakes.service import Studio


class Limited(Studio):
    per_minute, per_hour = 3, 5


@pytest.fixture
def studio() -> Studio:
    return Limited()


@pytest.fixture
def client(studio: Studio) -> falcon.testing.TestClient:
    key = studio.key().key
    return falcon.testing.TestClient(
        create_app(studio.service, WaitingRoom(8)), headers={"Authorization": f"Bearer {key}"}
    )


def test_a_key_is_told_how_it_stands_and_refused_beyond_its_limit(
    client: falcon.testing.TestClient,
) -> None:
    answers = [client.simulate_get("/api/v1/auth/me") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["ratelimit-policy"] == '"minute";q=3;w=60, "hour";q=5;w=3600'
    assert answers[1].headers["x-ratelimit-remaining"] == "1"
    refused = answers[3]
    assert refused.json["code"] == "RATE_LIMITED"
    wait = refused.json["retryAfter"]
    assert refused.headers["retry-after"] == str(wait)
    assert f'"minute";r=0;t={wait}' in refused.headers["ratelimit"]


def test_after_the_wait_it_goes_on_to_the_second(client: falcon.testing.TestClient, studio: Studio) -> None:
    for _ in range(3):
        client.simulate_get("/api/v1/auth/me")
    wait = client.simulate_get("/api/v1/auth/me").json["retryAfter"]
    studio.clock.forward(seconds=wait - 1)
    assert client.simulate_get("/api/v1/auth/me").status_code == 429
    studio.clock.forward(seconds=1)
    assert client.simulate_get("/api/v1/auth/me").status_code == 200


def test_the_limit_comes_before_scope_and_syntax(client: falcon.testing.TestClient) -> None:
    for _ in range(3):
        assert client.simulate_post("/api/v1/posts", body="{").json["code"] == "UNSUPPORTED_MEDIA_TYPE"
    assert client.simulate_post("/api/v1/posts", body="{").json["code"] == "RATE_LIMITED"


def test_health_errors_and_documents_are_free(client: falcon.testing.TestClient) -> None:
    for path in ("/healthz", "/api/v1/errors", "/api/v1/openapi.json") * 3:
        answer = client.simulate_get(path)
        assert answer.status_code == 200
        assert "ratelimit" not in answer.headers
