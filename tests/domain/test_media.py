"""A media file: received, made ready or not, and let go."""

from __future__ import annotations

import pytest

from domain import errors
from domain.media import Facts, Failure, Kind, MediaFile, MediaStatus, Rendition, Use
from tests.fakes.posts import FILE, OWNER, by, retold

FACTS = Facts(Kind.IMAGE, "image/jpeg", 1080, 1350)
MADE = tuple(Rendition(use, f"{use}", "image/jpeg", 1080, 1350, 9) for use in (Use.FEED, Use.STORY))


def received() -> MediaFile:
    return MediaFile.receive(id=FILE, user_id=OWNER, sha256="abc", size_bytes=9, by=by())


def ready() -> MediaFile:
    file = received()
    file.start_processing(by=by())
    file.prepared(FACTS, (), MADE, by=by())
    return file


def test_a_file_is_received_processed_and_ready() -> None:
    file = received()
    seen = [file.status]
    file.start_processing(by=by())
    seen.append(file.status)
    file.prepared(FACTS, (), MADE, by=by())
    assert [*seen, file.status] == [MediaStatus.RECEIVED, MediaStatus.PROCESSING, MediaStatus.READY]


def test_a_ready_file_has_one_rendition_for_each_use() -> None:
    assert ready().renditions == {made.use: made for made in MADE}


def test_a_file_that_failed_says_why() -> None:
    file = received()
    file.fail(Failure("VIDEO_PROCESSING_FAILED", "It broke."), by=by())
    assert file.status is MediaStatus.FAILED
    assert file.failure == Failure("VIDEO_PROCESSING_FAILED", "It broke.")


def test_a_file_that_is_needed_is_not_deleted() -> None:
    file = ready()
    with pytest.raises(errors.InvalidStatus):
        file.delete(needed=True, by=by())
    assert file.status is MediaStatus.READY


def test_deleting_twice_is_no_news() -> None:
    file = ready()
    file.delete(needed=False, by=by())
    file.delete(needed=False, by=by())
    assert (file.status, len(file.pending_events)) == (MediaStatus.DELETED, 4)


def test_history_retold_is_the_file() -> None:
    file = ready()
    file.delete(needed=False, by=by())
    assert vars(retold(file)) == vars(file)
