"""Uploaded files: taken in, looked at, let go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO, Literal
from uuid import UUID

from application.service import Service
from application.views.media import MediaRow
from domain import errors
from domain.media import Kind, MediaStatus, Rendition, Severity, Use
from entrypoints.http.failures import Failure, failure
from entrypoints.http.models import Shown, Time
from entrypoints.http.operation import Answer, Call, operation
from entrypoints.http.paging import PageQuery, page
from entrypoints.http.uploads import PIECE, one_file


class MediaIssue(Shown):
    """One way in which a file misses what Instagram asks; `rule` is a stable word."""

    rule: str
    severity: Severity
    message: str
    fixable: bool


class MediaRendition(Shown):
    """A file made to fit one use."""

    use: Use
    width: int
    height: int
    mime_type: str
    size_bytes: int


class Media(Shown):
    """One uploaded picture or video and what was found out about it. `progress` runs from 0 to 100."""

    id: UUID
    kind: Kind | None
    mime_type: str | None
    width: int | None
    height: int | None
    duration_ms: int | None
    size_bytes: int
    sha256: str
    status: Literal["PROCESSING", "READY", "FAILED"]
    progress: int
    issues: list[MediaIssue]
    renditions: list[MediaRendition]
    failure: Failure | None
    preview_url: str | None
    created_at: Time


class MediaPage(Shown):
    """One page of files, newest first."""

    items: list[Media]
    next_cursor: str | None


class MediaQuery(PageQuery):
    """Which files."""


class MediaFiles:
    """A caller's files."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @operation(
        id="uploadMedia",
        summary="Upload a picture or video in the field `file`",
        answers={201: Media},
        errors=(errors.MediaInvalid, errors.ProcessingFailed, errors.VideoProcessingFailed),
        scope="media:write",
        upload=True,
    )
    def on_post(self, call: Call) -> Media:
        receive = self._service.receive_media
        with receive.stored(one_file(call.req, most_bytes=receive.most_bytes)) as stored:
            by = call.cause_with(stored.sha256.encode())
            return shown(receive.keep(call.caller, stored, by=by))

    @operation(
        id="listMedia",
        summary="The uploaded files, newest first",
        query=MediaQuery,
        answers={200: MediaPage},
        scope="media:read",
    )
    def on_get(self, call: Call, query: MediaQuery) -> MediaPage:
        rows, cursor = page(
            query,
            lambda after, limit: self._service.media.page(call.caller.user_id, after=after, limit=limit),
            lambda row: (row.created_at, row.id),
        )
        done = self._progress(*rows)
        return MediaPage(items=[shown(row, done.get(row.id, 0)) for row in rows], next_cursor=cursor)

    @operation(id="getMedia", summary="One file", answers={200: Media}, scope="media:read")
    def on_get_one(self, call: Call, media_id: UUID) -> Media:
        row = self._service.find_media(call.caller, media_id)
        return shown(row, self._progress(row).get(row.id, 0))

    @operation(
        id="deleteMedia",
        summary="Remove a file that no live post needs",
        answers={204: None},
        errors=(errors.InvalidStatus,),
        scope="media:write",
    )
    def on_delete_one(self, call: Call, media_id: UUID) -> None:
        self._service.delete_media(call.caller, media_id, by=call.cause)

    @operation(
        id="previewMedia",
        summary="A small picture of a file",
        answers={200: "image/jpeg", 304: None},
        scope="media:read",
    )
    def on_get_preview(self, call: Call, media_id: UUID) -> Answer:
        made = preview(self._service.find_media(call.caller, media_id))
        if made is None:
            raise errors.NotFound("This file has no preview (yet).")
        headers = {"ETag": f'"{made.sha256}"', "Cache-Control": "private, max-age=86400"}
        if call.has_current(headers["ETag"]):
            return Answer(status=304, headers=headers)
        return Answer(
            blob(self._service.blobs.open(made.sha256)),
            headers=headers | {"Content-Type": made.mime_type, "Content-Length": str(made.size_bytes)},
        )

    def _progress(self, *rows: MediaRow) -> Mapping[UUID, int]:
        """Percentages of those that are being prepared."""
        under_way = [row.id for row in rows if row.status is MediaStatus.PROCESSING]
        return self._service.media_progress.read(under_way) if under_way else {}


def blob(file: BinaryIO) -> Iterator[bytes]:
    """The pieces of a stored file, which is closed at the end or when the client is gone."""
    with file:
        while piece := file.read(PIECE):
            yield piece


def preview(row: MediaRow) -> Rendition | None:
    return row.rendition(Use.PREVIEW)


def shown(row: MediaRow, done: int = 0) -> Media:
    facts = row.facts
    ready, failed = row.status is MediaStatus.READY, row.status is MediaStatus.FAILED
    fault = row.failure
    return Media(
        id=row.id,
        kind=facts.kind if facts else None,
        mime_type=facts.mime_type if facts else None,
        width=facts.width if facts else None,
        height=facts.height if facts else None,
        duration_ms=facts.duration_ms if facts else None,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        status="READY" if ready else "FAILED" if failed else "PROCESSING",
        progress=100 if ready or failed else done,
        issues=[MediaIssue.model_validate(issue) for issue in row.issues],
        renditions=[
            MediaRendition.model_validate(made) for made in row.renditions if made.use is not Use.PREVIEW
        ],
        failure=failure(fault.code, fault.sentence, media_id=row.id) if fault else None,
        preview_url=f"/api/v1/media/{row.id}/preview" if preview(row) else None,
        created_at=row.created_at,
    )
