"""Videos: a copy and an encoding beside plain ffmpeg, and the API while twenty arrive at once."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from adapters.ffmpeg.arguments import Manner, arguments
from adapters.ffmpeg.video_workshop import FfmpegWorkshop
from adapters.filesystem.blob_store import FileBlobStore
from domain.media import Use
from domain.media_formats import MP4
from domain.video_recipes import Picture, Sound, VideoRecipe
from tests.benchmarks import figures
from tests.benchmarks.figures import Figure
from tests.benchmarks.load import Task, load, request
from tests.benchmarks.processes import served
from tests.benchmarks.studio import Studio
from tests.clips import FFMPEG

UPLOADS = 20
MOST_BYTES = 300_000_000


class Incomplete(Exception):
    """The work that was measured was not done."""


def film(folder: Path, *, seconds: int, size: str = "1080x1920", name: str = "film.mp4") -> Path:
    """A film whose codecs are right and whose layout is not."""
    path = folder / name
    source = ["-f", "lavfi", "-i", f"testsrc2=s={size}:r=30", "-f", "lavfi", "-i", "sine=r=48000"]
    coded = ["-vf", "noise=alls=6:allf=t", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"]
    command = [FFMPEG, "-v", "error", "-y", *source, "-t", str(seconds), *coded, str(path)]
    subprocess.run(command, check=True)
    return path


def recipe(picture: Picture, seconds: int) -> VideoRecipe:
    sound = Sound.COPY if picture is Picture.COPY else Sound.ENCODE
    return VideoRecipe((Use.REEL,), picture, sound, MOST_BYTES, seconds * 1000, width=1080, height=1920)


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def conversions(folder: Path, *, rounds: int, seconds: int) -> list[Figure]:
    """Ours, from the stored original to the stored result, in turns with plain ffmpeg."""
    path = film(folder, seconds=seconds)
    blobs = FileBlobStore(folder / "media")
    workshop = FfmpegWorkshop(blobs, folder / "unfinished")
    with path.open("rb") as file:
        sha256 = blobs.store(iter(lambda: file.read(1 << 20), b""), limit=MOST_BYTES).sha256
    found = []
    for picture, name in ((Picture.COPY, "copy"), (Picture.ENCODE, "encoding")):
        wanted = recipe(picture, seconds)
        plain = [FFMPEG, *arguments(path, MP4, wanted, folder / "plain.mp4", Manner())]
        figure = Figure(f"{name} of {seconds} s at 1080x1920", "s", "ffmpeg alone, the same arguments")
        for _ in range(rounds):
            figure.ours.append(timed(lambda: workshop.make(sha256, wanted, lambda _: True)))  # noqa: B023
            figure.floor.append(timed(lambda: subprocess.run(plain, check=True, capture_output=True)))  # noqa: B023
        found.append(figure)
    both = Figure("encoding by copy", "s", "the copy")
    both.ours, both.floor = found[1].ours, found[0].ours
    return [*found, both]


def crowd(folder: Path, *, requests: int, seconds: float) -> list[Figure]:
    """How long a read takes while twenty videos arrive at once, beside the quiet before.

    The longest one tells of threads that all wait for something, which a quantile can hide.
    """
    clips = [film(folder, seconds=4, size="360x640", name=f"{n}.mp4").read_bytes() for n in range(2)]
    quiet: list[float] = []
    busy: list[float] = []
    with served(folder), Studio(folder) as studio:
        task = Task(studio.port, [request("GET", "/api/v1/media?limit=5", studio.key)], 1, requests, seconds)
        quiet += load(task).latencies
        ids: list[str] = []

        def send(number: int) -> None:
            data = clips[number % 2] + b"\0\0\0\x10free" + number.to_bytes(8, "big")
            answer = studio.api.post("/media", files={"file": ("film.mp4", data)})
            if answer.status_code == 201:
                ids.append(answer.json()["id"])

        senders = [threading.Thread(target=send, args=(number,)) for number in range(UPLOADS)]
        for sender in senders:
            sender.start()
        while any(sender.is_alive() for sender in senders):
            busy += load(replace(task, seconds=1)).latencies
        end = time.monotonic() + 300
        while _waiting(studio, ids):
            if time.monotonic() > end:
                raise Incomplete("videos are not ready")
            time.sleep(0.5)
    if len(ids) != UPLOADS:
        raise Incomplete(f"{len(ids)} of {UPLOADS} uploads were taken")
    found = []
    for name, share in (("p50", 0.5), ("p99", 0.99), ("longest", 1.0)):
        figure = Figure(f"GET /media, {name}, {UPLOADS} uploads", "ms", "the same before they came")
        figure.ours, figure.floor = ([1000 * figures.quantile(all_, share)] for all_ in (busy, quiet))
        found.append(figure)
    return found


def _waiting(studio: Studio, ids: list[str]) -> bool:
    states = {studio.api.get(f"/media/{media_id}").json()["status"] for media_id in ids}
    if "FAILED" in states:
        raise Incomplete("a video failed")
    return states != {"READY"}


def main(folder: Path, *, rounds: int, film_seconds: int, requests: int, seconds: float) -> list[Figure]:
    figures.head("Videos")
    work = folder / "videos"
    work.mkdir()
    found = conversions(work, rounds=rounds, seconds=film_seconds)
    figures.tell(*found)
    crowded = crowd(work, requests=requests, seconds=seconds)
    figures.tell(*crowded)
    return [*found, *crowded]
