"""A post as answers show it."""

from __future__ import annotations

from uuid import UUID

from application.views.posts import PostRow
from domain import attempt
from domain.attempt import FollowUp, FollowUpState, FollowUpStatus, WaitReason
from domain.content import Align, Fit, Font, MediaType, MentionVia, PublishVia
from domain.post import Status
from entrypoints.http.failures import Failure, failure
from entrypoints.http.models import Shown, Time


class UserTag(Shown):
    """Somebody tagged in a picture."""

    username: str
    x: float | None
    y: float | None
    media_index: int | None


class StoryMention(Shown):
    """Somebody mentioned in a story."""

    username: str
    x: float | None
    y: float | None
    via: MentionVia


class TextOverlay(Shown):
    """Words drawn onto a story."""

    text: str
    x: float
    y: float
    size: int
    colour: str
    background: str | None
    width: float
    align: Align
    font: Font


class LocalTime(Shown):
    """The time on the clocks of a place that `scheduledFor` came from."""

    wall_time: str
    timezone: str


class WaitingFor(Shown):
    """An announced wait; without `until` only a person can end it."""

    reason: WaitReason
    until: Time | None


class OnInstagram(Shown):
    """What is live. `mediaId` is null where two equal items could not be told apart."""

    media_id: str | None
    permalink: str | None
    published_at: Time


class OnFacebook(Shown):
    """What became of the post on the linked Page."""

    status: FollowUpStatus
    post_id: str | None
    failure: Failure | None


class FirstComment(Shown):
    """What became of the first comment."""

    status: FollowUpStatus
    failure: Failure | None


class Post(Shown):
    """One thing to publish, and how that went."""

    id: UUID
    account_id: UUID
    media_type: MediaType
    status: Status
    caption: str
    media_file_ids: list[UUID]
    user_tags: list[UserTag]
    story_mentions: list[StoryMention]
    collaborators: list[str]
    location_id: str | None
    alt_texts: list[str | None]
    cover_media_id: UUID | None
    thumb_offset_ms: int | None
    share_to_feed: bool | None
    first_comment: str | None
    text_overlays: list[TextOverlay]
    cross_post_to_facebook: bool
    publish_via: PublishVia
    allow_duplicate: bool
    fit: Fit | None
    scheduled_for: Time | None
    scheduled_local: LocalTime | None
    attempts: int
    next_attempt_at: Time | None
    waiting_for: WaitingFor | None
    failure: Failure | None
    instagram: OnInstagram | None
    facebook: OnFacebook | None
    comment: FirstComment | None
    created_at: Time
    updated_at: Time
    livemode: bool


class Posts(Shown):
    """One page of posts."""

    items: list[Post]
    next_cursor: str | None


def etag(row: PostRow) -> str:
    return f'"{row.version}"'


def shown(row: PostRow, *, livemode: bool) -> Post:
    content = row.content
    local = row.wall_time is not None and row.timezone is not None
    return Post(
        id=row.id,
        account_id=row.account_id,
        media_type=row.media_type,
        status=row.status,
        caption=content.caption,
        media_file_ids=list(content.media_ids),
        user_tags=[UserTag.model_validate(tag) for tag in content.user_tags],
        story_mentions=[StoryMention.model_validate(mention) for mention in content.story_mentions],
        collaborators=list(content.collaborators),
        location_id=content.location_id,
        alt_texts=list(content.alt_texts),
        cover_media_id=content.cover_media_id,
        thumb_offset_ms=content.thumb_offset_ms,
        share_to_feed=content.share_to_feed,
        first_comment=content.first_comment,
        text_overlays=[TextOverlay.model_validate(overlay) for overlay in content.text_overlays],
        cross_post_to_facebook=content.cross_post_to_facebook,
        publish_via=content.publish_via,
        allow_duplicate=content.allow_duplicate,
        fit=content.fit,
        scheduled_for=row.scheduled_for,
        scheduled_local=LocalTime.model_validate(row) if local else None,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        waiting_for=WaitingFor.model_validate(row.waiting) if row.waiting else None,
        failure=told(row, row.failure),
        instagram=OnInstagram.model_validate(row.publication) if row.publication else None,
        facebook=facebook(row, row.follow_ups.get(FollowUp.FACEBOOK)),
        comment=comment(row, row.follow_ups.get(FollowUp.COMMENT)),
        created_at=row.created_at,
        updated_at=row.updated_at,
        livemode=livemode,
    )


def told(row: PostRow, fault: attempt.Failure | None) -> Failure | None:
    if fault is None:
        return None
    return failure(fault.code, fault.sentence, fault.upstream, post_id=row.id, account_id=row.account_id)


def facebook(row: PostRow, state: FollowUpState | None) -> OnFacebook | None:
    if state is None:
        return None
    return OnFacebook(status=state.status, post_id=state.result, failure=told(row, state.failure))


def comment(row: PostRow, state: FollowUpState | None) -> FirstComment | None:
    return None if state is None else FirstComment(status=state.status, failure=told(row, state.failure))
