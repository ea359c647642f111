"""What Instagram asks of a file for each use: the one table of numbers, and the judge that reads it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from domain.media import Facts, Issue, Kind, Severity, Use

MIB = 1 << 20
MB = 1_000_000


@dataclass(frozen=True)
class Admission:
    """What may be decoded at all, whatever it is for."""

    picture_bytes: int = 300 * MB
    video_bytes: int = 300 * MB
    pixels: int = 100_000_000
    pixels_held_whole: int = 50_000_000
    side: int = 16_384
    frame_pixels: int = 36_000_000


@dataclass(frozen=True)
class PictureRules:
    """A picture as Instagram takes it for one use; sides in pixels, ratio is width to height."""

    max_bytes: int
    max_width: int
    max_height: int
    min_width: int = 1
    min_ratio: float = 0.0
    max_ratio: float = float("inf")
    quality: int = 90


@dataclass(frozen=True)
class VideoRules:
    """A video as Instagram takes it for one use."""

    max_bytes: int
    max_ms: int
    min_ratio: float
    min_ms: int = 3_000
    max_ratio: float = 10.0
    max_width: int = 1920
    min_frame_rate: float = 23.0
    max_frame_rate: float = 60.0
    max_bit_rate: int = 25 * MB
    containers: frozenset[str] = frozenset({"video/mp4", "video/quicktime"})
    video_codecs: frozenset[str] = frozenset({"h264", "hevc"})
    audio_codecs: frozenset[str] = frozenset({"aac"})
    max_audio_rate: int = 48_000
    max_audio_channels: int = 2
    advised_ratio: float | None = None


ADMISSION = Admission()

FEED = PictureRules(
    max_bytes=8 * MIB, min_width=320, max_width=1440, max_height=1800, min_ratio=4 / 5, max_ratio=1.91
)
PICTURES: dict[Use, PictureRules] = {
    Use.FEED: FEED,
    Use.CAROUSEL: FEED,
    Use.STORY: PictureRules(max_bytes=8 * MIB, max_width=1440, max_height=2560),
    Use.COVER: PictureRules(max_bytes=8 * MIB, max_width=1440, max_height=2560),
}
PREVIEW = PictureRules(max_bytes=1 * MIB, max_width=480, max_height=480, quality=80)

VIDEOS: dict[Use, VideoRules] = {
    Use.REEL: VideoRules(max_bytes=300 * MB, max_ms=15 * 60_000, min_ratio=0.01, advised_ratio=9 / 16),
    Use.STORY: VideoRules(max_bytes=100 * MB, max_ms=60_000, min_ratio=0.1, advised_ratio=9 / 16),
    Use.CAROUSEL: VideoRules(max_bytes=100 * MB, max_ms=60_000, min_ratio=0.01),
}

FITTED = frozenset({"feed_ratio"})
"""What a post mends by its `fit`: a picture made for it, so that the file as it stands is not refused."""
RATIO_SLACK = 0.005
"""How far beyond a bound a ratio may lie and still count as meant: 1200 by 628 is meant as 1.91."""
HDR_TRANSFERS = frozenset({"smpte2084", "arib-std-b67"})
_ALSO_420 = frozenset({"nv12", "nv21", "p010le", "p016le"})
_DEEP = ("10le", "10be", "12le", "12be", "16le", "16be")
FRAME_RATE_SLACK = 0.01
"""Clocks are rounded: 60.02 frames a second is meant as 60."""


def judge(facts: Facts, size_bytes: int) -> tuple[Issue, ...]:
    """Every way in which a file misses what Instagram asks, each with the uses it rules out."""
    rules = _picture(facts, size_bytes) if facts.kind is Kind.IMAGE else _video(facts, size_bytes)
    merged: dict[tuple[str, str], Issue] = {}
    for issue in rules:
        key = (issue.rule, issue.message)
        known = merged.get(key)
        merged[key] = replace(issue, uses=known.uses + issue.uses) if known else issue
    return tuple(merged.values())


def met(facts: Facts, issues: tuple[Issue, ...]) -> tuple[Use, ...]:
    """The uses that no error among the issues rules out."""
    ruled_out = {
        use
        for issue in issues
        if issue.severity is Severity.ERROR or issue.rule in FITTED
        for use in issue.uses
    }
    table = PICTURES if facts.kind is Kind.IMAGE else VIDEOS
    return tuple(use for use in table if use not in ruled_out)


def mended(issues: tuple[Issue, ...], served: frozenset[Use]) -> tuple[Issue, ...]:
    """The issues once renditions serve these uses: what was mended for a use is told, and stops nobody."""
    kept: list[Issue] = []
    for issue in issues:
        cured = tuple(use for use in issue.uses if use in served)
        if issue.severity is not Severity.ERROR or not cured:
            kept.append(issue)
            continue
        if left := tuple(use for use in issue.uses if use not in served):
            kept.append(replace(issue, uses=left))
        kept.append(replace(issue, severity=Severity.INFO, uses=cured))
    return tuple(kept)


def ratio_is_within(width: int, height: int, rules: PictureRules | VideoRules) -> bool:
    """Whether a shape is allowed, or so near that rounding a side mends it."""
    low, high = rules.min_ratio * (1 - RATIO_SLACK), rules.max_ratio * (1 + RATIO_SLACK)
    return low <= width / height <= high


def _picture(facts: Facts, size_bytes: int) -> Iterator[Issue]:
    yield from _picture_surprises(facts, size_bytes)
    shape = f"{facts.width} by {facts.height}"
    for use, rules in PICTURES.items():
        if not ratio_is_within(facts.width, facts.height, rules):
            yield Issue(
                rule="feed_ratio",
                severity=Severity.WARNING,
                message=f"The picture is {shape}; Instagram's feed takes shapes from 4:5 to 1.91:1.",
                fixable=True,
                uses=(use,),
            )
        elif facts.width < rules.min_width:
            yield Issue(
                rule="feed_width",
                severity=Severity.WARNING,
                message=f"The picture is {facts.width} pixels wide and is enlarged to {rules.min_width}.",
                fixable=False,
                uses=(use,),
            )


def _picture_surprises(facts: Facts, size_bytes: int) -> Iterator[Issue]:
    """What is changed about a picture whatever it is for."""
    told: list[tuple[str, Severity, str]] = []
    if (facts.pages or 1) > 1:
        message = f"The file holds {facts.pages} pictures; only the first is shown."
        told.append(("animation", Severity.WARNING, message))
    if (facts.orientation or 1) > 1:
        message = "It is stored turned and says so; Instagram does not always listen."
        told.append(("orientation", Severity.INFO, message))
    if facts.alpha:
        told.append(("alpha", Severity.INFO, "It has transparency, which a JPEG cannot show."))
    if facts.colours not in (None, "srgb", "b-w") or (
        facts.colour_profile is not None and "sRGB" not in facts.colour_profile
    ):
        named = facts.colour_profile or facts.colours
        told.append(("colours", Severity.INFO, f"Its colours are {named}; Instagram shows sRGB."))
    if facts.metadata:
        told.append(("metadata", Severity.INFO, "It carries notes such as camera, time or place."))
    if facts.mime_type != "image/jpeg":
        message = f"It is {facts.mime_type}; Instagram takes JPEG pictures."
        told.append(("format", Severity.INFO, message))
    if size_bytes > FEED.max_bytes:
        message = f"It has {size_bytes / MIB:.1f} MiB; at most {FEED.max_bytes // MIB} are taken."
        told.append(("file_size", Severity.INFO, message))
    yield from (Issue(rule, severity, message, True) for rule, severity, message in told)


def _video(facts: Facts, size_bytes: int) -> Iterator[Issue]:
    for use, rules in VIDEOS.items():
        for rule, message, fixable in _video_errors(facts, size_bytes, rules):
            yield Issue(rule, Severity.ERROR, message, fixable, (use,))
        if rules.advised_ratio and facts.width > facts.height:
            yield Issue(
                rule="portrait_advised",
                severity=Severity.WARNING,
                message="The video is wider than high; 9:16 is advised, and some accounts are refused more.",
                fixable=True,
                uses=(use,),
            )


def _video_errors(facts: Facts, size_bytes: int, rules: VideoRules) -> Iterator[tuple[str, str, bool]]:
    """Each broken rule with its sentence, and whether encoding the video again would cure it."""
    duration, rate, bits = facts.duration_ms or 0, facts.frame_rate or 0.0, facts.bit_rate or 0
    if facts.mime_type not in rules.containers:
        yield "container", "The file is not an MP4 or MOV.", True
    if facts.video_codec not in rules.video_codecs:
        yield "video_codec", f"The picture is coded as {facts.video_codec}; H.264 or HEVC is asked.", True
    if facts.pixel_format and "420" not in facts.pixel_format and facts.pixel_format not in _ALSO_420:
        yield "chroma", f"The colours are stored as {facts.pixel_format}; 4:2:0 is asked.", True
    elif facts.pixel_format and facts.pixel_format.endswith(_DEEP):
        yield "bit_depth", f"The colours are stored as {facts.pixel_format}; 8 bits are asked.", True
    if facts.colour_transfer in HDR_TRANSFERS:
        yield "hdr", "It is HDR video; Instagram would show it pale. It is made SDR.", True
    if facts.square_pixels is False:
        yield "pixel_shape", "Its pixels are not square; square ones are asked.", True
    if facts.rotation:
        yield "rotation", f"Its pictures lie {facts.rotation} degrees turned; upright ones are asked.", True
    if facts.progressive is False:
        yield "interlaced", "The video is interlaced; progressive frames are asked.", True
    if duration < rules.min_ms:
        yield (
            "too_short",
            f"It lasts {_seconds(duration)}; at least {_seconds(rules.min_ms)} are asked.",
            False,
        )
    if duration > rules.max_ms:
        yield "too_long", f"It lasts {_seconds(duration)}; at most {_seconds(rules.max_ms)} are taken.", False
    if not _within(rate, rules.min_frame_rate, rules.max_frame_rate, FRAME_RATE_SLACK):
        yield (
            "frame_rate",
            f"It has {rate:g} frames a second; "
            f"{rules.min_frame_rate:g} to {rules.max_frame_rate:g} are asked.",
            True,
        )
    elif facts.steady_frame_rate is False:
        yield "variable_frame_rate", "Its frames come at uneven times; a steady rate is asked.", True
    if facts.width > rules.max_width:
        yield "width", f"It is {facts.width} pixels wide; at most {rules.max_width} are taken.", True
    if not ratio_is_within(facts.width, facts.height, rules):
        yield "ratio", f"The shape {facts.width} by {facts.height} is too extreme.", False
    if bits > rules.max_bit_rate:
        yield (
            "bit_rate",
            f"It takes {bits / MB:.1f} Mbit a second; at most {rules.max_bit_rate // MB} are taken.",
            True,
        )
    if size_bytes > rules.max_bytes:
        yield (
            "file_size",
            f"It has {size_bytes / MB:.0f} MB; at most {rules.max_bytes // MB} are taken.",
            True,
        )
    if facts.index_first is False:
        yield "layout", "Its index stands after the pictures; it must come first (fast start).", True
    if facts.edit_list:
        yield "edit_list", "It contains an edit list, which Instagram does not take.", True
    if facts.trimmed:
        yield "trimmed", "It was cut by hiding pictures, which Instagram would show.", True
    yield from _audio_errors(facts, rules)


def _audio_errors(facts: Facts, rules: VideoRules) -> Iterator[tuple[str, str, bool]]:
    if facts.audio_codec is None:
        return
    if facts.audio_codec not in rules.audio_codecs:
        known = facts.audio_codec != "unknown"
        yield "audio_codec", f"The sound is coded as {facts.audio_codec}; AAC is asked.", known
    if (facts.audio_rate or 0) > rules.max_audio_rate:
        yield (
            "audio_rate",
            f"The sound has {facts.audio_rate} samples a second; at most 48,000 are taken.",
            True,
        )
    if (facts.audio_channels or 0) > rules.max_audio_channels:
        yield (
            "audio_channels",
            f"The sound has {facts.audio_channels} channels; mono or stereo is asked.",
            True,
        )


def _within(value: float, low: float, high: float, slack: float) -> bool:
    return low * (1 - slack) <= value <= high * (1 + slack)


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:g} s"


def delivered_size(width: int, height: int) -> tuple[int, int]:
    """The size in which a picture of this size is delivered: unchanged if it may be, never cropped."""
    if ratio_is_within(width, height, FEED):
        new_width = min(max(width, FEED.min_width), FEED.max_width)
        new_height = round(new_width * height / width)
        lowest, highest = math.ceil(new_width / FEED.max_ratio), math.floor(new_width / FEED.min_ratio)
        return new_width, min(max(new_height, lowest), highest)
    story = PICTURES[Use.STORY]
    return fitted(width, height, story.max_width, story.max_height)


def fitted(width: int, height: int, max_width: int, max_height: int) -> tuple[int, int]:
    """The largest size of the same shape within the bounds, and not larger than it is."""
    scale = min(1.0, max_width / width, max_height / height)
    return max(1, round(width * scale)), max(1, round(height * scale))
