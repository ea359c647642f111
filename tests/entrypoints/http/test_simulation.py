"""Any refusal on demand."""

from __future__ import annotations

from typing import Any

import falcon.testing
import pytest

from domain.errors import catalogue
from entrypoints.http.app import create_app
from entrypoints.http.statuses import STATUS
from entrypoints.http.waiting import WaitingRoom
from tests.fakes.service import Studio


class Live(Studio):
    livemode = True


def ask(studio: Studio, code: str, **headers: str) -> Any:
    client = falcon.testing.TestClient(create_app(studio.service, WaitingRoom(8)))
    sent = {"Authorization": f"Bearer {studio.key().key}", "Pressroom-Simulate": code, **headers}
    return client.simulate_post("/api/v1/posts", body="{}", headers=sent)


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


@pytest.mark.parametrize("code", catalogue)
def test_every_code_is_had_on_demand(studio: Studio, code: str) -> None:
    answer = ask(studio, code)
    assert (answer.status_code, answer.json["code"]) == (STATUS[catalogue[code].kind], code)
    assert answer.json["status"] == answer.status_code
    assert answer.headers["pressroom-simulated"] == code
    assert answer.json["recovery"]["text"]
    assert answer.headers.get("retry-after") == (
        None if "retryAfter" not in answer.json else str(answer.json["retryAfter"])
    )


def test_a_live_key_simulates_nothing(studio: Studio) -> None:
    answer = ask(Live(), "NOT_FOUND")
    assert (answer.status_code, answer.json["code"]) == (400, "SIMULATION_REFUSED")
    assert "pressroom-simulated" not in answer.headers


def test_an_unknown_code_is_refused(studio: Studio) -> None:
    assert ask(studio, "NO_SUCH_CODE").json["code"] == "VALIDATION_ERROR"


def test_a_simulated_refusal_is_not_kept_under_a_key(studio: Studio) -> None:
    ask(studio, "INTERNAL_ERROR", **{"Idempotency-Key": "k"})
    assert "idempotent-replayed" not in ask(studio, "NOT_FOUND", **{"Idempotency-Key": "k"}).headers
