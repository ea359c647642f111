"""Files: taken in, judged, and let go when nobody needs them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from application.access import SCOPES, Caller
from domain import errors
from domain.attempt import Schedule
from domain.content import Content, MediaType
from domain.media import MediaStatus
from tests.fakes.service import JPEG, MOST_BYTES, Studio


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
def caller(studio: Studio) -> Caller:
    return studio.service.authenticate(studio.key().key)


def test_a_picture_is_ready_when_it_was_taken_in(studio: Studio, caller: Caller) -> None:
    row = studio.service.receive_media(caller, [JPEG, b"rest"], by=studio.by)
    assert (row.status, row.size_bytes) == (MediaStatus.READY, len(JPEG) + 4)
    assert row.sha256 in studio.blobs.blobs
    assert studio.service.find_media(caller, row.id) == row


@pytest.mark.parametrize(
    ("chunks", "refusal"),
    [
        ([], errors.UploadError),
        ([b""], errors.UploadError),
        ([JPEG, b"x" * MOST_BYTES], errors.UploadError),
        ([b"this is no picture"], errors.MediaInvalid),
    ],
    ids=["nothing", "empty", "too large", "no picture"],
)
def test_what_cannot_be_used_leaves_nothing_behind(
    studio: Studio, caller: Caller, chunks: list[bytes], refusal: type[errors.DomainError]
) -> None:
    position = studio.service.reader.last_position()
    with pytest.raises(refusal):
        studio.service.receive_media(caller, chunks, by=studio.by)
    assert studio.blobs.blobs == {}
    assert studio.service.reader.last_position() == position


def test_a_picture_whose_processing_broke_is_refused_and_forgotten(studio: Studio, caller: Caller) -> None:
    studio.workshop.breaks = errors.ProcessingFailed()
    with pytest.raises(errors.ProcessingFailed):
        studio.service.receive_media(caller, [JPEG], by=studio.by)
    assert studio.blobs.blobs == {}


def test_bytes_that_another_file_uses_are_not_forgotten(studio: Studio, caller: Caller) -> None:
    kept = studio.service.receive_media(caller, [JPEG], by=studio.by)
    studio.workshop.breaks = errors.ProcessingFailed()
    with pytest.raises(errors.ProcessingFailed):
        studio.service.receive_media(caller, [JPEG], by=studio.by)
    assert kept.sha256 in studio.blobs.blobs


def test_a_file_somebody_waits_for_is_not_deleted(studio: Studio) -> None:
    account = studio.account()
    caller = Caller(account.user_id, "", None, frozenset(SCOPES), None, livemode=False)
    file = studio.service.receive_media(caller, [JPEG], by=studio.by)
    content = Content(MediaType.IMAGE, (file.id,), "Hi")
    post = studio.service.create_post.schedule(
        caller, account.id, content, Schedule(studio.clock.now() + timedelta(hours=1)), by=studio.by
    )
    with pytest.raises(errors.InvalidStatus):
        studio.service.delete_media(caller, file.id, by=studio.by)
    studio.service.change_post.cancel(caller, post.id, by=studio.by)
    studio.service.delete_media(caller, file.id, by=studio.by)
    assert studio.blobs.blobs == {}


def test_deleting_one_of_two_equal_files_keeps_the_bytes(studio: Studio, caller: Caller) -> None:
    one, other = (studio.service.receive_media(caller, [JPEG], by=studio.by) for _ in range(2))
    studio.service.delete_media(caller, one.id, by=studio.by)
    assert other.sha256 in studio.blobs.blobs
    studio.service.delete_media(caller, other.id, by=studio.by)
    assert other.sha256 not in studio.blobs.blobs


def test_another_users_file_is_not_found(studio: Studio, caller: Caller) -> None:
    file = studio.service.receive_media(caller, [JPEG], by=studio.by)
    stranger = studio.service.authenticate(studio.key("other@sandbox.example").key)
    with pytest.raises(errors.NotFound):
        studio.service.find_media(stranger, file.id)
    with pytest.raises(errors.NotFound):
        studio.service.delete_media(stranger, file.id, by=studio.by)


def test_a_full_disk_takes_nothing_in(studio: Studio, caller: Caller) -> None:
    studio.blobs.full = True
    with pytest.raises(errors.ServiceUnavailable):
        studio.service.receive_media(caller, [JPEG], by=studio.by)
    assert studio.blobs.blobs == {}
