"""Taking files in, and letting them go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

from application.access import Caller
from application.log import Conflict, Log
from application.media.ports import BlobStore, MediaWorkshop, Prepared, Stored
from application.views.media import MediaRow, MediaShelf
from application.views.posts import PostList
from domain import errors, video_recipes
from domain.aggregate import Cause
from domain.media import Failure, MediaFile


@dataclass(frozen=True)
class ReceiveMedia:
    """Stores a file, decodes it to be believed, makes the renditions of a picture.

    What cannot be used leaves nothing behind: UPLOAD_ERROR, MEDIA_INVALID, PROCESSING_FAILED. A video whose
    examination broke is kept, with the failure on record; one that must be copied or encoded is for a worker.
    """

    log: Log
    media: MediaShelf
    blobs: BlobStore
    workshop: MediaWorkshop
    new_id: Callable[[], UUID]
    most_bytes: int

    def __call__(self, caller: Caller, chunks: Iterable[bytes], *, by: Cause) -> MediaRow:
        with self.stored(chunks) as stored:
            return self.keep(caller, stored, by=by)

    @contextmanager
    def stored(self, chunks: Iterable[bytes]) -> Iterator[Stored]:
        """The bytes, stored; forgotten again if nothing becomes of them within."""
        stored = self.blobs.store(chunks, limit=self.most_bytes)
        try:
            if stored.size_bytes == 0:
                raise errors.UploadError("The file is empty.")
            yield stored
        except errors.IdempotencyInProgress:
            raise  # whoever holds the key is at work on these very bytes
        except Exception:
            self._forget(stored.sha256)
            raise

    def keep(self, caller: Caller, stored: Stored, *, by: Cause) -> MediaRow:
        """Make a media file of stored bytes; the same command makes it once."""
        if by.command_id is not None and (made := self.media.get(by.id_for(self.new_id))) is not None:
            return made
        file = MediaFile.receive(
            id=by.id_for(self.new_id),
            user_id=caller.user_id,
            sha256=stored.sha256,
            size_bytes=stored.size_bytes,
            by=by,
        )
        try:
            prepared = self.workshop.prepare(stored.sha256)
        except errors.VideoProcessingFailed as broken:
            file.fail(Failure(broken.code, broken.sentence), by=by)
        else:
            self._tell(file, prepared, by)
        with suppress(Conflict):  # the same command, run twice at once, made it already
            self.log.save(file)
        row = self.media.get(file.id)
        assert row is not None
        return row

    def _tell(self, file: MediaFile, found: Prepared, by: Cause) -> None:
        """Ready as it is, ready because the same bytes are, or work for a worker."""
        if not video_recipes.recipes(found.facts, found.issues):
            file.prepared(found.facts, found.issues, found.renditions, by=by)
        elif (twin := self.media.ready_with_bytes(file.sha256)) and twin.facts == found.facts:
            file.prepared(found.facts, twin.issues, twin.renditions, by=by)
        else:
            file.examined(found.facts, found.issues, found.renditions, by=by)

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
