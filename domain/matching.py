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


def ours(content: Content, listed: Iterable[Listed], *, since: datetime) -> list[Listed]:
    """What may be our post: same kind, same caption, not older than the asking.

    Never simply the newest: a person may have posted meanwhile. Where the caption could not be read,
    nothing is ours; a story has none and is told by kind and time alone.
    """
    story = content.media_type is MediaType.STORIES
    return [
        item
        for item in listed
        if item.media_type in LISTED_AS[content.media_type]
        and item.published_at >= since
        and (story or (item.caption is not None and comparable(item.caption) == comparable(content.caption)))
    ]
