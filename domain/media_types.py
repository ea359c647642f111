"""What each media type allows: the one table the rules of a post are read from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from domain import caption, errors
from domain.content import Content, MediaType
from domain.errors import Detail, DomainError
from domain.media import Facts, Kind, Use

MOST_COLLABORATORS = 3
MOST_TAGS = 20
LONGEST_ALT_TEXT = 1000


@dataclass(frozen=True)
class Rules:
    """One row of the table."""

    files: range
    kinds: frozenset[Kind]
    use: Use
    caption: bool
    user_tags: bool
    story_mentions: bool
    collaborators: bool
    facebook: bool
    alt_text: bool
    cover: bool


PICTURE, FILM = frozenset({Kind.IMAGE}), frozenset({Kind.VIDEO})
BOTH = PICTURE | FILM

# fmt: off
TABLE: Mapping[MediaType, Rules] = {
    #                            files         kinds    use           caption tags   mentions collab facebook alt    cover
    MediaType.IMAGE:    Rules(range(1, 2),  PICTURE, Use.FEED,     True,   True,  False,   True,  True,    True,  False),
    MediaType.CAROUSEL: Rules(range(2, 11), BOTH,    Use.CAROUSEL, True,   True,  False,   True,  False,   True,  False),
    MediaType.REELS:    Rules(range(1, 2),  FILM,    Use.REEL,     True,   False, False,   True,  True,    False, True),
    MediaType.STORIES:  Rules(range(1, 2),  BOTH,    Use.STORY,    False,  False, True,    False, True,    False, False),
}
# fmt: on


def rules(media_type: MediaType) -> Rules:
    return TABLE[media_type]


def count_fault(content: Content) -> DomainError | None:
    """A carousel with too few or too many files, or another type without exactly one."""
    count = len(content.media_ids)
    if count in TABLE[content.media_type].files:
        return None
    if content.media_type is MediaType.CAROUSEL:
        return errors.InvalidCarousel(count=count)
    return _invalid(
        Detail("/mediaFileIds", "count", f"{content.media_type} takes exactly one file, not {count}.")
    )


def kind_fault(content: Content, facts: Mapping[UUID, Facts]) -> DomainError | None:
    """A file of the wrong kind for this type: a video as IMAGE, a picture as REELS, a film as cover."""
    wanted = TABLE[content.media_type].kinds
    for media_id in content.media_ids:
        if media_id in facts and facts[media_id].kind not in wanted:
            return errors.InvalidMediaType(kind=facts[media_id].kind, media_type=content.media_type)
    cover = content.cover_media_id
    if cover and cover in facts and facts[cover].kind is not Kind.IMAGE:
        return errors.InvalidMediaType(kind=facts[cover].kind, media_type="cover")
    return None


def tag_fault(content: Content) -> DomainError | None:
    if not content.user_tags:
        return None
    if not TABLE[content.media_type].user_tags:
        return errors.InvalidTags(media_type=content.media_type)
    if len(content.user_tags) > MOST_TAGS:
        return errors.InvalidTags(f"At most {MOST_TAGS} people can be tagged in a post.")
    for tag in content.user_tags:
        if tag.media_index is not None and tag.media_index >= len(content.media_ids):
            return errors.InvalidTags("A tag names a picture that the post does not have.")
    return None


def mention_fault(content: Content) -> DomainError | None:
    if content.story_mentions and not TABLE[content.media_type].story_mentions:
        return errors.InvalidMentions(media_type=content.media_type)
    return None


def collaborator_fault(content: Content) -> DomainError | None:
    if not content.collaborators:
        return None
    if not TABLE[content.media_type].collaborators:
        return errors.InvalidCollaborators(media_type=content.media_type)
    if len(content.collaborators) > MOST_COLLABORATORS:
        return errors.InvalidCollaborators(f"At most {MOST_COLLABORATORS} collaborators can be invited.")
    return None


def cross_post_fault(content: Content) -> DomainError | None:
    if content.cross_post_to_facebook and not TABLE[content.media_type].facebook:
        return errors.InvalidCrossPost(media_type=content.media_type)
    return None


def text_fault(content: Content) -> DomainError | None:
    """Words and options that a type does not carry or Instagram would refuse, all at once."""
    row = TABLE[content.media_type]
    found = list(caption.faults(content.caption))
    if content.caption and not row.caption:
        found.append(Detail("/caption", "not_allowed", "A story has no caption; draw text onto it instead."))
    if any(content.alt_texts) and not row.alt_text:
        found.append(Detail("/altTexts", "not_allowed", f"{content.media_type} carries no alt text."))
    if len(content.alt_texts) > len(content.media_ids):
        found.append(Detail("/altTexts", "count", "There are more alt texts than files."))
    for index, text in enumerate(content.alt_texts):
        if text and caption.length(text) > LONGEST_ALT_TEXT:
            found.append(Detail(f"/altTexts/{index}", "too_long", f"At most {LONGEST_ALT_TEXT} characters."))
    if not row.cover:
        for field, value in (
            ("/coverMediaId", content.cover_media_id),
            ("/thumbOffsetMs", content.thumb_offset_ms),
            ("/shareToFeed", content.share_to_feed),
        ):
            if value is not None:
                found.append(
                    Detail(field, "not_allowed", f"Only REELS takes this, not {content.media_type}.")
                )
    if content.media_type is MediaType.STORIES and content.first_comment:
        found.append(Detail("/firstComment", "not_allowed", "A story takes no comments."))
    if content.media_type is not MediaType.STORIES and content.text_overlays:
        found.append(Detail("/textOverlays", "not_allowed", "Text is drawn onto stories only."))
    return _invalid(*found) if found else None


def content_faults(content: Content, facts: Mapping[UUID, Facts]) -> Iterator[DomainError]:
    """Every fault of the content, in the order in which the API reports them (the first is the answer)."""
    checks: tuple[Callable[[], DomainError | None], ...] = (
        lambda: count_fault(content),
        lambda: text_fault(content),
        lambda: kind_fault(content, facts),
        lambda: tag_fault(content),
        lambda: mention_fault(content),
        lambda: collaborator_fault(content),
        lambda: cross_post_fault(content),
    )
    for check in checks:
        if (fault := check()) is not None:
            yield fault


def _invalid(*details: Detail) -> DomainError:
    return errors.ValidationError(details[0].message if len(details) == 1 else None, details=details)
