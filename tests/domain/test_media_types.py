"""What each media type allows, and how captions are counted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import caption, media_types
from domain.content import Content, StoryMention, TextOverlay, UserTag
from domain.media import Facts, Kind
from tests.fakes.posts import FILE, content

PICTURE = Facts(Kind.IMAGE, "image/jpeg", 1080, 1350)
FILM = Facts(Kind.VIDEO, "video/mp4", 1080, 1920, 10_000)
TYPES = ("IMAGE", "CAROUSEL", "REELS", "STORIES")


def codes(wanted: Content, facts: dict[UUID, Facts] | None = None) -> list[str]:
    return [fault.code for fault in media_types.content_faults(wanted, facts or {})]


def fields(wanted: Content) -> list[str]:
    fault = media_types.text_fault(wanted)
    return [] if fault is None else [detail.field for detail in fault.details]


def with_files(media_type: str, count: int) -> Content:
    return content(media_type, media_ids=tuple(UUID(int=n + 1) for n in range(count)))


@pytest.mark.parametrize("media_type", TYPES)
def test_a_plain_post_of_every_type_has_no_fault(media_type: str) -> None:
    assert codes(content(media_type)) == []


@pytest.mark.parametrize("count", range(13))
def test_a_carousel_takes_two_to_ten_files(count: int) -> None:
    wanted = [] if 2 <= count <= 10 else ["INVALID_CAROUSEL"]
    assert codes(with_files("CAROUSEL", count)) == wanted


@pytest.mark.parametrize("media_type", ["IMAGE", "REELS", "STORIES"])
@pytest.mark.parametrize("count", [0, 2])
def test_other_types_take_exactly_one_file(media_type: str, count: int) -> None:
    assert codes(with_files(media_type, count)) == ["VALIDATION_ERROR"]


TAG, MENTION = UserTag("ada", 0.5, 0.5), StoryMention("ada")
OPTIONS: list[tuple[dict[str, Any], set[str], str]] = [
    ({"user_tags": (TAG,)}, {"IMAGE", "CAROUSEL"}, "INVALID_TAGS"),
    ({"story_mentions": (MENTION,)}, {"STORIES"}, "INVALID_MENTIONS"),
    ({"collaborators": ("ada",)}, {"IMAGE", "CAROUSEL", "REELS"}, "INVALID_COLLABORATORS"),
    ({"cross_post_to_facebook": True}, {"IMAGE", "REELS", "STORIES"}, "INVALID_CROSS_POST"),
    ({"caption": "Hi"}, {"IMAGE", "CAROUSEL", "REELS"}, "VALIDATION_ERROR"),
    ({"alt_texts": ("A sea.",)}, {"IMAGE", "CAROUSEL"}, "VALIDATION_ERROR"),
    ({"cover_media_id": FILE}, {"REELS"}, "VALIDATION_ERROR"),
    ({"thumb_offset_ms": 0}, {"REELS"}, "VALIDATION_ERROR"),
    ({"share_to_feed": False}, {"REELS"}, "VALIDATION_ERROR"),
    ({"first_comment": "First!"}, {"IMAGE", "CAROUSEL", "REELS"}, "VALIDATION_ERROR"),
    ({"text_overlays": (TextOverlay("Sale"),)}, {"STORIES"}, "VALIDATION_ERROR"),
]


@pytest.mark.parametrize("media_type", TYPES)
@pytest.mark.parametrize(("option", "allowed", "code"), OPTIONS, ids=[next(iter(row[0])) for row in OPTIONS])
def test_an_option_is_taken_where_the_table_allows_it(
    media_type: str, option: dict[str, Any], allowed: set[str], code: str
) -> None:
    assert codes(content(media_type, **option)) == ([] if media_type in allowed else [code])


@pytest.mark.parametrize(
    ("media_type", "kind", "code"),
    [
        ("IMAGE", FILM, "INVALID_MEDIA_TYPE"),
        ("REELS", PICTURE, "INVALID_MEDIA_TYPE"),
        ("IMAGE", PICTURE, None),
        ("REELS", FILM, None),
        ("CAROUSEL", FILM, None),
        ("STORIES", FILM, None),
    ],
)
def test_a_file_must_be_of_a_kind_the_type_takes(media_type: str, kind: Facts, code: str | None) -> None:
    wanted = content(media_type)
    assert codes(wanted, dict.fromkeys(wanted.media_ids, kind)) == ([code] if code else [])


def test_a_cover_is_a_picture() -> None:
    reel = content("REELS", cover_media_id=FILE)
    assert codes(reel, {FILE: FILM}) == ["INVALID_MEDIA_TYPE"]
    assert codes(reel, {FILE: PICTURE}) == []


def test_twenty_people_can_be_tagged_and_no_more() -> None:
    assert codes(content(user_tags=(TAG,) * 20)) == []
    assert codes(content(user_tags=(TAG,) * 21)) == ["INVALID_TAGS"]


def test_a_tag_names_a_picture_that_is_there() -> None:
    assert codes(content("CAROUSEL", user_tags=(UserTag("ada", 0, 0, 2),))) == []
    assert codes(content("CAROUSEL", user_tags=(UserTag("ada", 0, 0, 3),))) == ["INVALID_TAGS"]


def test_three_collaborators_can_be_invited_and_no_more() -> None:
    assert codes(content(collaborators=("a", "b", "c"))) == []
    assert codes(content(collaborators=("a", "b", "c", "d"))) == ["INVALID_COLLABORATORS"]


def test_alt_texts_are_as_many_as_files_at_most_and_not_too_long() -> None:
    assert fields(content(alt_texts=(None, "two"))) == ["/altTexts"]
    assert fields(content("CAROUSEL", alt_texts=("a" * 1000, "b" * 1001))) == ["/altTexts/1"]


def test_all_faults_of_the_words_are_told_at_once() -> None:
    story = content("STORIES", caption="Hi", first_comment="First!", share_to_feed=True)
    assert fields(story) == ["/caption", "/shareToFeed", "/firstComment"]


def test_faults_come_in_the_order_in_which_the_api_reports_them() -> None:
    wrong = content(
        "STORIES",
        media_ids=(),
        caption="Hi",
        user_tags=(TAG,),
        collaborators=("a",),
    )
    assert codes(wrong) == ["VALIDATION_ERROR", "VALIDATION_ERROR", "INVALID_TAGS", "INVALID_COLLABORATORS"]


# Captions.


@pytest.mark.parametrize(
    ("text", "length"), [("", 0), ("abc", 3), ("é", 1), ("😀", 2), ("👩‍🚀", 5), ("\ud800", 1)]
)
def test_a_caption_is_counted_in_utf_16(text: str, length: int) -> None:
    assert caption.length(text) == length


@given(st.text())
def test_no_caption_counts_shorter_than_its_characters(text: str) -> None:
    assert len(text) <= caption.length(text) <= 2 * len(text)


def test_a_caption_of_2200_is_taken_and_one_more_is_not() -> None:
    assert fields(content(caption="a" * 2200)) == []
    assert fields(content(caption="a" * 2201)) == ["/caption"]
    assert fields(content(caption="😀" * 1101)) == ["/caption"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("#sun #sea", 2),
        ("#sun#sea", 1),
        ("no#tag", 0),
        ("&#39;", 0),
        ("# alone", 0),
        ("(#sun)", 1),
        ("#été #東京", 2),
        ("#1", 1),
    ],
)
def test_hashtags_are_counted_as_instagram_may_count_them(text: str, count: int) -> None:
    assert caption.hashtags(text) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [("@ada @bob.b", 2), ("mail@example.org", 0), ("@", 0), ("(@ada)", 1), ("@@ada", 0), ("hi @_a", 1)],
)
def test_mentions_are_counted_but_addresses_are_not(text: str, count: int) -> None:
    assert caption.mentions(text) == count


def test_thirty_hashtags_and_twenty_mentions_are_the_most() -> None:
    assert fields(content(caption=" ".join(f"#t{n}" for n in range(30)))) == []
    assert fields(content(caption=" ".join(f"#t{n}" for n in range(31)))) == ["/caption"]
    assert fields(content(caption=" ".join(f"@u{n}" for n in range(20)))) == []
    assert fields(content(caption=" ".join(f"@u{n}" for n in range(21)))) == ["/caption"]


@given(st.text(alphabet=" \r\nab#@"))
def test_comparing_captions_forgets_only_what_instagram_trims(text: str) -> None:
    told = text.replace("\r\n", "\n").strip()
    assert caption.comparable(text) == caption.comparable(told) == told
    assert caption.comparable(None) == ""
