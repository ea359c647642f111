"""Uploaded files and what is known about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from application.log import LogEntry
from application.views.rows import Rows, Shelf, Table, View, Where
from domain.media import Facts, Failure, Issue, MediaFile, MediaStatus, Rendition, Use


@dataclass(frozen=True)
class MediaRow:
    """One file of one user."""

    id: UUID
    user_id: UUID
    sha256: str
    size_bytes: int
    status: MediaStatus
    facts: Facts | None
    issues: tuple[Issue, ...]
    renditions: tuple[Rendition, ...]
    failure: Failure | None
    created_at: datetime

    def rendition(self, use: Use) -> Rendition | None:
        return next((made for made in self.renditions if made.use is use), None)


@dataclass(frozen=True)
class BlobUse:
    """A media file needs a blob: its original or one of its renditions."""

    id: str
    media_file_id: UUID
    sha256: str


BLOB_USES: Table[BlobUse] = Table("media_blobs", BlobUse, indexes=(("sha256",), ("media_file_id",)))
MEDIA: Table[MediaRow] = Table("media", MediaRow, indexes=(("user_id", "created_at", "id"), ("sha256",)))


def project(entry: LogEntry, rows: Rows) -> None:
    match entry.event:
        case MediaFile.Created(user_id=user_id, sha256=sha256, size_bytes=size):
            rows.put(
                MEDIA,
                MediaRow(
                    id=entry.aggregate_id,
                    user_id=user_id,
                    sha256=sha256,
                    size_bytes=size,
                    status=MediaStatus.RECEIVED,
                    facts=None,
                    issues=(),
                    renditions=(),
                    failure=None,
                    created_at=entry.at,
                ),
            )
            _use(rows, entry.aggregate_id, sha256)
        case MediaFile.ProcessingStarted():
            rows.change(MEDIA, entry.aggregate_id, status=MediaStatus.PROCESSING)
        case MediaFile.Prepared(facts=facts, issues=issues, renditions=renditions):
            rows.change(
                MEDIA,
                entry.aggregate_id,
                status=MediaStatus.READY,
                facts=facts,
                issues=issues,
                renditions=renditions,
            )
            for made in renditions:
                _use(rows, entry.aggregate_id, made.sha256)
        case MediaFile.Failed(failure=failure):
            rows.change(MEDIA, entry.aggregate_id, status=MediaStatus.FAILED, failure=failure)
        case MediaFile.Deleted():
            row = rows.get(MEDIA, entry.aggregate_id)
            for sha256 in {row.sha256, *(made.sha256 for made in row.renditions)} if row else ():
                rows.remove(BLOB_USES, f"{entry.aggregate_id}/{sha256}")
            rows.remove(MEDIA, entry.aggregate_id)


def _use(rows: Rows, media_file_id: UUID, sha256: str) -> None:
    rows.put(BLOB_USES, BlobUse(f"{media_file_id}/{sha256}", media_file_id, sha256))


VIEW = View("media", (MEDIA, BLOB_USES), project)


@dataclass(frozen=True)
class MediaShelf:
    """What doors and use-cases ask about media files."""

    shelf: Shelf

    def get(self, media_id: UUID) -> MediaRow | None:
        return self.shelf.row(MEDIA, media_id)

    def of(self, user_id: UUID, ids: Iterable[UUID]) -> dict[UUID, MediaRow]:
        """Those of the files that exist and belong to the user."""
        found = {media_id: self.get(media_id) for media_id in ids}
        return {media_id: row for media_id, row in found.items() if row and row.user_id == user_id}

    def page(
        self, user_id: UUID, *, after: tuple[object, ...] | None = None, limit: int = 50
    ) -> list[MediaRow]:
        return self.shelf.rows(
            MEDIA,
            Where("user_id", "=", user_id),
            order=("created_at", "id"),
            descending=True,
            after=after,
            limit=limit,
        )

    def uses_blob(self, sha256: str) -> bool:
        """Whether any file, of any user, needs these bytes."""
        return self.shelf.count(BLOB_USES, Where("sha256", "=", sha256)) > 0

    def with_bytes(self, sha256: str, user_id: UUID) -> list[UUID]:
        """The user's files that have these bytes as their original."""
        rows = self.shelf.rows(MEDIA, Where("sha256", "=", sha256), Where("user_id", "=", user_id))
        return [row.id for row in rows]
