from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

import falcon.testing
import pytest

from application.readiness import Readiness
from domain.errors import catalogue
from entrypoints.http.app import create_app
from entrypoints.http.waiting import WaitingRoom


def test_health_and_readiness_need_no_key(client: falcon.testing.TestClient) -> None:
    assert client.simulate_get("/healthz").json == {"status": "ok"}
    assert client.simulate_head("/healthz").status_code == 200
    assert client.simulate_get("/readyz").json["ready"] is True


def test_a_missing_worker_is_told_but_no_reason_to_refuse(service: Any) -> None:
    seen = datetime(2026, 3, 1, 11, tzinfo=UTC)
    service = dataclasses.replace(
        service, readiness=lambda: Readiness(True, True, worker_alive=False, worker_seen_at=seen)
    )
    found = (
        falcon.testing.TestClient(create_app(service, WaitingRoom(threads=8))).simulate_get("/readyz").json
    )
    assert found["worker"] == {"alive": False, "seenAt": "2026-03-01T11:00:00Z"}


@pytest.mark.parametrize("found", [Readiness(False, True), Readiness(True, False)])
def test_a_server_that_cannot_serve_is_not_ready(service: Any, found: Readiness) -> None:
    service = dataclasses.replace(service, readiness=lambda: found)
    result = falcon.testing.TestClient(create_app(service, WaitingRoom(threads=8))).simulate_get("/readyz")
    assert (result.status_code, result.json["code"]) == (503, "SERVICE_UNAVAILABLE")
    assert result.headers["Retry-After"] == str(result.json["retryAfter"])


def test_a_server_that_is_closing_is_not_ready(service: Any) -> None:
    client = falcon.testing.TestClient(create_app(service, WaitingRoom(threads=8, open=lambda: False)))
    assert client.simulate_get("/readyz").status_code == 503
    assert client.simulate_get("/healthz").status_code == 200


def test_the_catalogue_is_open_to_all(client: falcon.testing.TestClient) -> None:
    items = client.simulate_get("/api/v1/errors").json["items"]
    assert {item["code"] for item in items} == set(catalogue)
    one = client.simulate_get("/api/v1/errors/INVALID_CAROUSEL").json
    assert one in items
    assert set(one) == {"code", "status", "group", "core", "fallback", "description", "recovery", "docs"}
    assert client.simulate_get("/api/v1/errors/NOPE").json["code"] == "NOT_FOUND"


def test_answers_are_counted_by_route_and_never_by_address(client: falcon.testing.TestClient) -> None:
    client.simulate_get("/api/v1/errors/NOT_FOUND")
    client.simulate_get("/nowhere/secret-id")
    counted = client.simulate_get("/metrics")
    assert counted.headers["content-type"].startswith("text/plain")
    line = 'pressroom_http_answers_total{method="GET",route="/api/v1/errors/{code}",status="200"}'
    assert line in counted.text
    assert "secret-id" not in counted.text
