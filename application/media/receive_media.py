"""Taking files in, and letting them go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from application.access import Caller
from application.log import Log
from application.media.ports import BlobStore, MediaWorkshop
from application.views.media import MediaRow, MediaShelf
from application.views.posts import PostList
from domain import errors
from domain.aggregate import Cause
from domain.media import Failure, MediaFile


@dataclass(frozen=True)
class ReceiveMedia:
    """Stores a file, decodes it to be believed, makes its renditions.

    What cannot be used leaves nothing behind: UPLOAD_ERROR, MEDIA_INVALID, PROCESSING_FAILED. A video whose
    processing broke is kept, with the failure on record.
    """

    log: Log
    media: MediaShelf
    blobs: BlobStore
    workshop: MediaWorkshop
    new_id: Callable[[], UUID]
    most_bytes: int

    def __call__(self, caller: Caller, chunks: Iterable[bytes], *, by: Cause) -> MediaRow:
        stored = self.blobs.store(chunks, limit=self.most_bytes)
        if stored.size_bytes == 0:
            self._forget(stored.sha256)
            raise errors.UploadError("The file is empty.")
        file = MediaFile.receive(
            id=self.new_id(),
            user_id=caller.user_id,
            sha256=stored.sha256,
            size_bytes=stored.size_bytes,
            by=by,
        )
        try:
            prepared = self.workshop.prepare(stored.sha256)
        except errors.VideoProcessingFailed as broken:
            file.fail(Failure(broken.code, broken.sentence), by=by)
        except errors.DomainError:
            self._forget(stored.sha256)
            raise
        else:
            file.prepared(prepared.facts, prepared.issues, prepared.renditions, by=by)
        self.log.save(file)
        row = self.media.get(file.id)
        assert row is not None
        return row

    def _forget(self, sha256: str) -> None:
        if not self.media.uses_blob(sha256):
            self.blobs.remove(sha256)


@dataclass(frozen=True)
class FindMedia:
    """A media file of the caller's; another's or none: NOT_FOUND."""

    media: MediaShelf

    def __call__(self, caller: Caller, media_id: UUID) -> MediaRow:
        row = self.media.get(media_id)
        if row is None or row.user_id != caller.user_id:
            raise errors.NotFound(what="media file")
        return row


@dataclass(frozen=True)
class DeleteMedia:
    """Removes a file and what was made of it, unless a live post needs it (INVALID_STATUS)."""

    log: Log
    find: FindMedia
    media: MediaShelf
    posts: PostList
    blobs: BlobStore

    def __call__(self, caller: Caller, media_id: UUID, *, by: Cause) -> None:
        row = self.find(caller, media_id)
        file = self.log.load(MediaFile, media_id)
        file.delete(needed=bool(self.posts.needing(media_id)), by=by)
        self.log.save(file)
        for sha256 in row.blobs():
            if not self.media.uses_blob(sha256):
                self.blobs.remove(sha256)
