"""Videos as people send them, judged by the table; what is compliant is published byte for byte."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from adapters.pyvips.boxes import Layout, read_layout
from domain import errors
from domain.media import Kind, Severity, Use
from tests.adapters.conftest import Studio
from tests.videos import make_video

FILMS = {Use.REEL, Use.STORY, Use.CAROUSEL}
STILLS = {Use.PREVIEW, Use.COVER}


def test_a_compliant_reel_passes_untouched_with_a_preview(studio: Studio) -> None:
    data = make_video()
    prepared = studio.prepare(data)

    facts = prepared.facts
    assert (facts.kind, facts.mime_type, facts.width, facts.height) == (Kind.VIDEO, "video/mp4", 360, 640)
    assert (facts.video_codec, facts.audio_codec, facts.pixel_format) == ("h264", "aac", "yuv420p")
    assert (facts.audio_rate, facts.audio_channels) == (48_000, 2)
    assert facts.frame_rate == pytest.approx(24)
    assert facts.duration_ms == pytest.approx(3500, abs=50)
    assert facts.bit_rate
    assert facts.bit_rate < 25_000_000
    assert (facts.progressive, facts.index_first, facts.edit_list) == (True, True, False)
    assert prepared.issues == ()
    assert {made.use for made in prepared.renditions} == FILMS | STILLS
    for use in FILMS:
        assert studio.read(prepared, use) == data
    assert studio.picture(prepared, Use.PREVIEW).size == (270, 480)


@pytest.mark.parametrize(
    ("video", "rules", "left"),
    [
        ({"seconds": 2}, {"too_short"}, set()),
        ({"seconds": 61, "width": 64, "height": 64, "sound": None}, {"too_long"}, {Use.REEL}),
        ({"compliant_layout": False}, {"layout", "edit_list"}, set()),
        ({"frame_rate": 12}, {"frame_rate"}, set()),
        ({"pixel_format": "yuv444p"}, {"chroma"}, set()),
        ({"width": 2048, "height": 64}, {"width", "ratio"}, set()),
        ({"codec": "mpeg4", "sound": None}, {"video_codec"}, set()),
        ({"sound": "ac3"}, {"audio_codec"}, set()),
        ({"container": "mov", "sound": None}, set(), FILMS),
        (
            {"codec": "libvpx-vp9", "sound": "libopus", "container": "webm"},
            {"container", "video_codec", "audio_codec"},
            set(),
        ),
        ({"codec": "mpeg4", "container": "avi", "sound": None}, {"container", "video_codec"}, set()),
    ],
    ids=lambda value: " ".join(map(str, value.values())) if isinstance(value, dict) else "",
)
def test_each_broken_rule_is_named_and_rules_out_its_uses(
    studio: Studio, video: dict[str, Any], rules: set[str], left: set[Use]
) -> None:
    prepared = studio.prepare(make_video(**video))

    broken = {issue.rule for issue in prepared.issues if issue.severity is Severity.ERROR}
    assert broken == rules
    assert {made.use for made in prepared.renditions} == left | STILLS


def test_a_landscape_video_is_taken_with_a_warning(studio: Studio) -> None:
    prepared = studio.prepare(make_video(width=640, height=360))
    (issue,) = prepared.issues
    assert (issue.rule, issue.severity) == ("portrait_advised", Severity.WARNING)
    assert {made.use for made in prepared.renditions} == FILMS | STILLS


@pytest.mark.parametrize(
    ("sine", "cosine", "size"), [(1.0, 0.0, (360, 640)), (-1.0, 0.0, (360, 640)), (0.5, 0.866, (640, 360))]
)
def test_a_turned_video_is_seen_upright_to_the_nearest_quarter(
    studio: Studio, sine: float, cosine: float, size: tuple[int, int]
) -> None:
    prepared = studio.prepare(turned(make_video(width=640, height=360), sine, cosine))
    assert (prepared.facts.width, prepared.facts.height) == size
    assert studio.picture(prepared, Use.PREVIEW).size == (size[0] * 3 // 4, size[1] * 3 // 4)


def test_a_quarter_turn_goes_the_right_way(studio: Studio) -> None:
    straight = studio.picture(studio.prepare(make_video(width=640, height=360)), Use.PREVIEW)
    prepared = studio.prepare(turned(make_video(width=640, height=360), 1.0, 0.0))
    found = studio.picture(prepared, Use.PREVIEW)

    clockwise = straight.transpose(Image.Transpose.ROTATE_270)
    assert max(ImageStat.Stat(ImageChops.difference(found, clockwise)).mean) < 4


@pytest.mark.parametrize("share", [0.01, 0.3, 0.99])
@pytest.mark.parametrize("layout", [True, False])
def test_a_cut_off_video_is_refused(studio: Studio, share: float, layout: bool) -> None:
    whole = make_video(compliant_layout=layout)
    assert "cut off" in studio.refusal(whole[: int(len(whole) * share)])


@pytest.mark.parametrize("share", [0.01, 0.3, 0.8])
def test_a_cut_off_webm_is_refused(studio: Studio, share: float) -> None:
    whole = make_video(codec="libvpx-vp9", sound="libopus", container="webm")
    assert "cut off" in studio.refusal(whole[: int(len(whole) * share)])


@pytest.mark.parametrize(
    "data",
    [
        b"I am a text, and somebody named me film.mp4.",
        b"#EXTM3U\n#EXTINF:5,\nhttp://127.0.0.1/secret\n",
        b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"#EXTM3U\nhttp://127.0.0.1/secret\n" * 9,
        b"\0\0\0\x10ftypmp42\0\0\0\0" + b"\0\0\0\x08moov",
        b"\x1aE\xdf\xa3" + b"nonsense" * 100,
        b"RIFF\0\0\0\0AVI nonsense" * 10,
        b"\0\0\0\x08moov\0\0\0\x08mdat",
    ],
)
def test_what_is_no_video_is_refused_whatever_its_name(studio: Studio, data: bytes) -> None:
    studio.refusal(data)


def test_noise_in_the_middle_is_refused_or_survived_but_never_breaks_the_child(studio: Studio) -> None:
    data = bytearray(make_video())
    start = data.index(b"mdat") + 100
    data[start : start + 4000] = bytes(4000)
    before = studio.workshop.pids()
    with contextlib.suppress(errors.MediaInvalid):
        studio.prepare(bytes(data))
    assert studio.workshop.pids() == before


def test_the_box_reader_tells_order_and_edits(tmp_path: Any) -> None:
    for compliant, wanted in ((True, Layout(True, False)), (False, Layout(False, True))):
        path = tmp_path / "film"
        path.write_bytes(make_video(compliant_layout=compliant))
        with path.open("rb") as file:
            assert read_layout(file, path.stat().st_size) == wanted


def turned(data: bytes, sine: float, cosine: float) -> bytes:
    """The same file with a matrix in its track header that says: turn clockwise by this angle."""
    upright, matrix = (
        b"".join(round(part * 65536).to_bytes(4, "big", signed=True) for part in (*parts, 16384))
        for parts in ((1, 0, 0, 0, 1, 0, 0, 0), (cosine, sine, 0, -sine, cosine, 0, 0, 0))
    )
    at = data.index(upright, data.index(b"tkhd"))
    return data[:at] + matrix + data[at + len(matrix) :]
