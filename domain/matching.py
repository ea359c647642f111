"""Telling which of the things live on an account is ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.caption import comparable
from domain.content import Content, MediaType

LISTED_AS = {
    MediaType.IMAGE: frozenset({"IMAGE"}),
    MediaType.CAROUSEL: frozenset({"CAROUSEL_ALBUM"}),
    MediaType.REELS: frozenset({"VIDEO", "REELS"}),
    MediaType.STORIES: frozenset({"IMAGE", "VIDEO"}),
}


@dataclass(frozen=True)
class Listed:
    """One thing Instagram lists as live."""

    id: str
    media_type: str
    published_at: datetime
    caption: str | None


def ours(content: Content, listed: Iterable[Listed], *, since: datetime) -> list[Listed] | None:
    """What may be our post: same kind, same caption, not older than the asking; None where none can tell.

    Never simply the newest: a person may have posted meanwhile. Where the caption of one that may be ours
    could not be read, nothing is known; a story has none and is told by kind and time alone.
    """
    kinds = LISTED_AS[content.media_type]
    found = [item for item in listed if item.media_type in kinds and item.published_at >= since]
    if content.media_type is MediaType.STORIES:
        return found
    if any(item.caption is None for item in found):
        return None
    return [item for item in found if comparable(item.caption) == comparable(content.caption)]


def alike(one: Content, other: Content) -> bool:
    """Whether a listing could not tell two posts apart: the same kind and words, and a story has no words."""
    return one.media_type is other.media_type and (
        one.media_type is MediaType.STORIES or comparable(one.caption) == comparable(other.caption)
    )
