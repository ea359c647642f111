"""Hostile pictures, one after the other, at a whole Pressroom that goes on answering."""

from __future__ import annotations

import random
import threading
from contextlib import closing
from pathlib import Path

import httpx

from tests.ensembles import Api, Served, alive
from tests.hostile import KINDS, hostile, mutated
from tests.pictures import make_jpeg

EACH = 5


def test_the_server_answers_throughout_and_takes_the_next_good_picture(tmp_path: Path) -> None:
    chance = random.Random(1)
    files = list(hostile(tmp_path / "secret").values())
    files += [mutated(make(), chance) for make in KINDS.values() for _ in range(EACH)]
    with Served(tmp_path / "data", PRESSROOM_MEDIA_SECONDS=10) as served:
        with closing(Api(served.server, served.sandbox, served.key())) as api:
            done, health = threading.Event(), list[int]()

            def watch() -> None:
                while not done.wait(0.1):
                    health.append(httpx.get(f"{served.server}/healthz", timeout=10).status_code)

            watcher = threading.Thread(target=watch)
            watcher.start()
            try:
                codes = [_code(api, data) for data in files]
            finally:
                done.set()
                watcher.join()
            assert set(codes) <= {"taken", "MEDIA_INVALID", "UPLOAD_ERROR"}
            assert codes[: len(files) - EACH * len(KINDS)].count("taken") == 0
            assert health
            assert set(health) == {200}
            assert _code(api, make_jpeg(500, 500)) == "taken"
        family = served.family()
    assert not any(alive(pid) for pid in family)


def _code(api: Api, data: bytes) -> str:
    answer = api.http.post("/media", files={"file": ("holiday.jpg", data, "image/jpeg")})
    return "taken" if answer.is_success else str(answer.json()["code"])
