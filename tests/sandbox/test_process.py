"""The simulation as a real process: its port line, its death by every road, and what is left afterwards."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]


@contextmanager
def started(folder, *more, pass_fds=()):
    command = [
        sys.executable,
        "-m",
        "entrypoints.sandbox",
        "--data",
        str(folder),
        "--image-seconds",
        "0",
        *more,
    ]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, pass_fds=pass_fds, start_new_session=True
    )
    try:
        ready = json.loads(process.stdout.readline())
        assert ready["event"] == "ready"
        with httpx.Client(base_url=f"http://127.0.0.1:{ready['port']}", timeout=10) as http:
            yield process, http
    finally:
        process.stdout.close()
        end(process, signal.SIGKILL)


def end(process, how):
    """Signal the whole group, since a killed arbiter cannot take its worker along."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, how)
    process.wait(10)


@pytest.fixture
def picture_url(make_picture):
    class Picture(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(make_picture())

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Picture)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/a.jpg"
    server.shutdown()
    server.server_close()


def creator(http):
    found = http.post("/_sandbox/accounts", json={"username": "sandbox_creator"}).json()
    http.headers["Authorization"] = f"Bearer {found['accessToken']}"
    return f"/graph.instagram.com/v26.0/{found['igUserId']}"


def create(http, me, url, caption):
    answer = http.post(f"{me}/media", data={"image_url": url, "caption": caption})
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def test_what_was_published_survives_a_kill(tmp_path, picture_url):
    with started(tmp_path) as (process, http):
        me = creator(http)
        container = create(http, me, picture_url, "before the kill")
        media = http.post(f"{me}/media_publish", data={"creation_id": container}).json()["id"]
        http.post("/_sandbox/clock", json={"advance": 600})
        token = http.headers["Authorization"]
        end(process, signal.SIGKILL)
    with started(tmp_path) as (process, http):
        creator(http)
        assert http.headers["Authorization"] == token
        [item] = http.get("/_sandbox/published").json()["items"]
        assert item["id"] == media
        assert http.get(item["permalink"]).status_code == 200
        assert json.loads((tmp_path / "clock-offset").read_text()) == {"offset_seconds": 600.0}
        [call] = http.get("/_sandbox/calls?operation=media_publish").json()["items"]
        assert call["mediaId"] == media
        process.terminate()
        begun = time.monotonic()
        process.wait(5)
        assert time.monotonic() - begun < 2


def test_a_drop_is_seen_on_the_wire(tmp_path, picture_url):
    with started(tmp_path) as (_, http):
        me = creator(http)
        container = create(http, me, picture_url, "#sandbox_lost_answer")
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            http.post(f"{me}/media_publish", data={"creation_id": container})
        assert len(http.get("/_sandbox/published").json()["items"]) == 1
        http.post("/_sandbox/faults", json={"operation": "publishing_limit", "action": "drop_before"})
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            http.get(f"{me}/content_publishing_limit")
        assert http.get(f"{me}/content_publishing_limit").json()["data"] == [{"quota_usage": 1}]


def test_it_ends_with_its_parent(tmp_path):
    here, there = os.pipe()
    with started(tmp_path, "--lifeline", str(here), pass_fds=(here,)) as (process, http):
        os.close(here)
        port = http.base_url.port
        os.close(there)
        process.wait(2)
        deadline = time.monotonic() + 2
        while listening(port) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not listening(port)


def listening(port):
    try:
        httpx.get(f"http://127.0.0.1:{port}/_sandbox/clock", timeout=0.5)
    except httpx.TransportError:
        return False
    return True
