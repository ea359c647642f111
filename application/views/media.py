"""Uploaded files and what is known about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from application.log import LogEntry
from application.views.rows import Rows, Shelf, Table, View, Where
from domain.media import Facts, Failure, Issue, MadeToOrder, MediaFile, MediaStatus, Rendition, Use


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
    made_to_order: tuple[MadeToOrder, ...]
    failure: Failure | None
    created_at: datetime

    def made_for(self, recipe: str) -> Rendition | None:
        """What was made for a recipe, if it was."""
        return next((made.rendition for made in self.made_to_order if made.recipe == recipe), None)

    def blobs(self) -> set[str]:
        """Everything kept for it: the original and all that was made of it."""
        made = (*self.renditions, *(ordered.rendition for ordered in self.made_to_order))
        return {self.sha256, *(rendition.sha256 for rendition in made)}

    def rendition(self, use: Use) -> Rendition | None:
        return next((made for made in self.renditions if made.use is use), None)


def facts_of(files: Mapping[UUID, MediaRow]) -> dict[UUID, Facts]:
    """What is known of each file."""
    return {media_id: row.facts for media_id, row in files.items() if row.facts}


@dataclass(frozen=True)
class BlobUse:
    """A media file needs a blob: its original or one of its renditions."""

    id: str
    media_file_id: UUID
    sha256: str


@dataclass(frozen=True)
class MediaJob:
    """A video of which something must be made, and since when."""

    media_id: UUID
    since: datetime


MEDIA_AGENDA: Table[MediaJob] = Table("media_agenda", MediaJob, key="media_id", indexes=(("since",),))
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
                    made_to_order=(),
                    failure=None,
                    created_at=entry.at,
                ),
            )
            _use(rows, entry.aggregate_id, sha256)
        case MediaFile.Examined(facts=facts, issues=issues, renditions=renditions):
            rows.change(
                MEDIA,
                entry.aggregate_id,
                status=MediaStatus.PROCESSING,
                facts=facts,
                issues=issues,
                renditions=renditions,
            )
            for made in renditions:
                _use(rows, entry.aggregate_id, made.sha256)
            rows.put(MEDIA_AGENDA, MediaJob(entry.aggregate_id, entry.at))
        case MediaFile.ProcessingStarted():
            rows.change(MEDIA, entry.aggregate_id, status=MediaStatus.PROCESSING)
        case MediaFile.Prepared(facts=facts, issues=issues, renditions=renditions):
            before = rows.get(MEDIA, entry.aggregate_id)
            rows.change(
                MEDIA,
                entry.aggregate_id,
                status=MediaStatus.READY,
                facts=facts,
                issues=issues,
                renditions=renditions,
            )
            _replace_uses(rows, entry.aggregate_id, before, renditions)
            rows.remove(MEDIA_AGENDA, entry.aggregate_id)
        case MediaFile.Rendered(recipe=recipe, rendition=rendition):
            if row := rows.get(MEDIA, entry.aggregate_id):
                others = tuple(made for made in row.made_to_order if made.recipe != recipe)
                ordered = (*others, MadeToOrder(recipe, rendition))
                rows.change(MEDIA, entry.aggregate_id, made_to_order=ordered)
                for sha256 in row.blobs() - replace(row, made_to_order=ordered).blobs():
                    rows.remove(BLOB_USES, f"{entry.aggregate_id}/{sha256}")
                _use(rows, entry.aggregate_id, rendition.sha256)
        case MediaFile.Failed(failure=failure):
            rows.change(MEDIA, entry.aggregate_id, status=MediaStatus.FAILED, failure=failure)
            rows.remove(MEDIA_AGENDA, entry.aggregate_id)
        case MediaFile.Deleted():
            row = rows.get(MEDIA, entry.aggregate_id)
            rows.remove(MEDIA_AGENDA, entry.aggregate_id)
            for sha256 in row.blobs() if row else ():
                rows.remove(BLOB_USES, f"{entry.aggregate_id}/{sha256}")
            rows.remove(MEDIA, entry.aggregate_id)


def _use(rows: Rows, media_file_id: UUID, sha256: str) -> None:
    rows.put(BLOB_USES, BlobUse(f"{media_file_id}/{sha256}", media_file_id, sha256))


def _replace_uses(
    rows: Rows, media_file_id: UUID, before: MediaRow | None, renditions: tuple[Rendition, ...]
) -> None:
    """Need the new renditions, and those of before no more; the original stays."""
    wanted = {made.sha256 for made in renditions}
    for made in before.renditions if before else ():
        if before and made.sha256 not in wanted and made.sha256 != before.sha256:
            rows.remove(BLOB_USES, f"{media_file_id}/{made.sha256}")
    for sha256 in wanted:
        _use(rows, media_file_id, sha256)


VIEW = View("media", (MEDIA, BLOB_USES, MEDIA_AGENDA), project)


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

    def agenda(self, *, limit: int) -> list[MediaJob]:
        """Videos of which something must be made, the longest waiting first."""
        return self.shelf.rows(MEDIA_AGENDA, order=("since", "media_id"), limit=limit)

    def ready_with_bytes(self, sha256: str) -> MediaRow | None:
        """A file, of any user, that has these bytes and is ready."""
        status = Where("status", "=", MediaStatus.READY)
        return next(iter(self.shelf.rows(MEDIA, Where("sha256", "=", sha256), status, limit=1)), None)

    def made_before(self, sha256: str, recipe: str) -> Rendition | None:
        """What was made of these bytes by this recipe, for whichever file of whichever user."""
        rows = self.shelf.rows(MEDIA, Where("sha256", "=", sha256))
        return next((made for row in rows if (made := row.made_for(recipe))), None)

    def with_bytes(self, sha256: str, user_id: UUID) -> list[UUID]:
        """The user's files that have these bytes as their original."""
        rows = self.shelf.rows(MEDIA, Where("sha256", "=", sha256), Where("user_id", "=", user_id))
        return [row.id for row in rows]
