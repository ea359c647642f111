"""What every blob store keeps to, the fake included; and what only a folder can get wrong."""

from __future__ import annotations

import hashlib
import os
import resource
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.filesystem.blob_store import FileBlobStore
from application.media.ports import BlobStore
from domain import errors
from tests.fakes.blob_store import MemoryBlobStore

MAKERS: dict[str, Callable[[Path], BlobStore]] = {
    "memory": lambda folder: MemoryBlobStore(),
    "filesystem": lambda folder: FileBlobStore(folder / "media"),
}
ABSENT = "0" * 64
LIMIT = 1_000_000


@pytest.fixture(params=MAKERS)
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    return MAKERS[request.param](tmp_path)


def read(blobs: BlobStore, sha256: str) -> bytes:
    with blobs.open(sha256) as file:
        return file.read()


def test_a_stream_is_kept_under_the_hash_of_its_bytes(blobs: BlobStore) -> None:
    stored = blobs.store(iter([b"one ", b"", b"two"]), limit=LIMIT)

    assert stored.sha256 == hashlib.sha256(b"one two").hexdigest()
    assert stored.size_bytes == 7
    assert read(blobs, stored.sha256) == b"one two"
    assert blobs.size(stored.sha256) == 7


def test_equal_bytes_are_kept_once(blobs: BlobStore) -> None:
    first = blobs.store([b"same"], limit=LIMIT)
    second = blobs.store([b"sa", b"me"], limit=LIMIT)

    assert first == second
    assert list(blobs) == [first.sha256]


def test_exactly_the_limit_is_taken_and_one_byte_more_is_refused(blobs: BlobStore) -> None:
    assert blobs.store([b"12345"], limit=5).size_bytes == 5
    with pytest.raises(errors.UploadError):
        blobs.store([b"1234", b"56"], limit=5)
    assert len(list(blobs)) == 1


def test_the_limit_stops_a_stream_that_never_ends(blobs: BlobStore) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 1000

    with pytest.raises(errors.UploadError):
        blobs.store(endless(), limit=LIMIT)


def test_a_stream_that_breaks_leaves_nothing(blobs: BlobStore) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        blobs.store(broken(), limit=LIMIT)
    assert list(blobs) == []


def test_an_unknown_blob_is_not_found(blobs: BlobStore) -> None:
    for name in (ABSENT, "../../etc/passwd", "", ABSENT.upper().replace("0", "A")):
        with pytest.raises(errors.NotFound):
            blobs.open(name)
        with pytest.raises(errors.NotFound), blobs.local_path(name):
            pass
        assert blobs.size(name) is None
        blobs.remove(name)


def test_a_blob_can_be_read_as_a_file(blobs: BlobStore) -> None:
    stored = blobs.store([b"bytes"], limit=LIMIT)
    with blobs.local_path(stored.sha256) as path:
        assert path.read_bytes() == b"bytes"


def test_a_removed_blob_is_gone_and_may_come_back(blobs: BlobStore) -> None:
    stored = blobs.store([b"bytes"], limit=LIMIT)
    blobs.remove(stored.sha256)
    blobs.remove(stored.sha256)
    assert blobs.size(stored.sha256) is None
    assert list(blobs) == []
    assert blobs.store([b"bytes"], limit=LIMIT) == stored
    assert read(blobs, stored.sha256) == b"bytes"


def test_many_threads_may_store_the_same_bytes(blobs: BlobStore) -> None:
    results = []

    def store() -> None:
        results.append(blobs.store([b"a" * 1000] * 100, limit=LIMIT))

    threads = [threading.Thread(target=store) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(results) == 8
    assert list(blobs) == [results[0].sha256]


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_nothing_is_left_in_the_folder_by_a_refused_upload(tmp_path: Path) -> None:
    blobs = FileBlobStore(tmp_path)
    with pytest.raises(errors.UploadError):
        blobs.store([b"123456"], limit=5)
    assert files(tmp_path) == []


def test_a_full_disk_is_service_unavailable_and_leaves_nothing(tmp_path: Path) -> None:
    blobs = FileBlobStore(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(errors.ServiceUnavailable):
            blobs.store([b"x" * 4_000] * 5, limit=LIMIT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert files(tmp_path) == []


def test_only_old_leftovers_are_swept_at_the_start(tmp_path: Path) -> None:
    kept = FileBlobStore(tmp_path).store([b"kept"], limit=LIMIT)
    old, young = tmp_path / "incoming" / "old", tmp_path / "incoming" / "young"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    two_days_ago = time.time() - 2 * 86_400
    os.utime(old, (two_days_ago, two_days_ago))

    blobs = FileBlobStore(tmp_path)

    assert not old.exists()
    assert young.exists()
    assert list(blobs) == [kept.sha256]


def test_a_damaged_copy_is_mended_by_the_next_upload(tmp_path: Path) -> None:
    blobs = FileBlobStore(tmp_path)
    stored = blobs.store([b"bytes"], limit=LIMIT)
    with blobs.local_path(stored.sha256) as path:
        path.write_bytes(b"byt")

    blobs.store([b"bytes"], limit=LIMIT)

    assert read(blobs, stored.sha256) == b"bytes"


def test_only_what_was_not_stored_lately_is_stale(blobs: BlobStore) -> None:
    kept = blobs.store([b"young"], limit=LIMIT).sha256
    assert not blobs.remove_stale(kept, age=timedelta(hours=1))
    assert not blobs.remove_stale(ABSENT, age=timedelta(0))
    time.sleep(0.02)
    assert blobs.remove_stale(kept, age=timedelta(milliseconds=10))
    assert blobs.size(kept) is None


def test_storing_the_same_again_keeps_a_blob_from_going_stale(tmp_path: Path) -> None:
    blobs = FileBlobStore(tmp_path)
    sha256 = blobs.store([b"again"], limit=LIMIT).sha256
    path = next(tmp_path.glob("??/??/*"))
    os.utime(path, (0, 0))
    blobs.store([b"again"], limit=LIMIT)
    assert not blobs.remove_stale(sha256, age=timedelta(hours=1))


def test_sweeping_never_takes_what_is_being_stored(tmp_path: Path) -> None:
    blobs, stop = FileBlobStore(tmp_path), threading.Event()
    sha256 = hashlib.sha256(b"wanted").hexdigest()

    def sweep() -> None:
        while not stop.is_set():
            blobs.remove_stale(sha256, age=timedelta(hours=1))

    sweeper = threading.Thread(target=sweep)
    sweeper.start()
    try:
        for _ in range(200):
            blobs.store([b"wanted"], limit=LIMIT)
            assert blobs.size(sha256) == 6
            os.utime(tmp_path / sha256[:2] / sha256[2:4] / sha256, (0, 0))
    finally:
        stop.set()
        sweeper.join()
