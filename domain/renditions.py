"""Which forms of its files a post needs beyond those made at upload: a pure plan, one recipe for each."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from domain import errors, media_rules
from domain.content import Content, Fit, MediaType, StoryMention, TextOverlay
from domain.errors import Detail, DomainError
from domain.media import Facts, Kind, Use
from domain.media_rules import FEED

VERSION = 1
"""Part of every key; raised when the same recipe gives another picture."""

WIDTH = 1080
CANVAS = (1080, 1920)
WHITE = "#ffffff"
FIRST_LABEL, LABEL_STEP = 0.86, 0.06
"""Where mentions without a place are written: in the middle, from near the bottom upwards."""


@dataclass(frozen=True)
class Label:
    """A person's name written onto a story; x and y are its middle."""

    username: str
    x: float
    y: float


@dataclass(frozen=True)
class Recipe:
    """All that decides what a picture made for one post looks like, but for the file itself."""

    use: Use
    width: int
    height: int
    fit: Fit
    background: str = WHITE
    texts: tuple[TextOverlay, ...] = ()
    labels: tuple[Label, ...] = ()

    @property
    def key(self) -> str:
        """The same for equal recipes only; with the hash of a file it names one picture."""
        told = json.dumps([VERSION, dataclasses.asdict(self)], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Order:
    """A picture to be made of one file."""

    media_id: UUID
    recipe: Recipe


def orders(content: Content, facts: Mapping[UUID, Facts], default: Fit) -> Iterator[Order]:
    """Every picture the post needs that was not made at upload; `default` stands for an unsaid fit."""
    for index, media_id in enumerate(content.media_ids):
        if made := recipe(content, index, facts, default):
            yield Order(media_id, made)
    if content.cover_media_id and (made := cover_recipe(content, facts, default)):
        yield Order(content.cover_media_id, made)


def recipe(content: Content, index: int, facts: Mapping[UUID, Facts], default: Fit) -> Recipe | None:
    """How the file at this place is made to fit; None where it goes out as it was made at upload."""
    found = facts.get(content.media_ids[index])
    if found is None or found.kind is not Kind.IMAGE:
        return None
    fit = content.fit or default
    match content.media_type:
        case MediaType.IMAGE:
            size = feed_size(found)
            return None if fit is Fit.REFUSE or size == delivered(found) else Recipe(Use.FEED, *size, fit)
        case MediaType.CAROUSEL:
            size = carousel_size(facts.get(content.media_ids[0]) or found)
            if fit is Fit.REFUSE or same_shape(size, delivered(found)):
                return None
            return Recipe(Use.CAROUSEL, *size, fit)
        case MediaType.STORIES:
            return _story(content, found, fit)
        case _:
            return None


def cover_recipe(content: Content, facts: Mapping[UUID, Facts], default: Fit) -> Recipe | None:
    """How the cover of a reel is brought to 9:16, so that Instagram has nothing to crop."""
    found = facts.get(content.cover_media_id) if content.cover_media_id else None
    fit = content.fit or default
    if found is None or found.kind is not Kind.IMAGE or fit is Fit.REFUSE:
        return None
    return None if same_shape(CANVAS, delivered(found)) else Recipe(Use.COVER, *CANVAS, fit)


def fault(content: Content, facts: Mapping[UUID, Facts], default: Fit) -> DomainError | None:
    """A shape the feed does not take while the post refuses to change it, or words on a film."""
    fit = content.fit or default
    found = [facts[media_id] for media_id in content.media_ids if media_id in facts]
    film = any(fact.kind is Kind.VIDEO for fact in found)
    if content.media_type is MediaType.STORIES and content.text_overlays and film:
        sentence = "Text is drawn onto pictures only, not onto videos."
        return errors.ValidationError(sentence, details=(Detail("/textOverlays", "not_available", sentence),))
    if fit is not Fit.REFUSE or content.media_type not in (MediaType.IMAGE, MediaType.CAROUSEL):
        return None
    for fact in found:
        if fact.kind is Kind.IMAGE and not media_rules.ratio_is_within(fact.width, fact.height, FEED):
            return errors.MediaInvalid(
                f"The picture is {fact.width} by {fact.height}; Instagram's feed takes shapes from 4:5 to "
                "1.91:1, and this post's `fit` refuses to change it."
            )
    return None


def feed_size(facts: Facts) -> tuple[int, int]:
    """The size for the feed: as delivered if its shape is taken, else the nearest shape, 1080 wide."""
    if media_rules.ratio_is_within(facts.width, facts.height, FEED):
        return delivered(facts)
    return sized(facts.width / facts.height)


def carousel_size(first: Facts) -> tuple[int, int]:
    """The one size of all pictures of a carousel: that of its first file."""
    return feed_size(first) if first.kind is Kind.IMAGE else sized(first.width / first.height)


def delivered(facts: Facts) -> tuple[int, int]:
    return media_rules.delivered_size(facts.width, facts.height)


def sized(ratio: float) -> tuple[int, int]:
    """1080 wide, in the allowed shape that is nearest to a ratio."""
    lowest, highest = math.ceil(WIDTH / FEED.max_ratio), math.floor(WIDTH / FEED.min_ratio)
    return WIDTH, min(max(round(WIDTH / ratio), lowest), highest)


def same_shape(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two sizes are of one shape, but for the rounding of a side."""
    (width, height), (other_width, other_height) = one, other
    return abs(width / height * other_height - other_width) <= 1


def labels(mentions: tuple[StoryMention, ...]) -> tuple[Label, ...]:
    """Where each mention is written; those without a place stand one above the other."""
    placed = []
    next_y = FIRST_LABEL
    for mention in mentions:
        if mention.x is None or mention.y is None:
            placed.append(Label(mention.username, 0.5, round(next_y, 3)))
            next_y = max(LABEL_STEP, next_y - LABEL_STEP)
        else:
            placed.append(Label(mention.username, mention.x, mention.y))
    return tuple(placed)


def _story(content: Content, facts: Facts, fit: Fit) -> Recipe | None:
    written = labels(content.story_mentions)
    plain = not written and not content.text_overlays
    if plain and (fit is Fit.REFUSE or same_shape(CANVAS, delivered(facts))):
        return None
    size = CANVAS
    if fit is Fit.REFUSE:
        size = media_rules.fitted(facts.width, facts.height, *CANVAS)
    return Recipe(Use.STORY, *size, fit, texts=content.text_overlays, labels=written)
