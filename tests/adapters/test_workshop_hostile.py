"""Over 250 pictures that were damaged, or made to do harm: each gets its code, and nothing else."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.filesystem.blob_store import FileBlobStore
from adapters.pyvips.limits import MEMORY
from adapters.pyvips.media_workshop import VipsWorkshop
from domain import errors
from domain.content import Fit
from domain.media import Use
from domain.renditions import Recipe
from tests.hostile import KINDS, hostile, mutated
from tests.pictures import encode, make_bomb, make_jpeg, make_picture

SECRET = b"nobody may read this: " + bytes(range(65, 91)) * 4
MUTATIONS = 30
RECIPE = Recipe(Use.FEED, 1080, 1350, Fit.PAD_BLUR)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[VipsWorkshop, FileBlobStore, Path]]:
    folder = tmp_path_factory.mktemp("hostile")
    secret = folder / "secret.png"
    secret.write_bytes(encode(make_picture(64, 64, 9), "PNG") + SECRET)
    os.utime(secret, (1, 1))
    blobs = FileBlobStore(folder / "media")
    with VipsWorkshop(blobs, workers=1, seconds=20) as workshop:
        yield workshop, blobs, secret


def verdict(workshop: VipsWorkshop, blobs: FileBlobStore, data: bytes) -> str:
    """The code a file gets at upload and when something is made of it; a sound one gets none."""
    sha256 = blobs.store([data], limit=1 << 30).sha256
    codes = []
    for work in (lambda: workshop.prepare(sha256), lambda: workshop.render(sha256, RECIPE)):
        try:
            work()
        except errors.DomainError as refusal:
            codes.append(refusal.code)
        else:
            codes.append("taken")
    return codes[0] if codes[0] != "taken" else codes[1]


def peak_memory(pid: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) * 1024


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_pictures_are_refused_or_taken_and_never_break_anything(
    guarded: tuple[VipsWorkshop, FileBlobStore, Path], kind: str
) -> None:
    workshop, blobs, _ = guarded
    whole, chance = KINDS[kind](), random.Random(kind)
    assert verdict(workshop, blobs, whole) == "taken"
    codes = [verdict(workshop, blobs, mutated(whole, chance)) for _ in range(MUTATIONS)]
    assert set(codes) <= {"taken", "MEDIA_INVALID", "VIDEO_PROCESSING_FAILED"}
    assert codes.count("MEDIA_INVALID") >= MUTATIONS // 6
    assert len(workshop.pids()) <= 1
    assert all(peak_memory(pid) < MEMORY / 4 for pid in workshop.pids())
    assert verdict(workshop, blobs, whole) == "taken"


def test_hostile_files_are_refused_and_nothing_else_is_read(
    guarded: tuple[VipsWorkshop, FileBlobStore, Path],
) -> None:
    workshop, blobs, secret = guarded
    before = secret.stat().st_atime_ns
    found = {name: verdict(workshop, blobs, data) for name, data in hostile(secret).items()}
    assert {name for name, code in found.items() if code != "MEDIA_INVALID"} == set()
    assert secret.stat().st_atime_ns == before
    assert len(workshop.pids()) <= 1
    assert all(peak_memory(pid) < MEMORY / 4 for pid in workshop.pids())


@pytest.mark.parametrize(
    "tail", [b"<svg/>", b"PK\x03\x04" + SECRET, b"<script>alert(1)</script>", b"%PDF-1.7"]
)
def test_what_hides_behind_a_picture_is_not_published(
    guarded: tuple[VipsWorkshop, FileBlobStore, Path], tail: bytes
) -> None:
    workshop, blobs, _ = guarded
    prepared = workshop.prepare(blobs.store([make_jpeg() + tail], limit=1 << 30).sha256)
    for made in prepared.renditions:
        with blobs.open(made.sha256) as file:
            assert tail not in file.read()


def test_no_child_is_left_when_the_workshop_closes(tmp_path: Path) -> None:
    blobs = FileBlobStore(tmp_path)
    with VipsWorkshop(blobs, workers=1) as workshop:
        for data in (make_jpeg(), make_bomb(30_000, 30_000), b"\xff\xd8\xff" * 50):
            verdict(workshop, blobs, data)
        pids = workshop.pids()
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
