"""What is made of a video: as little as its faults ask for, and never more than a use may take."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.media import Facts, Use
from domain.media_rules import MB, VIDEOS, judge
from domain.video_recipes import AUDIO_BIT_RATE, Picture, Sound, VideoRecipe, delivered, recipes
from tests.fakes.workshop import PICTURE, VIDEO

ALL = {Use.REEL, Use.STORY, Use.CAROUSEL}


def planned(size_bytes: int = 10 * MB, **changes: Any) -> tuple[VideoRecipe, ...]:
    facts = replace(VIDEO, **changes)
    return recipes(facts, judge(facts, size_bytes))


def test_what_meets_every_rule_is_left_alone() -> None:
    assert planned() == ()
    assert recipes(PICTURE, judge(PICTURE, MB)) == ()


@pytest.mark.parametrize(
    ("changes", "picture", "sound"),
    [
        ({"index_first": False}, Picture.COPY, Sound.COPY),
        ({"edit_list": True}, Picture.COPY, Sound.COPY),
        ({"mime_type": "video/x-matroska"}, Picture.COPY, Sound.COPY),
        ({"mime_type": "video/x-matroska", "audio_codec": None}, Picture.COPY, Sound.SILENCE),
        ({"audio_codec": "opus"}, Picture.COPY, Sound.ENCODE),
        ({"audio_channels": 6}, Picture.COPY, Sound.ENCODE),
        ({"video_codec": "vp9"}, Picture.ENCODE, Sound.ENCODE),
        ({"video_codec": "vp9", "audio_codec": None}, Picture.ENCODE, Sound.SILENCE),
        ({"edit_list": True, "trimmed": True}, Picture.ENCODE, Sound.ENCODE),
        ({"rotation": 90}, Picture.ENCODE, Sound.ENCODE),
        ({"pixel_format": "yuv420p10le"}, Picture.ENCODE, Sound.ENCODE),
        ({"steady_frame_rate": False}, Picture.ENCODE, Sound.ENCODE),
        ({"square_pixels": False}, Picture.ENCODE, Sound.ENCODE),
    ],
)
def test_as_little_is_made_anew_as_the_faults_ask_for_and_once_for_all_uses(
    changes: dict[str, Any], picture: Picture, sound: Sound
) -> None:
    (recipe,) = planned(**changes)
    assert (recipe.picture, recipe.sound, set(recipe.uses)) == (picture, sound, ALL)


def test_a_file_too_large_for_a_story_is_copied_for_reels_and_encoded_for_stories() -> None:
    made = {recipe.picture: set(recipe.uses) for recipe in planned(150 * MB, edit_list=True)}
    assert made == {Picture.COPY: {Use.REEL}, Picture.ENCODE: {Use.STORY, Use.CAROUSEL}}


@pytest.mark.parametrize("milliseconds", [2_000, 16 * 60_000])
def test_too_short_and_too_long_are_never_worked_on(milliseconds: int) -> None:
    assert planned(duration_ms=milliseconds, video_codec="vp9") == ()


def test_too_long_for_a_story_is_made_for_reels_alone() -> None:
    (recipe,) = planned(duration_ms=61_000, video_codec="vp9")
    assert recipe.uses == (Use.REEL,)


@pytest.mark.parametrize(
    ("changes", "rate"),
    [
        ({"frame_rate": 15.0}, 30.0),
        ({"frame_rate": 120.0}, 60.0),
        ({"frame_rate": 47.0, "steady_frame_rate": False}, 30.0),
        ({"frame_rate": 29.97, "video_codec": "vp9"}, None),
    ],
)
def test_only_a_frame_rate_that_is_not_taken_is_changed(changes: dict[str, Any], rate: float | None) -> None:
    (recipe,) = planned(**changes)
    assert recipe.frame_rate == rate
    assert recipe.key_frame_every == round(2 * (rate or 29.97))


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
def test_hdr_is_brought_to_sdr(transfer: str) -> None:
    (recipe,) = planned(colour_transfer=transfer)
    assert (recipe.tone_map, recipe.heavy) == (transfer, True)


@given(st.integers(2, 8192), st.integers(2, 8192))
def test_sides_are_even_and_within_bounds_and_the_shape_is_kept(width: int, height: int) -> None:
    new_width, new_height = delivered(width, height)
    assert new_width % 2 == new_height % 2 == 0
    assert 2 <= max(new_width, new_height) <= 1920
    scale = min(1.0, 1920 / max(width, height))
    assert abs(new_width - width * scale) <= 2
    assert abs(new_height - height * scale) <= 2


@given(st.integers(3_000, 15 * 60_000))
def test_what_is_encoded_fits_its_size_however_long_it_is(milliseconds: int) -> None:
    for recipe in planned(duration_ms=milliseconds, video_codec="vp9"):
        most = (recipe.bit_rate + AUDIO_BIT_RATE) * milliseconds / 8000
        assert most <= 0.93 * recipe.max_bytes
        assert recipe.max_bytes <= min(VIDEOS[use].max_bytes for use in recipe.uses)


ANY = st.builds(
    Facts,
    kind=st.just(VIDEO.kind),
    mime_type=st.just("video/mp4"),
    width=st.integers(1, 9000),
    height=st.integers(1, 9000),
    duration_ms=st.none() | st.integers(0, 10**7),
    frame_rate=st.none() | st.floats(0, 1000),
)


@given(ANY)
def test_any_facts_lead_to_a_plan_for_fixable_uses_only(facts: Facts) -> None:
    issues = judge(facts, MB)
    hopeless = {use for issue in issues for use in issue.uses if issue.is_hopeless(use)}
    for recipe in recipes(facts, issues):
        assert not hopeless & set(recipe.uses)
