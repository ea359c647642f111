"""Videos as people have them become what Instagram takes: every number checked by another reader."""

from __future__ import annotations

import io
import itertools
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
import pytest
from PIL import Image

from adapters.pyvips.boxes import read_layout
from domain.media import Facts, MediaStatus, Rendition, Severity, Use
from domain.media_rules import MB
from entrypoints.sandbox import clips as judge
from entrypoints.sandbox.shapes import Shape
from entrypoints.sandbox.videos import ALLOWANCES, _judge
from tests.clips import NAMES, clip
from tests.video.conftest import Darkroom

FILMS = (Use.REEL, Use.STORY, Use.CAROUSEL)
MOST_BYTES = {Use.REEL: 300 * MB, Use.STORY: 100 * MB, Use.CAROUSEL: 100 * MB}
SHAPES = {Use.REEL: Shape.REEL, Use.STORY: Shape.STORY_VIDEO, Use.CAROUSEL: Shape.CHILD_VIDEO}

FOUND = {
    "variable frame rate": "variable_frame_rate",
    "HLG from a phone": "hdr",
    "HDR10 in MKV": "hdr",
    "VP9 and Opus": "video_codec",
    "silent, index last": "layout",
    "5.1 sound": "audio_channels",
    "96 kHz PCM in MOV": "audio_rate",
    "MKV of the right codecs": "container",
    "odd sides": "chroma",
    "15 frames a second": "frame_rate",
    "120 frames a second": "frame_rate",
    "4K": "width",
    "AVI with MPEG-4 and MP3": "container",
    "ProRes": "chroma",
    "interlaced": "interlaced",
    "pixels that are not square": "pixel_shape",
    "rotated by a flag": "rotation",
    "MOV cut by an edit list": "trimmed",
}
COPIED = {"silent, index last", "5.1 sound", "96 kHz PCM in MOV", "MKV of the right codecs"}
SIZES = {
    "odd sides": (180, 318),
    "4K": (1080, 1920),
    "pixels that are not square": (240, 320),
}


class Seen(NamedTuple):
    """What decoding every frame of a film showed."""

    frames: int
    times: list[Fraction]
    size: tuple[int, int]
    interlaced: bool


@pytest.mark.parametrize("name", NAMES)
def test_a_video_as_people_have_it_becomes_what_instagram_takes(
    darkroom: Darkroom, tmp_path: Path, name: str
) -> None:
    original = clip(name)
    received = darkroom.upload(original)
    assert received.status is MediaStatus.PROCESSING
    assert FOUND[name] in {issue.rule for issue in received.issues}
    assert all(issue.fixable for issue in received.issues if issue.severity is Severity.ERROR)

    row = darkroom.prepare(received)

    assert row.status is MediaStatus.READY, row.failure
    assert not [issue for issue in row.issues if issue.severity is Severity.ERROR]
    assert darkroom.unfinished() == []
    with darkroom.service.blobs.open(row.sha256) as file:
        assert file.read() == original
    assert row.facts is not None
    for sha256 in {made.sha256 for use in FILMS if (made := row.rendition(use))}:
        film = tmp_path / "film.mp4"
        with darkroom.service.blobs.open(sha256) as file:
            film.write_bytes(file.read())
        _meets_every_number(film, row.facts, SIZES.get(name, (180, 320)))
        for use in FILMS:
            made = row.rendition(use)
            assert made is not None
            assert film.stat().st_size == made.size_bytes <= MOST_BYTES[use]
            _judge(judge.look_at(film), ALLOWANCES[SHAPES[use]], 0.0, strict_layout=True)
        assert (_pictures(film) == _pictures_of(original, tmp_path)) is (name in COPIED)
    _is_a_jpeg(darkroom, row.rendition(Use.COVER))


def _meets_every_number(path: Path, source: Facts, size: tuple[int, int]) -> None:
    """Section 6.2 of what Instagram documents, read by PyAV and our box reader."""
    with path.open("rb") as file:
        layout = read_layout(file, path.stat().st_size)
    assert layout.index_first
    assert not layout.edit_list
    with av.open(str(path)) as film:
        assert "mp4" in film.format.name
        assert not {"location", "com.apple.quicktime.location.ISO6709"} & set(film.metadata)
        (video,), (audio,) = film.streams.video, film.streams.audio
        coded = video.codec_context
        assert (coded.name, coded.pix_fmt) == ("h264", "yuv420p")
        assert coded.profile in ("High", "Main", "Baseline", "Constrained Baseline")
        assert (video.width, video.height) == size
        assert video.width <= 1920
        assert video.sample_aspect_ratio in (None, 0, 1)
        assert video.start_time == 0
        assert abs((audio.start_time or 0) * (audio.time_base or 0)) < 0.03
        assert (audio.codec_context.name, audio.codec_context.layout.nb_channels) in (("aac", 1), ("aac", 2))
        assert audio.codec_context.sample_rate <= 48_000
        assert film.duration is not None
        seconds = film.duration / av.time_base
        assert 3.0 <= seconds <= 60.0
        assert seconds == pytest.approx((source.duration_ms or 0) / 1000, abs=0.2)
        assert path.stat().st_size * 8 / seconds <= 25 * MB
    seen = _decode(path)
    assert seen.size == size
    assert not seen.interlaced
    gaps = [later - earlier for earlier, later in itertools.pairwise(sorted(seen.times))]
    assert 1 / Fraction(61) <= sum(gaps) / len(gaps) <= 1 / Fraction(229, 10)
    assert max(gaps) - min(gaps) <= Fraction(3, 1000)


def _decode(path: Path) -> Seen:
    with av.open(str(path)) as film:
        frames = [
            (frame.pts * frame.time_base, frame) for frame in film.decode(video=0) if frame.pts is not None
        ]
    last = frames[-1][1]
    assert last.rotation == 0
    assert int(last.color_trc) not in (16, 18)
    interlaced = any(frame.interlaced_frame for _, frame in frames)
    return Seen(len(frames), [Fraction(time) for time, _ in frames], (last.width, last.height), interlaced)


def _pictures(path: Path) -> list[bytes]:
    """The coded pictures without their packing: equal after a copy, and only then."""
    with av.open(str(path)) as film:
        return [bytes(packet)[-64:] for packet in film.demux(video=0) if packet.size]


def _pictures_of(original: bytes, folder: Path) -> list[bytes]:
    path = folder / "original"
    path.write_bytes(original)
    return _pictures(path)


def _is_a_jpeg(darkroom: Darkroom, made: Rendition | None) -> None:
    assert made is not None
    with darkroom.service.blobs.open(made.sha256) as file:
        picture = Image.open(io.BytesIO(file.read()))
    picture.load()
    assert (picture.format, picture.size) == ("JPEG", (made.width, made.height))
