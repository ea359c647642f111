"""How a video that misses a rule is made to meet it: which parts are copied, which are encoded, and how."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace

from domain.media import Facts, Issue, Kind, Severity, Use
from domain.media_rules import HDR_TRANSFERS, VIDEOS, VideoRules, fitted

AUDIO_RATE = 48_000
AUDIO_BIT_RATE = 128_000
LONGEST_SIDE = 1920
USUAL_FRAME_RATE = 30.0
BIT_RATE = 5_000_000
LEAST_BIT_RATE = 300_000
_HEAVY_PIXELS = 2560 * 1440
_ROOM = 0.92
"""Of the bytes allowed; the rest is for the index, and for encoders that meet a rate only about."""


class Picture(enum.StrEnum):
    COPY = "COPY"
    ENCODE = "ENCODE"


class Sound(enum.StrEnum):
    COPY = "COPY"
    ENCODE = "ENCODE"
    SILENCE = "SILENCE"


@dataclass(frozen=True)
class VideoRecipe:
    """One file to be made of a video, for one or more uses. Sides, rates and flags matter when encoding.

    `frame_rate` None keeps the source's; `bit_rate` is the most the pictures may take.
    """

    uses: tuple[Use, ...]
    picture: Picture
    sound: Sound
    max_bytes: int
    duration_ms: int
    hevc: bool = False
    width: int = 0
    height: int = 0
    frame_rate: float | None = None
    key_frame_every: int = 60
    bit_rate: int = BIT_RATE
    deinterlace: bool = False
    tone_map: str | None = None
    heavy: bool = False


_OF_THE_FILE = frozenset({"container", "layout", "edit_list"})
_OF_THE_SOUND = frozenset({"audio_codec", "audio_rate", "audio_channels"})


def recipes(facts: Facts, issues: tuple[Issue, ...]) -> tuple[VideoRecipe, ...]:
    """What to make of a video so that it serves every use it can be made to serve; empty when nothing.

    A use with a fault that cannot be mended (too long, too short) gets none: nothing is ever cut.
    """
    if facts.kind is not Kind.VIDEO:
        return ()
    grouped: dict[VideoRecipe, tuple[Use, ...]] = {}
    for use, rules in VIDEOS.items():
        faults = [issue for issue in issues if issue.severity is Severity.ERROR and use in issue.uses]
        if not faults or not all(issue.fixable for issue in faults):
            continue
        recipe = _recipe(facts, {issue.rule for issue in faults}, rules)
        grouped[recipe] = (*grouped.get(recipe, ()), use)
    return _shared([replace(recipe, uses=uses) for recipe, uses in grouped.items()])


def _shared(made: list[VideoRecipe]) -> tuple[VideoRecipe, ...]:
    """Encodings that differ in nothing but how much they may take become one, the smallest."""
    encoded = [recipe for recipe in made if recipe.picture is Picture.ENCODE]
    if len(encoded) > 1:
        uses = tuple(use for recipe in encoded for use in recipe.uses)
        strictest = min(encoded, key=lambda recipe: recipe.bit_rate)
        smallest = min(recipe.max_bytes for recipe in encoded)
        made = [recipe for recipe in made if recipe.picture is not Picture.ENCODE]
        made.append(replace(strictest, uses=uses, max_bytes=smallest))
    copied = [recipe for recipe in made if recipe.picture is Picture.COPY]
    if len(copied) > 1:
        uses = tuple(use for recipe in copied for use in recipe.uses)
        smallest = min(recipe.max_bytes for recipe in copied)
        made = [recipe for recipe in made if recipe.picture is not Picture.COPY]
        made.append(replace(copied[0], uses=uses, max_bytes=smallest))
    return tuple(made)


def encoding_instead(facts: Facts, uses: tuple[Use, ...]) -> VideoRecipe:
    """Everything encoded for these uses, where a copy turned out not to meet the rules."""
    made = [_recipe(facts, {"video_codec"}, VIDEOS[use]) for use in uses]
    return replace(min(made, key=lambda one: (one.bit_rate, one.max_bytes)), uses=uses)


def _recipe(facts: Facts, faults: set[str], rules: VideoRules) -> VideoRecipe:
    duration = facts.duration_ms or 0
    if facts.audio_codec is None:
        sound = Sound.SILENCE
    else:
        sound = Sound.ENCODE if faults & _OF_THE_SOUND else Sound.COPY
    common = VideoRecipe((), Picture.COPY, sound, rules.max_bytes, duration, hevc=facts.video_codec == "hevc")
    if faults <= _OF_THE_FILE | _OF_THE_SOUND:
        return common
    width, height = delivered(facts.width, facts.height)
    rate = _frame_rate(facts, rules)
    return replace(
        common,
        picture=Picture.ENCODE,
        sound=Sound.SILENCE if sound is Sound.SILENCE else Sound.ENCODE,
        hevc=False,
        width=width,
        height=height,
        frame_rate=rate,
        key_frame_every=max(1, round(2 * (rate or facts.frame_rate or USUAL_FRAME_RATE))),
        bit_rate=_bit_rate(rules.max_bytes, duration),
        deinterlace=facts.progressive is False,
        heavy=is_hdr(facts) or facts.width * facts.height > _HEAVY_PIXELS,
        tone_map=facts.colour_transfer if is_hdr(facts) else None,
    )


def delivered(width: int, height: int) -> tuple[int, int]:
    """The size a video is encoded in: even sides, none beyond 1920, of the same shape."""
    width, height = fitted(width, height, LONGEST_SIDE, LONGEST_SIDE)
    return max(2, width // 2 * 2), max(2, height // 2 * 2)


def is_hdr(facts: Facts) -> bool:
    return facts.colour_transfer in HDR_TRANSFERS


def _frame_rate(facts: Facts, rules: VideoRules) -> float | None:
    """None keeps it: steady and within the bounds."""
    rate = facts.frame_rate or 0.0
    if rate > rules.max_frame_rate * 1.001:
        return rules.max_frame_rate
    if rate < rules.min_frame_rate * 0.999 or facts.steady_frame_rate is False:
        return USUAL_FRAME_RATE
    return None


def _bit_rate(max_bytes: int, duration_ms: int) -> int:
    """As much as leaves the whole file within its size, at most the usual rate."""
    seconds = max(duration_ms / 1000, 1.0)
    return max(LEAST_BIT_RATE, min(BIT_RATE, int(max_bytes * 8 * _ROOM / seconds) - AUDIO_BIT_RATE))
