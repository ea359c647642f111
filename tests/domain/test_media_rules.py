"""The table of Instagram's rules, and the judge that reads it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.media import Facts, Kind, Severity, Use
from domain.media_rules import FEED, MB, PICTURES, VIDEOS, delivered_size, fitted, judge, met, ratio_is_within
from tests.fakes.workshop import PICTURE, VIDEO

SIDES = st.integers(min_value=1, max_value=16_384)


@given(SIDES, SIDES)
def test_every_delivered_size_is_allowed_where_it_is_delivered(width: int, height: int) -> None:
    facts = Facts(kind=Kind.IMAGE, mime_type="image/png", width=width, height=height)
    new_width, new_height = delivered_size(width, height)
    for use in met(facts, judge(facts, 1)):
        rules = PICTURES[use]
        assert rules.min_width <= new_width <= rules.max_width
        assert 1 <= new_height <= rules.max_height
        assert rules.min_ratio <= new_width / new_height <= rules.max_ratio


@given(SIDES, SIDES)
def test_what_was_delivered_is_delivered_unchanged(width: int, height: int) -> None:
    once = delivered_size(width, height)
    if ratio_is_within(width, height, FEED):
        assert delivered_size(*once) == once


@given(SIDES, SIDES)
def test_fitting_never_enlarges(width: int, height: int) -> None:
    new_width, new_height = fitted(width, height, 480, 480)
    assert 1 <= new_width <= min(width, 480)
    assert 1 <= new_height <= min(height, 480)


def test_a_plain_picture_and_a_plain_video_have_no_issue() -> None:
    assert judge(PICTURE, 1 * MB) == ()
    assert judge(VIDEO, 10 * MB) == ()
    assert met(PICTURE, ()) == tuple(PICTURES)
    assert met(VIDEO, ()) == tuple(VIDEOS)


@pytest.mark.parametrize(
    ("change", "rule", "ruled_out"),
    [
        ({"duration_ms": 2_999}, "too_short", set(VIDEOS)),
        ({"duration_ms": 60_001}, "too_long", {Use.STORY, Use.CAROUSEL}),
        ({"frame_rate": 22.0}, "frame_rate", set(VIDEOS)),
        ({"frame_rate": 120.0}, "frame_rate", set(VIDEOS)),
        ({"width": 1921}, "width", set(VIDEOS)),
        ({"width": 100, "height": 2000}, "ratio", {Use.STORY}),
        ({"bit_rate": 26 * MB}, "bit_rate", set(VIDEOS)),
        ({"video_codec": "av1"}, "video_codec", set(VIDEOS)),
        ({"pixel_format": "yuv422p10le"}, "chroma", set(VIDEOS)),
        ({"progressive": False}, "interlaced", set(VIDEOS)),
        ({"audio_codec": "opus"}, "audio_codec", set(VIDEOS)),
        ({"audio_rate": 96_000}, "audio_rate", set(VIDEOS)),
        ({"audio_channels": 6}, "audio_channels", set(VIDEOS)),
        ({"index_first": False}, "layout", set(VIDEOS)),
        ({"edit_list": True}, "edit_list", set(VIDEOS)),
        ({"mime_type": "video/x-matroska"}, "container", set(VIDEOS)),
    ],
)
def test_each_rule_rules_out_its_uses(change: dict[str, Any], rule: str, ruled_out: set[Use]) -> None:
    facts = replace(VIDEO, **change)
    issues = judge(facts, 10 * MB)
    broken = [issue for issue in issues if issue.severity is Severity.ERROR]
    assert {issue.rule for issue in broken} == {rule}
    assert {use for issue in broken for use in issue.uses} == ruled_out
    assert set(met(facts, issues)) == set(VIDEOS) - ruled_out


@pytest.mark.parametrize("frame_rate", [23.976, 24.0, 25.0, 29.97, 30.0, 50.0, 59.94, 60.0, 60.02])
def test_the_usual_frame_rates_are_taken(frame_rate: float) -> None:
    assert judge(replace(VIDEO, frame_rate=frame_rate), 1) == ()


def test_a_large_file_is_too_large_for_stories_and_carousels_first() -> None:
    (issue,) = judge(VIDEO, 101 * MB)
    assert (issue.rule, issue.uses) == ("file_size", (Use.STORY, Use.CAROUSEL))


def test_a_video_without_sound_is_fine() -> None:
    assert judge(replace(VIDEO, audio_codec=None, audio_rate=None, audio_channels=None), 1) == ()
