"""Every code about access, input and limits, met the way a client meets it: by doing that very thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import falcon.testing
import pytest

from domain.errors import Group, catalogue
from entrypoints.http.app import create_app
from entrypoints.http.statuses import STATUS
from entrypoints.http.waiting import WaitingRoom
from tests.fakes.service import JPEG, Studio

EMAIL, PASSWORD = "studio@sandbox.example", "sandbox-only"
ELSEWHERE = {"INVALID_CODE", "LOGIN_RATE_LIMITED", "INVALID_WORKER_KEY"}
"""Of the Private API and the cloud."""


class Limited(Studio):
    per_minute = 40


class Desk:
    """A client at a service with something of everything."""

    def __init__(self) -> None:
        self.studio = Limited()
        studio, service = self.studio, self.studio.service
        app = create_app(service, WaitingRoom(8))
        user = service.ensure_user(EMAIL, operator=True, by=studio.by)
        service.set_password(user.id, PASSWORD, by=studio.by)
        service.set_up.complete(by=studio.by)
        self.anybody = falcon.testing.TestClient(app)
        key = {"Authorization": f"Bearer {studio.key(EMAIL).key}"}
        self.program = falcon.testing.TestClient(app, headers=key)
        login = self.anybody.simulate_post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD})
        self.cookie = login.cookies["pressroom_session"].value
        self.account = str(studio.account(EMAIL).id)
        caller = service.authenticate(key["Authorization"].removeprefix("Bearer "))
        self.media = str(service.receive_media(caller, [JPEG], by=studio.by).id)

    def post(self, path: str = "/posts", **more: Any) -> Any:
        body = {"accountId": self.account, "mediaType": "IMAGE", "mediaFileIds": [self.media]} | more
        return self.program.simulate_post(f"/api/v1{path}", json=body)

    def by_cookie(self, cookie: str) -> Any:
        return self.anybody.simulate_get("/api/v1/auth/me", headers={"Cookie": f"pressroom_session={cookie}"})

    def after_an_hour(self) -> Any:
        self.studio.clock.forward(hours=2)
        return self.by_cookie(self.cookie)

    def broken_consent(self) -> Any:
        start = self.program.simulate_get("/api/auth/instagram/start?loginMethod=INSTAGRAM")
        state = start.headers["location"].partition("state=")[2]
        back = f"/api/auth/instagram/callback?state={state}&code=refused"
        return self.program.simulate_get(back, headers={"Accept": "application/json"})

    def too_often(self) -> Any:
        answers = [self.program.simulate_get("/api/v1/auth/me") for _ in range(41)]
        return answers[-1]

    def cancelled_twice(self) -> Any:
        path = f"/api/v1/posts/{self.post().json['id']}"
        self.program.simulate_delete(path)
        return self.program.simulate_delete(path)


CAUSES: dict[str, Callable[[Desk], Any]] = {
    "AUTH_REQUIRED": lambda desk: desk.anybody.simulate_get("/api/v1/auth/me"),
    "AUTH_INVALID_KEY": lambda desk: desk.anybody.simulate_get(
        "/api/v1/auth/me", headers={"Authorization": "Bearer vg_test_" + "0" * 43}
    ),
    "TOKEN_INVALID": lambda desk: desk.by_cookie(desk.cookie[:-4] + "AAAA"),
    "TOKEN_EXPIRED": lambda desk: desk.after_an_hour(),
    "AUTH_FAILED": lambda desk: desk.broken_consent(),
    "COOKIE_AUTH_REQUIRED": lambda desk: desk.program.simulate_post(
        "/api/v1/settings/api-keys", json={"name": "x"}
    ),
    "SETUP_LOCKED": lambda desk: desk.anybody.simulate_post("/api/setup/complete"),
    "RATE_LIMITED": lambda desk: desk.too_often(),
    "VALIDATION_ERROR": lambda desk: desk.post(unknown=1),
    "MISSING_PARAM": lambda desk: desk.program.simulate_get("/api/v1/schedule"),
    "INVALID_PARAM": lambda desk: desk.program.simulate_get("/api/v1/posts?limit=0"),
    "INVALID_STATUS": lambda desk: desk.cancelled_twice(),
    "INVALID_SCHEDULE": lambda desk: desk.post("/schedule", scheduledFor="2020-01-01T00:00:00Z"),
    "INVALID_TAGS": lambda desk: desk.post(
        userTags=[{"username": "somebody", "x": 0.5, "y": 0.5, "mediaIndex": 7}]
    ),
    "INVALID_MENTIONS": lambda desk: desk.post(storyMentions=[{"username": "somebody", "x": 0.5, "y": 0.5}]),
    "INVALID_COLLABORATORS": lambda desk: desk.post(
        collaborators=["one", "two", "three", "four", "five", "six"]
    ),
    "INVALID_CROSS_POST": lambda desk: desk.post(
        mediaType="CAROUSEL", mediaFileIds=[desk.media, desk.media], crossPostToFacebook=True
    ),
    "INVALID_MEDIA_TYPE": lambda desk: desk.post(mediaType="REELS"),
    "INVALID_CAROUSEL": lambda desk: desk.post(mediaType="CAROUSEL"),
}


def test_no_cause_is_left_out() -> None:
    groups = (Group.ACCESS, Group.REQUEST, Group.RATE)
    wanted = {code for code, kind in catalogue.items() if kind.group in groups}
    assert set(CAUSES) == wanted - ELSEWHERE


@pytest.mark.parametrize("code", CAUSES)
def test_a_code_is_met_by_its_natural_cause(code: str) -> None:
    answer = CAUSES[code](Desk())
    assert (answer.status_code, answer.json["code"]) == (STATUS[catalogue[code].kind], code), answer.text
    assert "pressroom-simulated" not in answer.headers
