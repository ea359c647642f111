"""What becomes of a video in the worker's hands: finished, failed, let go, or nobody's business any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest

from application.media.ports import BlobStore, Stored
from application.media.process_video import MOST_STARTS, ProcessVideo
from application.media.video_ports import Stopped, VideoWorkshop
from application.views.media import MediaRow
from domain import errors
from domain.media import MediaFile, MediaStatus, Severity, Use
from domain.video_recipes import Picture, Sound, VideoRecipe
from tests.fakes.service import Studio
from tests.fakes.workshop import VIDEO, MemoryWorkshop

MKV = b"\x1aE\xdf\xa3" + b"matroska"
MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"


@dataclass
class FakeVideos(VideoWorkshop):
    """Makes a file in two looks; `breaks` is raised for these ways of making one."""

    blobs: BlobStore
    workshop: MemoryWorkshop
    breaks: dict[Picture, Exception] = field(default_factory=dict)
    made: list[VideoRecipe] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def make(self, sha256: str, recipe: VideoRecipe, tell: Callable[[float], bool]) -> Stored:
        for share in (0.0, 0.5):
            if not tell(share):
                raise Stopped
            self.meanwhile()
        if recipe.picture in self.breaks:
            raise self.breaks[recipe.picture]
        self.made.append(recipe)
        stored = self.blobs.store([MP4, sha256.encode(), recipe.picture.encode()], limit=1000)
        self.workshop.facts[stored.sha256] = replace(VIDEO, duration_ms=recipe.duration_ms)
        return stored


class Room:
    """A studio with a worker that prepares videos."""

    def __init__(self) -> None:
        self.studio = Studio()
        service = self.studio.service
        self.videos = FakeVideos(self.studio.blobs, self.studio.workshop)
        self.process = ProcessVideo(
            service.log,
            service.media,
            self.studio.blobs,
            self.studio.workshop,
            self.videos,
            service.media_progress,
            self.studio.clock,
        )
        self.caller = service.authenticate(self.studio.key().key)
        self.sure = True

    def upload(self, data: bytes = MKV, **facts: object) -> MediaRow:
        found = replace(VIDEO, **({"mime_type": "video/x-matroska"} | facts))  # type: ignore[arg-type]
        stored = self.studio.blobs.store([data], limit=1000)
        self.studio.workshop.facts[stored.sha256] = found
        return self.studio.service.receive_media(self.caller, [data], by=self.studio.by)

    def work(self, row: MediaRow) -> MediaRow | None:
        self.process(row.id, "worker", lambda: self.sure)
        return self.studio.service.media.get(row.id)

    def waiting(self) -> int:
        return len(self.studio.service.media.agenda(limit=10))


@pytest.fixture
def room() -> Iterator[Room]:
    made = Room()
    yield made
    made.studio.store.close()


def test_a_video_of_the_right_codecs_is_copied_once_for_all_uses(room: Room) -> None:
    row = room.upload()
    assert (row.status, room.waiting()) == (MediaStatus.PROCESSING, 1)
    done = room.work(row)
    assert done is not None
    assert (done.status, room.waiting()) == (MediaStatus.READY, 0)
    (recipe,) = room.videos.made
    assert (recipe.picture, recipe.sound) == (Picture.COPY, Sound.COPY)
    assert {Use.REEL, Use.STORY, Use.CAROUSEL} <= {made.use for made in done.renditions}
    (issue,) = done.issues
    assert (issue.rule, issue.severity) == ("container", Severity.INFO)


def test_a_copy_that_fails_is_encoded_instead(room: Room) -> None:
    room.videos.breaks = {Picture.COPY: errors.VideoProcessingFailed()}
    done = room.work(room.upload())
    assert done is not None
    assert done.status is MediaStatus.READY
    assert [recipe.picture for recipe in room.videos.made] == [Picture.ENCODE]


def test_what_cannot_be_made_at_all_is_video_processing_failed(room: Room) -> None:
    room.videos.breaks = dict.fromkeys(Picture, errors.VideoProcessingFailed())
    done = room.work(room.upload())
    assert done is not None
    assert done.failure is not None
    assert (done.failure.code, room.waiting()) == ("VIDEO_PROCESSING_FAILED", 0)


def test_the_same_bytes_are_prepared_once(room: Room) -> None:
    room.work(room.upload())
    again = room.upload()
    assert again.status is MediaStatus.READY
    assert len(room.videos.made) == 1


def test_a_video_deleted_meanwhile_is_let_be_and_nothing_is_kept(room: Room) -> None:
    row = room.upload()
    by = room.studio.by
    room.videos.meanwhile = lambda: room.studio.service.delete_media(room.caller, row.id, by=by)
    assert room.work(row) is None
    assert list(room.studio.blobs) == []
    assert room.waiting() == 0


def test_a_worker_that_is_no_longer_sure_lets_go_and_the_next_one_begins_anew(room: Room) -> None:
    row = room.upload()
    room.sure = False
    left = room.work(row)
    assert left is not None
    assert (left.status, room.waiting()) == (MediaStatus.PROCESSING, 1)
    room.sure = True
    done = room.work(row)
    assert done is not None
    assert done.status is MediaStatus.READY


def test_no_room_on_the_disk_puts_it_off(room: Room) -> None:
    row = room.upload()
    room.videos.breaks = dict.fromkeys(Picture, errors.ServiceUnavailable("No room."))
    for _ in range(MOST_STARTS + 1):
        with pytest.raises(errors.ServiceUnavailable):
            room.work(row)
    assert room.waiting() == 1


def test_a_video_whose_worker_was_lost_each_time_is_given_up(room: Room) -> None:
    class Killed(BaseException):
        pass

    def die() -> None:
        raise Killed

    row = room.upload()
    room.videos.meanwhile = die
    for _ in range(MOST_STARTS):
        with pytest.raises(Killed):
            room.work(row)
    done = room.work(row)
    assert done is not None
    assert done.failure is not None
    assert done.failure.code == "VIDEO_PROCESSING_FAILED"


def test_progress_is_told_while_it_is_made_and_forgotten_afterwards(room: Room) -> None:
    row = room.upload()
    board, told = room.studio.service.media_progress, []
    room.videos.meanwhile = lambda: told.append(board.read([row.id])[row.id])
    room.work(row)
    assert told == [0, 50]
    assert board.read([row.id]) == {}


def test_too_long_for_a_use_is_never_cut_but_refused_for_it(room: Room) -> None:
    done = room.work(room.upload(duration_ms=70_000))
    assert done is not None
    assert done.rendition(Use.REEL)
    assert done.rendition(Use.STORY) is None
    (left,) = [
        issue for issue in done.issues if issue.severity is Severity.ERROR and issue.rule == "too_long"
    ]
    assert set(left.uses) == {Use.STORY, Use.CAROUSEL}
    assert "at most 60 s" in left.message


def test_too_long_for_everything_is_not_worked_on(room: Room) -> None:
    row = room.upload(duration_ms=16 * 60_000)
    assert (row.status, room.waiting()) == (MediaStatus.READY, 0)
    assert {made.use for made in row.renditions} == {Use.PREVIEW}


def test_history_retold_is_the_file(room: Room) -> None:
    row = room.upload()
    room.work(row)
    file = room.studio.service.log.load(MediaFile, row.id)
    assert file.status is MediaStatus.READY
    assert file.starts == 1
    assert {made.use for made in file.renditions.values()} == {made.use for made in room.work(row).renditions}  # type: ignore[union-attr]
