"""Making of a video what it needs to serve: a copy in another layout, or an encoding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from application.clock import Clock
from application.log import Conflict, Log
from application.media.ports import BlobStore, MediaWorkshop, Prepared
from application.media.video_ports import ProgressBoard, Stopped, VideoWorkshop
from application.views.media import MediaRow, MediaShelf
from domain import errors, media_rules, video_recipes
from domain.aggregate import Cause
from domain.media import Facts, Failure, Issue, Kind, MediaFile, MediaStatus, Rendition, Use
from domain.video_recipes import Picture, VideoRecipe

MOST_STARTS = 5
"""So often a video is begun whose worker was lost each time; then the video is taken to be the reason."""
_SHORTER_MS = 300


@dataclass(frozen=True)
class ProcessVideo:
    """Makes the renditions that a video lacks, saves them in one event, and can be cut off at any line.

    The caller holds the file's lease. What was made before a crash is found again by its hash or made anew.
    """

    log: Log
    media: MediaShelf
    blobs: BlobStore
    workshop: MediaWorkshop
    videos: VideoWorkshop
    progress: ProgressBoard
    clock: Clock

    def __call__(self, media_id: UUID, worker: str, sure: Callable[[], bool]) -> None:
        """Go to the end, or until `sure` says that the lease may be another's. Deleted meanwhile: let it be.

        No room for the work at present: SERVICE_UNAVAILABLE.
        """
        row = self.media.get(media_id)
        if row is None or row.status is not MediaStatus.PROCESSING:
            return
        file = self.log.load(MediaFile, media_id)
        try:
            if file.starts >= MOST_STARTS:
                self._fail(file, worker)
                return
            file.start_processing(by=self._cause(worker))
            self.log.save(file)
            self._make(file, row, worker, sure)
        except Conflict:
            pass  # somebody deleted it, or took over

    def _make(self, file: MediaFile, row: MediaRow, worker: str, sure: Callable[[], bool]) -> None:
        making = Making(self, row, sure)
        try:
            file.prepared(*making.everything(), by=self._cause(worker))
            self.log.save(file)
            self.progress.forget(row.id)
        except (errors.VideoProcessingFailed, errors.MediaInvalid):
            self._fail(file, worker)  # also where what we made is not believed: the file is not to blame
        except Stopped:
            self._let_go(file, worker)
        except errors.ServiceUnavailable:
            self._let_go(file, worker)
            raise
        finally:
            self._sweep(row, making.stored)

    def _fail(self, file: MediaFile, worker: str) -> None:
        failed = errors.VideoProcessingFailed()
        file.fail(Failure(failed.code, failed.sentence), by=self._cause(worker))
        self.log.save(file)
        self.progress.forget(file.id)

    def _let_go(self, file: MediaFile, worker: str) -> None:
        """Nothing is wrong with it: somebody else, or we later, begin anew."""
        file.interrupt(by=self._cause(worker))
        self.log.save(file)

    def _sweep(self, row: MediaRow, made: set[str]) -> None:
        """Remove what nobody needs: previews that were replaced, and all of it after a failure.

        While it is still to be prepared, another worker may just have stored the same bytes: those stay until
        leftovers are swept.
        """
        current = self.media.get(row.id)
        if current is not None and current.status is MediaStatus.PROCESSING:
            return
        for sha256 in {*made, *(rendition.sha256 for rendition in row.renditions)}:
            if not self.media.uses_blob(sha256):
                self.blobs.remove(sha256)

    def _cause(self, worker: str) -> Cause:
        return Cause(at=self.clock.now(), actor=f"worker:{worker}")


@dataclass
class Making:
    """One go at one video; `stored` names every blob it made, used in the end or not."""

    by: ProcessVideo
    row: MediaRow
    sure: Callable[[], bool]
    stored: set[str] = field(default_factory=set)
    _steps: int = 1
    _done: int = 0

    def everything(self) -> tuple[Facts, tuple[Issue, ...], tuple[Rendition, ...]]:
        """The facts of the original, its issues as far as they are left, and all renditions."""
        facts = self.row.facts
        assert facts is not None
        issues = media_rules.judge(facts, self.row.size_bytes)
        twin = self.by.media.ready_with_bytes(self.row.sha256)
        if twin and twin.facts == facts:
            return facts, twin.issues, twin.renditions
        wanted = video_recipes.recipes(facts, issues)
        self._steps = max(1, len(wanted))
        renditions = {made.use: made for made in self.row.renditions}
        for recipe in wanted:
            renditions |= {made.use: made for made in self._by(recipe)}
            self._done += 1
        return facts, media_rules.mended(issues, frozenset(renditions)), tuple(renditions.values())

    def _by(self, recipe: VideoRecipe) -> Iterator[Rendition]:
        """What a recipe yields; a copy that does not meet the rules after all is encoded instead."""
        assert self.row.facts is not None
        if recipe.picture is Picture.COPY:
            try:
                made = self._made(recipe)
            except (errors.VideoProcessingFailed, errors.MediaInvalid):
                made = ()
            yield from made
            left = tuple(use for use in recipe.uses if use not in {rendition.use for rendition in made})
            if not left:
                return
            recipe = video_recipes.encoding_instead(self.row.facts, left)
        made = self._made(recipe)
        if {rendition.use for rendition in made}.isdisjoint(recipe.uses):
            raise errors.VideoProcessingFailed
        yield from made

    def _made(self, recipe: VideoRecipe) -> tuple[Rendition, ...]:
        """Make one file, and believe it only after it was examined like a stranger's."""
        stored = self.by.videos.make(self.row.sha256, recipe, self._tell)
        self.stored.add(stored.sha256)
        found = self.by.workshop.prepare(stored.sha256, (*recipe.uses, Use.COVER, Use.PREVIEW))
        self.stored.update(made.sha256 for made in found.renditions)
        if not _whole(found, recipe):
            raise errors.VideoProcessingFailed
        return found.renditions

    def _tell(self, share: float) -> bool:
        """Put the progress on the board; whether to go on."""
        if not self.sure() or self.by.media.get(self.row.id) is None:
            return False
        self.by.progress.tell(self.row.id, min(99, int(100 * (self._done + share) / self._steps)))
        return True


def _whole(found: Prepared, recipe: VideoRecipe) -> bool:
    """Whether nothing was lost at the end: what we made lasts as long as what it was made of."""
    lasts = found.facts.duration_ms or 0
    return found.facts.kind is Kind.VIDEO and lasts >= recipe.duration_ms * 0.99 - _SHORTER_MS
