"""Whether the files of a post are ready to be sent."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from application.views.media import MediaRow
from domain.content import Content
from domain.media import MediaStatus, Use
from domain.media_types import rules


def awaited(content: Content, files: Mapping[UUID, MediaRow]) -> list[MediaRow]:
    """Files that are still being prepared and have no form yet in which this post could send them."""
    use = rules(content.media_type).use
    return [row for media_id in content.media_ids if (row := files.get(media_id)) and is_awaited(row, use)]


def is_awaited(row: MediaRow, use: Use) -> bool:
    return row.status in (MediaStatus.RECEIVED, MediaStatus.PROCESSING) and row.rendition(use) is None
