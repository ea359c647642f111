"""Broken and hostile files: each gets its code, nothing else is read, and nothing is left running."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from domain import errors
from domain.media import MediaStatus
from tests.clips import clip
from tests.ensembles import descendants
from tests.video.conftest import Darkroom
from tests.videos import make_video

SECRET = b"this line stands in a file that is nobody's business"
CODES = {errors.MediaInvalid.code, errors.VideoProcessingFailed.code}
BATCHES = 5
_SOURCES: tuple[Callable[[], bytes], ...] = (
    lambda: make_video(width=64, height=96),
    lambda: make_video(width=64, height=96, compliant_layout=False),
    lambda: make_video(width=64, height=96, codec="libvpx-vp9", sound="libopus", container="webm"),
    lambda: make_video(width=64, height=96, codec="mpeg4", sound=None, container="avi"),
    lambda: clip("MKV of the right codecs"),
)


def mutations(number: int) -> Iterator[bytes]:
    """Fifty broken forms of one video: cut off, with bits flipped, blocks lost, sizes that lie."""
    chance = random.Random(number)
    whole = _SOURCES[number]()
    for _ in range(10):
        yield whole[: chance.randrange(1, len(whole))]
    for _ in range(15):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 20, 400))):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        yield bytes(data)
    for _ in range(10):
        start, length = chance.randrange(len(whole)), chance.randrange(1, 5000)
        yield whole[:start] + whole[start + length :]
    for _ in range(15):
        data = bytearray(whole)
        heads = [at for at in range(0, len(data) - 8) if whole[at + 4 : at + 8] in _NAMES] or [0]
        at = chance.choice(heads)
        data[at : at + 4] = chance.choice((b"\0\0\0\0", b"\0\0\0\1", b"\xff\xff\xff\xff", b"\x7f\0\0\0"))
        yield bytes(data)


_NAMES = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"stts", b"stsc", b"stsz", b"stco", b"ctts"}


@pytest.mark.parametrize("number", range(BATCHES))
def test_fifty_broken_videos_are_taken_or_refused_and_leave_nothing(darkroom: Darkroom, number: int) -> None:
    came_to = [_outcome(darkroom, data) for data in mutations(number)]
    assert len(came_to) == 50
    assert {outcome for outcome in came_to if outcome} <= CODES
    assert sum(outcome is not None for outcome in came_to) >= 10, "most of these are broken"
    assert darkroom.unfinished() == []
    assert not [pid for pid in descendants(os.getpid()) if _runs_ffmpeg(pid)]


def disguises(secret: Path) -> Iterator[bytes]:
    """Files that would have a careless reader open another one."""
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile://{secret}\n#EXT-X-ENDLIST\n".encode()
    script = f"ffconcat version 1.0\nfile '{secret}'\n".encode()
    session = f"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\na=file:{secret}\n".encode()
    manifest = f'<?xml version="1.0"?><MPD><Period><BaseURL>file://{secret}</BaseURL></Period></MPD>'.encode()
    head = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"
    for text in (playlist, script, session, manifest):
        yield text
        yield head + text
        yield b"\x1aE\xdf\xa3" + text
        yield b"RIFF" + len(text).to_bytes(4, "little") + b"AVI " + text
    whole = make_video(width=64, height=96, compliant_layout=False)
    yield whole + playlist
    yield b"GIF89a" + whole
    yield _with_reference(whole, secret)
    yield whole[:32] + whole


@pytest.mark.parametrize("number", range(20))
def test_a_file_that_points_at_another_one_does_not_make_us_read_it(
    darkroom: Darkroom, tmp_path: Path, number: int
) -> None:
    secret = tmp_path / "secret.ts"
    secret.write_bytes(SECRET)
    os.utime(secret, ns=(1, 1))
    before = set(darkroom.service.blobs)

    _outcome(darkroom, list(disguises(secret))[number])

    assert secret.stat().st_atime_ns == 1, "somebody opened it"
    for sha256 in set(darkroom.service.blobs) - before:
        with darkroom.service.blobs.open(sha256) as file:
            assert SECRET not in file.read()


def test_every_disguise_is_tried(tmp_path: Path) -> None:
    assert len(list(disguises(tmp_path / "secret"))) == 20


def _outcome(darkroom: Darkroom, data: bytes) -> str | None:
    """The code a file ends with, at once or in the worker; None for one that was made ready."""
    try:
        row = darkroom.upload(data)
        if row.status is MediaStatus.PROCESSING:
            row = darkroom.prepare(row)
    except errors.MediaInvalid as refusal:
        return refusal.code
    if row.failure:
        return row.failure.code
    assert row.status is MediaStatus.READY
    return None


def _with_reference(whole: bytes, secret: Path) -> bytes:
    """The same video whose data are said to lie in another file."""
    at = whole.index(b"url \0\0\0\1")
    box = b"url \0\0\0\0" + f"file://{secret}\0".encode()
    return whole[: at - 4] + (len(box) + 4).to_bytes(4, "big") + box + whole[at + 8 :]


def _runs_ffmpeg(pid: int) -> bool:
    try:
        return b"ffmpeg" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
