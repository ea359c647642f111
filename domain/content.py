"""What a post says and shows: everything a client may write, as plain values."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from uuid import UUID


class MediaType(enum.StrEnum):
    IMAGE = "IMAGE"
    CAROUSEL = "CAROUSEL"
    REELS = "REELS"
    STORIES = "STORIES"


class PublishVia(enum.StrEnum):
    """Who makes the calls at the due time: this server, or the Worker on the user's own cloud."""

    LOCAL = "LOCAL"
    CLOUD = "CLOUD"


class MentionVia(enum.StrEnum):
    """How a story mentions somebody: a sticker (Private API) or Graph's `user_tags`."""

    STICKER = "STICKER"
    TAG = "TAG"


class Fit(enum.StrEnum):
    """What becomes of a picture whose shape a use does not take.

    PAD_BLUR and PAD_PLAIN keep all of it, on a blurred copy of itself or on white; CROP keeps the part that
    draws the eye; REFUSE never changes a shape: what Instagram would not take is refused.
    """

    PAD_BLUR = "PAD_BLUR"
    PAD_PLAIN = "PAD_PLAIN"
    CROP = "CROP"
    REFUSE = "REFUSE"


class Align(enum.StrEnum):
    """How the lines of a text stand to one another."""

    LEFT = "LEFT"
    CENTRE = "CENTRE"
    RIGHT = "RIGHT"


class Font(enum.StrEnum):
    """The lettering of a text; both come with Pressroom."""

    SANS = "SANS"
    SERIF = "SERIF"


@dataclass(frozen=True)
class UserTag:
    """Somebody tagged in a picture; x and y run from 0 to 1 from the top left."""

    username: str
    x: float | None = None
    y: float | None = None
    media_index: int | None = None


@dataclass(frozen=True)
class StoryMention:
    """Somebody mentioned in a story."""

    username: str
    x: float | None = None
    y: float | None = None
    via: MentionVia = MentionVia.STICKER


@dataclass(frozen=True)
class TextOverlay:
    """Words drawn onto a story; x and y are the middle of the text, 0 to 1 from the top left.

    `size` is the height of the letters in pixels of a canvas 1080 wide; `width` is the share of the canvas at
    which lines are wrapped.
    """

    text: str
    x: float = 0.5
    y: float = 0.5
    size: int = 64
    colour: str = "#ffffff"
    background: str | None = None
    width: float = 0.8
    align: Align = Align.CENTRE
    font: Font = Font.SANS


@dataclass(frozen=True)
class Content:
    """The writable part of a post."""

    media_type: MediaType
    media_ids: tuple[UUID, ...]
    caption: str = ""
    user_tags: tuple[UserTag, ...] = ()
    story_mentions: tuple[StoryMention, ...] = ()
    collaborators: tuple[str, ...] = ()
    location_id: str | None = None
    alt_texts: tuple[str | None, ...] = ()
    cover_media_id: UUID | None = None
    thumb_offset_ms: int | None = None
    share_to_feed: bool | None = None
    first_comment: str | None = None
    text_overlays: tuple[TextOverlay, ...] = ()
    cross_post_to_facebook: bool = False
    publish_via: PublishVia = PublishVia.LOCAL
    allow_duplicate: bool = False
    fit: Fit | None = None

    def files(self) -> tuple[UUID, ...]:
        """Every media file the post needs, the cover included."""
        return self.media_ids + ((self.cover_media_id,) if self.cover_media_id else ())
