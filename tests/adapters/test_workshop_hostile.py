"""Over 250 pictures that were damaged, or made to do harm: each gets its code, and nothing else."""

from __future__ import annotations

import os
import random
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.filesystem.blob_store import FileBlobStore
from adapters.pyvips.limits import MEMORY
from adapters.pyvips.media_workshop import VipsWorkshop
from domain import errors
from domain.content import Fit
from domain.media import Use
from domain.renditions import Recipe
from tests.heic import make_heic
from tests.pictures import encode, make_bomb, make_jpeg, make_picture, png

SECRET = b"nobody may read this: " + bytes(range(65, 91)) * 4
MUTATIONS = 30
RECIPE = Recipe(Use.FEED, 1080, 1350, Fit.PAD_BLUR)
KINDS: dict[str, Callable[[], bytes]] = {
    "JPEG": lambda: make_jpeg(400, 500),
    "progressive": lambda: encode(make_picture(400, 500), "JPEG", progressive=True),
    "PNG": lambda: encode(make_picture(200, 250), "PNG"),
    "WebP": lambda: encode(make_picture(400, 500), "WEBP", method=0),
    "GIF": lambda: encode(make_picture(200, 250), "GIF"),
    "TIFF": lambda: encode(make_picture(200, 250), "TIFF", compression="tiff_lzw"),
    "AVIF": lambda: encode(make_picture(200, 250), "AVIF", speed=10),
    "HEIC": lambda: make_heic(make_picture(256, 320)),
}


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The file with its end missing, bits turned, a part repeated, or numbers of its header overblown."""
    damaged = bytearray(data)
    match chance.randrange(4):
        case 0:
            del damaged[chance.randrange(1, len(damaged)) :]
        case 1:
            for _ in range(chance.randrange(1, 40)):
                damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        case 2:
            start, end = sorted(chance.randrange(len(damaged)) for _ in range(2))
            damaged[start:start] = damaged[start:end]
        case _:
            at = chance.randrange(min(200, len(damaged) - 4))
            damaged[at : at + 4] = chance.choice([b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0"])
    return bytes(damaged)


def hostile(secret: Path) -> dict[str, bytes]:
    """Files that want more than to be seen."""
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"'
    svg = f'<svg {names}><image x:href="{secret}"/></svg>'
    told = str(secret).encode()
    zeros = zlib.compress(bytes(1 << 22))
    return {
        "SVG that points at a file": svg.encode(),
        "SVG behind a JPEG's first bytes": b"\xff\xd8\xff\xe0" + svg.encode(),
        "SVG behind a PNG's first bytes": b"\x89PNG\r\n\x1a\n" + svg.encode(),
        "SVG with an entity": b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY e SYSTEM "file://'
        + told
        + b'">]><svg>&e;</svg>',
        "PostScript": b"%!PS\n(" + told + b") run",
        "PDF": b"%PDF-1.7\n" + told,
        "path": told,
        "option string": told + b"[fail_on=none]",
        "playlist": b"#EXTM3U\n#EXTINF:1,\nfile://" + told,
        "csv": b"1;2\n3;4\n",
        "matrix": b"2 2\n1 2\n3 4\n",
        "libvips file": b"\xb6\xa6\xf2\x08" + bytes(60),
        "PPM": b"P6\n9 9\n255\n" + bytes(243),
        "HDR": b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 9 +X 9\n" + bytes(324),
        "FITS": b"SIMPLE  =                    T" + bytes(2850),
        "ImageMagick script": b"push graphic-context\nimage over 0,0 0,0 '"
        + told
        + b"'\npop graphic-context",
        "bomb of a PNG": make_bomb(16_000, 9_000),
        "larger bomb": make_bomb(30_000, 30_000),
        "interlaced bomb": png(7_500, 7_500, zeros, interlace=1),
        "PNG that says more than it has": png(9_000, 9_000, zeros),
        "GIF of 65535 by 65535": b"GIF89a\xff\xff\xff\xff\x80\0\0" + bytes(20),
        "TIFF that points at itself": b"II*\0\x08\0\0\0\x01\0\0\x01\x04\0\x01" + b"\0\0\0\x08" * 2 + bytes(3),
        "nothing": b"",
        "one byte": b"\xff",
    }


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
