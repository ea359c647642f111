"""What a client may write into a post."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Self, cast
from uuid import UUID

import pydantic
from pydantic import AfterValidator, Field, ModelWrapValidatorHandler, StringConstraints, model_validator

from domain import errors
from domain.attempt import Schedule
from domain.content import (
    Align,
    Content,
    Fit,
    Font,
    MediaType,
    MentionVia,
    PublishVia,
    StoryMention,
    TextOverlay,
    UserTag,
)
from domain.errors import Detail
from domain.wall_time import local_schedule
from entrypoints.http.models import Body, Time

MOST = 100
LONG_TEXT = 10_000
MOST_OVERLAYS = 20

Username = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._]{1,30}$")]
Share = Annotated[float, Field(ge=0, le=1)]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
WALL_TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$"


def in_calendar(text: str) -> str:
    datetime.fromisoformat(text)
    return text


class NewUserTag(Body):
    """Somebody tagged in a picture; x and y run from 0 to 1 from the top left."""

    username: Username
    x: Share | None = None
    y: Share | None = None
    media_index: Annotated[int, Field(ge=0, le=9)] | None = None


class NewStoryMention(Body):
    """Somebody mentioned in a story."""

    username: Username
    x: Share | None = None
    y: Share | None = None
    via: MentionVia = MentionVia.STICKER


class NewTextOverlay(Body):
    """Words drawn onto a story; x and y are the middle of the text, from 0 to 1 from the top left.

    `size` is in pixels of a canvas 1080 wide. Lines wrap at `width`, a share of the canvas. Emoji are drawn
    in colour. Text that would not fit onto the canvas is drawn smaller.
    """

    text: str = Field(min_length=1, max_length=500)
    x: Share = 0.5
    y: Share = 0.5
    size: int = Field(64, ge=8, le=400)
    colour: Colour = "#ffffff"
    background: Colour | None = None
    width: float = Field(0.8, ge=0.1, le=1)
    align: Align = Align.CENTRE
    font: Font = Font.SANS


class NewLocalTime(Body):
    """What clocks show at a place when the post is to go out."""

    wall_time: Annotated[str, StringConstraints(pattern=WALL_TIME), AfterValidator(in_calendar)]
    timezone: str = Field(min_length=1, max_length=60)

    def schedule(self) -> Schedule:
        """The moment that means; VALIDATION_ERROR where there is none."""
        return local_schedule(datetime.fromisoformat(self.wall_time), self.timezone)


class Timed(Body):
    """A wish for when to go out, as a moment or as a time on the clocks of a place."""

    scheduled_for: Time | None = None
    scheduled_local: NewLocalTime | None = None

    @model_validator(mode="after")
    def one_time(self) -> Self:
        if self.scheduled_for is not None and self.scheduled_local is not None:
            message = "Give a moment or a local time, not both."
            raise errors.ValidationError(
                message, details=(Detail("/scheduledLocal", "not_allowed", message),)
            )
        return self

    def schedule(self) -> Schedule | None:
        """When to go out, if that was said."""
        if self.scheduled_for is not None:
            return Schedule(self.scheduled_for)
        return None if self.scheduled_local is None else self.scheduled_local.schedule()

    def due(self) -> Schedule:
        """When to go out; VALIDATION_ERROR when that was not said."""
        schedule = self.schedule()
        if schedule is None:
            message = "Say when: `scheduledFor`, or `scheduledLocal`."
            raise errors.ValidationError(message, details=(Detail("/scheduledFor", "required", message),))
        return schedule


class Words(Body):
    """The parts of a post that every type may leave out; null is the same as absent."""

    caption: str | None = Field(None, max_length=LONG_TEXT)
    user_tags: list[NewUserTag] | None = Field(None, max_length=MOST)
    story_mentions: list[NewStoryMention] | None = Field(None, max_length=MOST)
    collaborators: list[Username] | None = Field(None, max_length=MOST)
    location_id: str | None = Field(None, pattern=r"^[0-9]{1,30}$")
    alt_texts: list[Annotated[str, Field(max_length=LONG_TEXT)] | None] | None = Field(None, max_length=MOST)
    cover_media_id: UUID | None = None
    thumb_offset_ms: int | None = Field(None, ge=0, le=86_400_000)
    share_to_feed: bool | None = None
    first_comment: str | None = Field(None, max_length=LONG_TEXT)
    text_overlays: list[NewTextOverlay] | None = Field(None, max_length=MOST_OVERLAYS)
    cross_post_to_facebook: bool | None = None
    publish_via: PublishVia | None = None
    allow_duplicate: bool | None = None
    fit: Fit | None = Field(
        None,
        description="What becomes of a picture whose shape is not taken: PAD_BLUR and PAD_PLAIN keep all of "
        "it on a blurred copy of itself or on white, CROP keeps the part that draws the eye, REFUSE answers "
        "MEDIA_INVALID. null: as the server is set.",
    )

    @model_validator(mode="wrap")
    @classmethod
    def count_wins(cls, sent: Any, read: ModelWrapValidatorHandler[Self]) -> Self:
        """Of all faults of shape, a wrong number of files in a carousel is the one that is told."""
        try:
            return read(sent)
        except pydantic.ValidationError:
            files = sent.get("mediaFileIds", []) if isinstance(sent, dict) else None
            if isinstance(files, list) and sent.get("mediaType") == "CAROUSEL" and not 2 <= len(files) <= 10:
                raise errors.InvalidCarousel(count=len(files)) from None
            raise


class PostBody(Words):
    """A whole post."""

    account_id: UUID
    media_type: MediaType
    media_file_ids: list[UUID] = Field(max_length=MOST)

    def content(self) -> Content:
        return Content(media_type=self.media_type, media_ids=tuple(self.media_file_ids), **said(self))


class NewPost(PostBody, Timed):
    """A post, with the time it should go out if there is one already."""


class PostToPublish(PostBody):
    """A post that goes out now."""


def without_default(schema: dict[str, Any]) -> None:
    """For what may be left out but never null."""
    del schema["default"]


class PostChange(Words, Timed):
    """What is to be different in a post; null takes a part away."""

    media_type: MediaType = Field(cast(MediaType, None), json_schema_extra=without_default)
    media_file_ids: list[UUID] = Field(
        cast(list[UUID], None), max_length=MOST, json_schema_extra=without_default
    )

    def rewrite(self) -> Callable[[Content], Content]:
        """How the content changes; what was not named stays."""
        changes = said(self)
        if "media_type" in self.model_fields_set:
            changes["media_type"] = self.media_type
        if "media_file_ids" in self.model_fields_set:
            changes["media_ids"] = tuple(self.media_file_ids)
        return lambda content: dataclasses.replace(content, **changes)

    def takes_time_away(self) -> bool:
        """Whether the time itself was set to null."""
        named = {"scheduled_for", "scheduled_local"} & self.model_fields_set
        return bool(named) and self.scheduled_for is None and self.scheduled_local is None


class Rescheduling(Timed):
    """Another time for a post."""


_DEFAULTS = {field.name: field.default for field in dataclasses.fields(Content)}


def said(words: Words) -> dict[str, Any]:
    """The parts that were named, as the domain's values; null is the default."""
    found: dict[str, Any] = {}
    for name in words.model_fields_set & Words.model_fields.keys():
        value = getattr(words, name)
        found[name] = _DEFAULTS[name] if value is None else _TURN.get(name, as_it_is)(value)
    return found


def as_it_is(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def of(kind: type[Any]) -> Callable[[list[Body]], tuple[Any, ...]]:
    return lambda items: tuple(kind(**item.model_dump()) for item in items)


_TURN: dict[str, Callable[[Any], Any]] = {
    "user_tags": of(UserTag),
    "story_mentions": of(StoryMention),
    "text_overlays": of(TextOverlay),
}
