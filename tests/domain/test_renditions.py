"""Which pictures are made for a post, and the steps by which a file is made fit."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import errors
from domain.content import Content, Fit, MediaType, StoryMention, TextOverlay
from domain.media import Facts, Kind, Severity, Use
from domain.media_rules import FEED
from domain.renditions import CANVAS, cover_recipe, fault, feed_size, labels, orders, recipe, same_shape
from domain.repairs import plan
from tests.fakes.workshop import VIDEO

ONE, TWO, THREE = (UUID(int=number) for number in range(1, 4))
SIDES = st.integers(1, 16_384)


def picture(width: int, height: int) -> Facts:
    return Facts(Kind.IMAGE, "image/jpeg", width, height)


@given(SIDES, SIDES)
def test_every_feed_picture_comes_to_a_size_that_instagram_takes(width: int, height: int) -> None:
    new_width, new_height = feed_size(picture(width, height))
    assert FEED.min_width <= new_width <= FEED.max_width
    assert FEED.min_ratio <= new_width / new_height <= FEED.max_ratio


@given(st.lists(st.tuples(SIDES, SIDES), min_size=2, max_size=10), st.sampled_from(list(Fit)[:3]))
def test_all_pictures_of_a_carousel_have_the_shape_of_the_first(
    sizes: list[tuple[int, int]], fit: Fit
) -> None:
    ids = tuple(UUID(int=number) for number in range(len(sizes)))
    facts = {media_id: picture(*size) for media_id, size in zip(ids, sizes, strict=True)}
    content = Content(MediaType.CAROUSEL, ids)
    wanted = feed_size(facts[ids[0]])
    for index, media_id in enumerate(ids):
        made = recipe(content, index, facts, fit)
        shown = (made.width, made.height) if made else feed_size(facts[media_id])
        assert same_shape(wanted, shown)


def test_a_carousel_that_begins_with_a_video_follows_the_video() -> None:
    content = Content(MediaType.CAROUSEL, (ONE, TWO))
    made = recipe(content, 1, {ONE: VIDEO, TWO: picture(1000, 1000)}, Fit.PAD_BLUR)
    assert made is not None
    assert (made.width, made.height) == (1080, 1350)


@pytest.mark.parametrize("size", [(1080, 1350), (1200, 628), (1440, 1800), (320, 320)])
def test_a_shape_that_is_taken_needs_no_picture_of_its_own(size: tuple[int, int]) -> None:
    assert recipe(Content(MediaType.IMAGE, (ONE,)), 0, {ONE: picture(*size)}, Fit.CROP) is None


def test_the_posts_fit_wins_over_the_servers() -> None:
    wide = {ONE: picture(3000, 1000)}
    made = recipe(Content(MediaType.IMAGE, (ONE,), fit=Fit.CROP), 0, wide, Fit.PAD_PLAIN)
    assert made is not None
    assert made.fit is Fit.CROP
    assert fault(Content(MediaType.IMAGE, (ONE,)), wide, Fit.PAD_BLUR) is None
    assert isinstance(fault(Content(MediaType.IMAGE, (ONE,)), wide, Fit.REFUSE), errors.MediaInvalid)
    assert fault(Content(MediaType.IMAGE, (ONE,), fit=Fit.CROP), wide, Fit.REFUSE) is None
    assert fault(Content(MediaType.STORIES, (ONE,)), wide, Fit.REFUSE) is None


def test_a_story_gets_a_canvas_unless_it_fills_it_and_says_nothing() -> None:
    plain = Content(MediaType.STORIES, (ONE,))
    assert recipe(plain, 0, {ONE: picture(1080, 1920)}, Fit.PAD_BLUR) is None
    for content, facts in (
        (plain, picture(1080, 1350)),
        (Content(MediaType.STORIES, (ONE,), text_overlays=(TextOverlay("Hi"),)), picture(1080, 1920)),
        (Content(MediaType.STORIES, (ONE,), story_mentions=(StoryMention("mira"),)), picture(1080, 1920)),
    ):
        made = recipe(content, 0, {ONE: facts}, Fit.PAD_BLUR)
        assert made is not None
        assert (made.width, made.height) == CANVAS


def test_words_are_not_drawn_onto_videos_and_that_is_said() -> None:
    content = Content(MediaType.STORIES, (ONE,), text_overlays=(TextOverlay("Hi"),))
    assert isinstance(fault(content, {ONE: VIDEO}, Fit.PAD_BLUR), errors.ValidationError)


def test_a_cover_is_brought_to_the_shape_of_a_reel() -> None:
    content = Content(MediaType.REELS, (ONE,), cover_media_id=TWO)
    made = cover_recipe(content, {ONE: VIDEO, TWO: picture(1000, 1000)}, Fit.PAD_BLUR)
    assert made is not None
    assert (made.use, made.width, made.height) == (Use.COVER, *CANVAS)
    assert [order.media_id for order in orders(content, {ONE: VIDEO, TWO: picture(9, 9)}, Fit.CROP)] == [TWO]
    assert cover_recipe(content, {ONE: VIDEO, TWO: picture(1080, 1920)}, Fit.PAD_BLUR) is None


def test_equal_recipes_have_equal_keys_and_others_do_not() -> None:
    facts = {ONE: picture(500, 500)}

    def key(*texts: TextOverlay, fit: Fit = Fit.PAD_BLUR) -> str:
        made = recipe(Content(MediaType.STORIES, (ONE,), text_overlays=texts), 0, facts, fit)
        assert made is not None
        return made.key

    assert key(TextOverlay("a")) == key(TextOverlay("a"))
    keys = {
        key(),
        key(fit=Fit.CROP),
        key(TextOverlay("a")),
        key(TextOverlay("a", size=65)),
        key(TextOverlay("b")),
    }
    assert len(keys) == 5


def test_mentions_without_a_place_stand_one_above_the_other() -> None:
    placed = labels((StoryMention("a"), StoryMention("b", 0.2, 0.3), StoryMention("c")))
    assert [(label.x, label.y) for label in placed] == [(0.5, 0.86), (0.2, 0.3), (0.5, 0.8)]


def test_the_repairs_come_in_the_order_in_which_they_are_made() -> None:
    facts = Facts(
        Kind.IMAGE,
        "image/png",
        3000,
        1000,
        orientation=6,
        colours="cmyk",
        colour_profile="Display P3",
        alpha=True,
        pages=3,
        metadata=True,
    )
    made = plan(facts, 9 << 20, MediaType.IMAGE, Fit.PAD_BLUR)
    rules = [repair.rule for repair in made.repairs]
    assert rules == [
        "animation",
        "orientation",
        "alpha",
        "colours",
        "metadata",
        "format",
        "shape",
        "file_size",
    ]
    assert made.ok
    assert made.after is not None
    assert plan(made.after, 1 << 20, MediaType.IMAGE, Fit.PAD_BLUR).repairs == ()


@given(SIDES, SIDES, st.sampled_from([MediaType.IMAGE, MediaType.CAROUSEL, MediaType.STORIES]))
def test_what_was_repaired_needs_no_repair(width: int, height: int, media_type: MediaType) -> None:
    first = plan(picture(width, height), 1, media_type, Fit.PAD_BLUR)
    assert first.after is not None
    again = plan(first.after, 1, media_type, Fit.PAD_BLUR)
    assert [repair for repair in again.repairs if repair.severity is not Severity.INFO] == []


def test_the_wrong_kind_of_file_is_an_obstacle_and_no_repair() -> None:
    for facts, media_type in ((picture(9, 9), MediaType.REELS), (VIDEO, MediaType.IMAGE)):
        made = plan(facts, 1, media_type, Fit.PAD_BLUR)
        assert not made.ok
        assert made.after is None
