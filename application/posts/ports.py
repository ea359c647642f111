"""What publishing needs from outside: Instagram's calls, a place it fetches media from, and leases.

Every call to Instagram raises `domain.upstream.Refused` with a judged verdict: when Instagram refuses, when
no answer comes, and when the answer makes no sense. A verdict is `doubtful` where the call may have taken
effect all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from application.accounts.ports import Access as Access  # every call below takes one
from application.views.media import MediaRow
from domain.aggregate import Cause
from domain.attempt import Reading
from domain.content import Content, MediaType, UserTag
from domain.upstream import Refused, Upstream


@dataclass(frozen=True)
class Upload:
    """Bytes to send to Instagram where it takes uploads: a blob's hash and size."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class ContainerOrder:
    """One container to make: a child, a single post, or the parent of children that stand ready."""

    media_type: MediaType
    child: bool = False
    image_url: str | None = None
    video_url: str | None = None
    upload: Upload | None = None
    children: tuple[str, ...] = ()
    caption: str = ""
    user_tags: tuple[UserTag, ...] = ()
    collaborators: tuple[str, ...] = ()
    location_id: str | None = None
    alt_text: str | None = None
    cover_url: str | None = None
    thumb_offset_ms: int | None = None
    share_to_feed: bool | None = None


@dataclass(frozen=True)
class ContainerReading:
    """What Instagram says of a container; `upstream` and `subcode` where it names a fault."""

    reading: Reading
    upstream: Upstream | None = None


class Containers(Protocol):
    """Makes and reads Instagram's unpublished objects. Making one twice is harmless."""

    def create(self, access: Access, order: ContainerOrder) -> str:
        """The new container's id; where the order has an upload, its bytes have been sent."""
        ...

    def read(self, access: Access, container_id: str) -> ContainerReading:
        """Its state. `UNREADABLE` where Instagram cannot or will not say (100/33): unknown, not failed."""
        ...

    def judge(self, reading: ContainerReading) -> Refused:
        """The verdict on a container that reads ERROR or EXPIRED."""
        ...


@dataclass(frozen=True)
class LiveMedia:
    """Something published, as Instagram lists it. `caption` is None where it was not readable."""

    id: str
    media_type: str
    published_at: datetime
    caption: str | None = None
    permalink: str | None = None


class Publisher(Protocol):
    """The irreversible calls."""

    def publish(self, access: Access, container_id: str) -> str:
        """Publish a container; the media id."""
        ...

    def delete(self, access: Access, media_id: str, *, asked_before: bool = False) -> None:
        """Delete what is live; one that is gone already is fine.

        `asked_before`: an earlier call may have worked, so that not finding it means that it did.
        """
        ...

    def comment(self, access: Access, media_id: str, text: str) -> str:
        """Comment on what is live; the comment's id."""
        ...


class Library(Protocol):
    """Reads what is live on an account."""

    def recent(self, access: Access, *, since: datetime, stories: bool) -> Sequence[LiveMedia]:
        """What was published since then, newest first."""
        ...

    def permalink(self, access: Access, media_id: str) -> str | None: ...

    def comments(self, access: Access, media_id: str) -> Sequence[tuple[str, str]]:
        """(id, text) of the comments on a media."""
        ...


@dataclass(frozen=True)
class PublishingLimit:
    """Instagram's own count over its rolling window."""

    total: int
    used: int
    window_seconds: int


class Quota(Protocol):
    """Reads `content_publishing_limit`."""

    def read(self, access: Access) -> PublishingLimit: ...


class FacebookPage(Protocol):
    """Posts to the Page linked to an account."""

    def publish(self, access: Access, *, caption: str, media_type: MediaType, url: str, video: bool) -> str:
        """Publish on the Page; the Page post's id. Not idempotent and without a container to ask."""
        ...

    def recent(self, access: Access, *, since: datetime) -> Sequence[LiveMedia]: ...


class Renditions(Protocol):
    """Makes the pictures that a post needs in a form of its own."""

    def __call__(self, content: Content, files: Mapping[UUID, MediaRow], *, by: Cause) -> bool:
        """Whether anything had to be made. A file that cannot be made to fit: MEDIA_INVALID.

        Interrupted and called again it does the rest; no free place for it: SERVICE_UNAVAILABLE.
        """
        ...


class MediaHost(Protocol):
    """The place Instagram fetches media from."""

    def url(self, sha256: str, mime_type: str) -> str:
        """A public address of a stored blob that stays good for at least a day."""
        ...


class Leases(Protocol):
    """Who works on what, in rows outside the log; measured in real time, not the sandbox's."""

    def acquire(self, name: str, holder: str, *, seconds: float) -> bool:
        """Take a lease that is free or lapsed; at most one holder at a time over all processes."""
        ...

    def renew(self, holder: str, *, seconds: float) -> set[str]:
        """Lengthen everything the holder still holds; the names."""
        ...

    def release(self, name: str, holder: str) -> None: ...

    def held_until(self, prefix: str) -> datetime | None:
        """The latest end of any lease whose name begins so, lapsed ones included; None if there was none."""
        ...
