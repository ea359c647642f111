"""Videos on their way through real processes: slow on purpose, killed, cancelled, and waited for."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.clips import FFMPEG, clip
from tests.ensembles import Api, Ensemble, alive, descendants, told, wait_for


@pytest.fixture(scope="module")
def ensemble(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ensemble]:
    """Reads videos slower than they play, so that there is a middle."""
    slow = tmp_path_factory.mktemp("slow") / "ffmpeg"
    pace = "-readrate 1.2 -readrate_initial_burst 0.1"
    slow.write_text(f'#!/bin/sh\n[ -e "$0.broken" ] && exit 1\nexec "{FFMPEG}" {pace} "$@"\n')
    slow.chmod(0o755)
    with Ensemble(tmp_path_factory.mktemp("preparing"), PRESSROOM_FFMPEG=slow) as found:
        found.api.world(videoSeconds=0.3, strictVideoLayout=True)
        yield found
        assert "stumbled" not in found.errors()


@pytest.fixture
def api(ensemble: Ensemble) -> Api:
    if not ensemble.workers:
        ensemble.start_worker()
    return ensemble.api


def upload(api: Api, name: str) -> str:
    """A clip, never quite the same bytes: work that was done before is not done again."""
    media = told(api.http.post("/media", files={"file": ("film.mp4", clip(name) + _free_box())}))
    assert (media["status"], media["kind"], media["progress"]) == ("PROCESSING", "VIDEO", 0)
    return str(media["id"])


_numbers = itertools.count()


def _free_box() -> bytes:
    return b"\0\0\0\x10free" + next(_numbers).to_bytes(8, "big")


def read(api: Api, media_id: str) -> dict[str, object]:
    return told(api.http.get(f"/media/{media_id}"))


def under_way(api: Api, media_id: str) -> None:
    wait_for(lambda: int(str(read(api, media_id)["progress"])) > 5, f"the middle of {media_id}")


def ffmpegs(ensemble: Ensemble) -> list[int]:
    (worker,) = ensemble.workers
    found = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in descendants(worker.pid)}
    return [pid for pid, command in found.items() if b"-progress" in command]


def happened(ensemble: Ensemble, media_id: str) -> list[str]:
    with ensemble.service() as service:
        entries = service.reader.entries(after=0)
        return [entry.topic for entry in entries if str(entry.aggregate_id) == media_id]


def unfinished(ensemble: Ensemble) -> list[Path]:
    folder = ensemble.installation.unfinished
    return list(folder.iterdir()) if folder.exists() else []


def test_progress_only_rises_and_the_video_is_ready_in_the_end(api: Api) -> None:
    media_id = upload(api, "15 frames a second")
    seen = []
    while (media := read(api, media_id))["status"] == "PROCESSING":
        seen.append(media["progress"])
        time.sleep(0.2)
    assert media["status"] == "READY"
    assert media["progress"] == 100
    assert seen == sorted(seen)
    assert len(set(seen)) > 2
    uses = {made["use"] for made in media["renditions"]}  # type: ignore[attr-defined]
    assert uses == {"REEL", "STORY", "CAROUSEL", "COVER"}


def test_killed_in_the_middle_it_is_finished_after_the_restart_once(ensemble: Ensemble, api: Api) -> None:
    media_id = upload(api, "15 frames a second")
    under_way(api, media_id)
    (ffmpeg,) = ffmpegs(ensemble)
    ensemble.kill()
    wait_for(lambda: not alive(ffmpeg), "the end of an orphan")
    done = int(str(read(api, media_id)["progress"]))

    ensemble.start_worker()
    wait_for(lambda: read(api, media_id)["status"] == "READY", "the second go")
    assert done > 0
    assert happened(ensemble, media_id) == [
        "media.received",
        "media.examined",
        "media.processing_started",
        "media.processing_started",
        "media.prepared",
    ]


def test_a_worker_that_is_asked_to_stop_leaves_the_video_to_the_next_one(
    ensemble: Ensemble, api: Api
) -> None:
    media_id = upload(api, "15 frames a second")
    under_way(api, media_id)
    ensemble.stop_workers()
    assert unfinished(ensemble) == []
    ensemble.start_worker()
    wait_for(lambda: read(api, media_id)["status"] == "READY", "the second go")
    assert "media.processing_interrupted" in happened(ensemble, media_id)


def test_deleting_a_video_stops_the_work_on_it(ensemble: Ensemble, api: Api) -> None:
    with ensemble.service() as service:
        before = set(service.blobs)
    media_id = upload(api, "15 frames a second")
    under_way(api, media_id)
    (ffmpeg,) = ffmpegs(ensemble)

    assert api.http.delete(f"/media/{media_id}").status_code == 204

    wait_for(lambda: not alive(ffmpeg), "the end of the work")
    assert api.http.get(f"/media/{media_id}").status_code == 404
    wait_for(lambda: unfinished(ensemble) == [], "a tidy folder")
    with ensemble.service() as service:
        wait_for(lambda: set(service.blobs) == before, "the removal of what nobody needs")


def test_a_post_that_is_due_waits_for_its_video_and_says_so(api: Api) -> None:
    media_id = upload(api, "15 frames a second")
    body = api.draft("waits for its film", mediaFileIds=[media_id], mediaType="REELS")
    refused = api.http.post("/posts/publish", json=body)
    assert (refused.status_code, refused.json()["code"]) == (400, "MEDIA_INVALID")

    post_id = api.schedule("waits for its film", seconds=1.5, mediaFileIds=[media_id], mediaType="REELS")

    wait_for(lambda: _reason(api, post_id) == "MEDIA_PROCESSING", "the post to say what it waits for")
    assert api.settled(post_id)["status"] == "PUBLISHED"
    assert len(api.published("waits for its film")) == 1


def _reason(api: Api, post_id: str) -> str | None:
    waiting = api.post(post_id)["waitingFor"]
    return waiting and str(waiting["reason"])


def test_the_server_stays_well_while_it_is_sent_broken_and_hostile_files(api: Api) -> None:
    health = f"{api.http.base_url}".replace("/api/v1/", "/healthz")
    whole = clip("15 frames a second")
    playlist = b"#EXTM3U\n#EXTINF:5,\nfile:///etc/hostname\n"
    for data in (whole[:5000], playlist, whole[:32] + playlist, whole[:400] + bytes(9000) + whole[9400:]):
        answer = api.http.post("/media", files={"file": ("film.mp4", data)})
        assert (answer.status_code, answer.json().get("code")) in ((400, "MEDIA_INVALID"), (201, None))
        assert httpx.get(health).status_code == 200


def test_a_video_that_cannot_be_made_fails_the_posts_that_use_it(ensemble: Ensemble, api: Api) -> None:
    ensemble.stop_workers()
    media_id = upload(api, "15 frames a second")
    film = {"mediaFileIds": [media_id], "mediaType": "REELS"}
    post_id = api.schedule("a film that fails", seconds=2, **film)
    broken = Path(str(ensemble.environment["PRESSROOM_FFMPEG"]) + ".broken")
    broken.touch()
    try:
        ensemble.start_worker()
        wait_for(lambda: read(api, media_id)["status"] == "FAILED", "the failure")
        post = api.settled(post_id)
    finally:
        broken.unlink()
    assert (post["status"], post["failure"]["code"]) == ("FAILED", "VIDEO_PROCESSING_FAILED")
    refused = api.http.post("/posts/publish", json=api.draft("again", **film))
    assert refused.json()["code"] == "VIDEO_PROCESSING_FAILED"
