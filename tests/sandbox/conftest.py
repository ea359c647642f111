"""A sandbox in process: its world, a clock to move, and an outside to fetch from."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import av
import httpx
import pytest
from PIL import Image

from entrypoints.sandbox.app import create_app
from entrypoints.sandbox.clock import ManualClock
from entrypoints.sandbox.fetching import Fetcher
from entrypoints.sandbox.world import World


@cache
def picture(width: int = 1080, height: int = 1080, kind: str = "JPEG") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), (200, 90, 60)).save(stream, kind)
    return stream.getvalue()


@cache
def clip(width: int = 540, height: int = 960, seconds: float = 4, rate: int = 24) -> bytes:
    stream = io.BytesIO()
    with av.open(stream, "w", format="mp4") as out:
        track = out.add_stream("libx264", rate=rate, options={"preset": "ultrafast"})
        track.width, track.height, track.pix_fmt = width, height, "yuv420p"
        frame = av.VideoFrame.from_image(Image.new("RGB", (width, height), (40, 90, 160)))
        for number in range(int(seconds * rate)):
            frame.pts = number
            out.mux(track.encode(frame))
        out.mux(track.encode())
    return stream.getvalue()


class Outside(httpx.BaseTransport):
    """The internet as the sandbox sees it: a few files under `http://media.test`."""

    def __init__(self) -> None:
        self.files: dict[str, bytes | int | Exception] = {"/a.jpg": picture(), "/v.mp4": b""}
        self.asked: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        if path == "/v.mp4":
            return httpx.Response(200, content=clip())
        found = self.files.get(path, 404)
        if isinstance(found, Exception):
            raise found
        return httpx.Response(found) if isinstance(found, int) else httpx.Response(200, content=found)


@dataclass
class Phone:
    """One account with its token, and the calls a publisher makes."""

    http: httpx.Client
    token: str
    ig_id: str
    host: str = "graph.instagram.com"
    page_id: str = ""
    page_token: str = ""

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.http.get(self._url(path), params=query, headers=self._headers)

    def post(self, path: str, **form: Any) -> httpx.Response:
        return self.http.post(self._url(path), data=form, headers=self._headers)

    def delete(self, path: str) -> httpx.Response:
        return self.http.delete(self._url(path), headers=self._headers)

    def as_page(self) -> Phone:
        return Phone(self.http, self.page_token, self.ig_id, self.host, self.page_id, self.page_token)

    def create(self, **form: Any) -> str:
        if not {"image_url", "video_url", "children", "upload_type"} & set(form):
            form["image_url"] = "http://media.test/a.jpg"
        answer = self.post(f"{self.ig_id}/media", **form)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def status(self, container: str) -> dict[str, Any]:
        return dict(self.get(container, fields="id,status_code,status").json())

    def publish(self, container: str) -> httpx.Response:
        return self.post(f"{self.ig_id}/media_publish", creation_id=container)

    def _url(self, path: str) -> str:
        return f"/{self.host}/v26.0/{path}"

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass
class Sandbox:
    """The whole simulation and everything a test may turn."""

    world: World
    clock: ManualClock
    outside: Outside
    http: httpx.Client
    paused: list[float] = field(default_factory=list)

    def phone(self, username: str = "sandbox_creator", **wanted: Any) -> Phone:
        found = self.order("accounts", username=username, **wanted)
        host = "graph.facebook.com" if "pageId" in found else "graph.instagram.com"
        page_id, page_token = found.get("pageId", ""), found.get("pageAccessToken", "")
        return Phone(self.http, found["accessToken"], found["igUserId"], host, page_id, page_token)

    def order(self, path: str, **body: Any) -> dict[str, Any]:
        answer = self.http.post(f"/_sandbox/{path}", json=body)
        assert answer.is_success, answer.text
        return dict(answer.json())

    def published(self) -> list[dict[str, Any]]:
        return list(self.http.get("/_sandbox/published").json()["items"])

    def calls(self, operation: str) -> list[dict[str, Any]]:
        return list(self.http.get("/_sandbox/calls", params={"operation": operation}).json()["items"])

    def post_now(self, phone: Phone, caption: str = "Hello") -> str:
        container = phone.create(caption=caption)
        self.clock.advance(5)
        answer = phone.publish(container)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])


@pytest.fixture(scope="session")
def make_picture() -> Callable[..., bytes]:
    return picture


@pytest.fixture(scope="session")
def make_clip() -> Callable[..., bytes]:
    return clip


@pytest.fixture
def sandbox() -> Sandbox:
    clock, outside, paused = ManualClock(), Outside(), []
    world = World(clock=clock, fetcher=Fetcher(outside), seed=7, pause=paused.append)
    http = httpx.Client(transport=httpx.WSGITransport(app=create_app(world)), base_url="http://sandbox.test")
    return Sandbox(world, clock, outside, http, paused)


@pytest.fixture
def phone(sandbox: Sandbox) -> Phone:
    """The seeded account with Instagram Login."""
    return sandbox.phone("sandbox_creator")


@pytest.fixture
def studio(sandbox: Sandbox) -> Phone:
    """The seeded account with Facebook Login."""
    return sandbox.phone("sandbox_studio")
