"""Telling which of the things live on an account is ours."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.content import MediaType
from domain.matching import Listed, alike, ours
from tests.fakes.posts import NOON, content


def listed(id: str = "1", media_type: str = "IMAGE", after: float = 1, caption: str | None = "Hi") -> Listed:
    return Listed(id, media_type, NOON + timedelta(seconds=after), caption)


def found(*items: Listed, media_type: str = "IMAGE", caption: str = "Hi") -> list[str] | None:
    own = ours(content(media_type, caption=caption), items, since=NOON)
    return None if own is None else [item.id for item in own]


def test_same_kind_same_caption_and_not_older_is_ours() -> None:
    assert found(listed(), listed("2", caption="Other"), listed("3", after=-1)) == ["1"]


def test_the_newest_is_not_ours_for_that() -> None:
    assert found(listed("2", caption="Lunch"), listed("3", caption="")) == []


def test_white_space_around_a_caption_tells_nothing_apart() -> None:
    assert found(listed(caption="Hi\r\nyou "), caption=" Hi\nyou\r\n") == ["1"]


@pytest.mark.parametrize(
    ("media_type", "shown", "same"),
    [
        ("IMAGE", "IMAGE", True),
        ("IMAGE", "VIDEO", False),
        ("IMAGE", "CAROUSEL_ALBUM", False),
        ("CAROUSEL", "CAROUSEL_ALBUM", True),
        ("CAROUSEL", "IMAGE", False),
        ("REELS", "VIDEO", True),
        ("REELS", "IMAGE", False),
        ("STORIES", "IMAGE", True),
        ("STORIES", "VIDEO", True),
    ],
)
def test_kinds_are_listed_under_names_of_their_own(media_type: str, shown: str, same: bool) -> None:
    assert found(listed(media_type=shown), media_type=media_type) == (["1"] if same else [])


def test_a_story_is_told_by_kind_and_time_alone() -> None:
    assert found(listed(caption=None), listed("2", after=-9), media_type="STORIES") == ["1"]


def test_where_a_caption_cannot_be_read_nothing_is_known() -> None:
    assert found(listed(caption=None)) is None
    assert found(listed(), listed("2", caption=None)) is None


def test_what_cannot_be_ours_may_have_an_unreadable_caption() -> None:
    assert found(listed(), listed("2", media_type="VIDEO", caption=None)) == ["1"]
    assert found(listed(), listed("2", after=-9, caption=None)) == ["1"]


def test_several_may_be_ours() -> None:
    assert found(listed("1"), listed("2")) == ["1", "2"]


def test_posts_are_alike_by_kind_and_words_and_stories_by_kind_alone() -> None:
    assert alike(content(caption="Hi "), content(caption="Hi"))
    assert not alike(content(caption="Hi"), content(caption="Ho"))
    assert not alike(content(caption="Hi"), content("CAROUSEL", caption="Hi"))
    assert alike(content("STORIES", caption="a"), content(MediaType.STORIES, caption="b"))
