"""A world in a folder comes back as it was."""

import httpx
import pytest

from entrypoints.sandbox.app import create_app
from entrypoints.sandbox.blobs import Blobs
from entrypoints.sandbox.clock import ManualClock
from entrypoints.sandbox.fetching import Fetcher
from entrypoints.sandbox.storage import SqliteStorage
from entrypoints.sandbox.world import World


@pytest.fixture
def opened(sandbox, tmp_path):
    """Opens the same folder again and again, with a clock that went on."""
    clock = ManualClock()

    def open_again():
        world = World(
            clock=clock,
            storage=SqliteStorage(tmp_path / "sandbox.sqlite"),
            blobs=Blobs(tmp_path / "files"),
            fetcher=Fetcher(sandbox.outside),
        )
        sandbox.world, sandbox.clock = world, clock
        transport = httpx.WSGITransport(app=create_app(world))
        sandbox.http = httpx.Client(transport=transport, base_url="http://sandbox.test")
        return sandbox

    return open_again


def everything(sandbox):
    faces = ("accounts", "published", "calls", "faults", "settings")
    return {face: sandbox.http.get(f"/_sandbox/{face}").json() for face in faces}


def test_everything_is_still_there(opened):
    sandbox = opened()
    phone = sandbox.phone("sandbox_creator")
    media = sandbox.post_now(phone, "kept")
    phone.post(f"{media}/comments", message="kept too")
    waiting = phone.create(caption="waiting")
    sandbox.order("settings", quotaDefault=7)
    sandbox.order("faults", operation="worker", action="drop_before")
    sandbox.order("human-post", account="sandbox_creator", caption="by hand")
    before = everything(sandbox)
    again = opened()
    assert everything(again) == before
    phone = again.phone("sandbox_creator")
    again.clock.advance(5)
    assert phone.publish(waiting).status_code == 200
    assert again.http.get(again.published()[0]["imageUrl"]).status_code == 200


def test_a_reset_is_stored_too(opened):
    sandbox = opened()
    phone = sandbox.phone("sandbox_creator")
    sandbox.post_now(phone)
    sandbox.order("reset")
    again = opened()
    assert again.published() == []
    assert again.phone("sandbox_creator").token == phone.token


def test_an_upload_goes_on_where_it_stopped(opened, make_clip):
    sandbox = opened()
    studio = sandbox.phone("sandbox_studio")
    begun = studio.post(f"{studio.ig_id}/media", media_type="REELS", upload_type="resumable").json()
    whole, half = make_clip(), 1000
    headers = {"Authorization": f"OAuth {studio.token}", "offset": "0", "file_size": str(len(whole))}
    sandbox.http.post(begun["uri"], content=whole[:half], headers=headers)
    again = opened()
    answer = again.http.post(begun["uri"], content=whole[half:], headers=headers | {"offset": str(half)})
    assert answer.json()["success"] is True
    again.clock.advance(10)
    assert again.phone("sandbox_studio").status(begun["id"])["status_code"] == "FINISHED"
