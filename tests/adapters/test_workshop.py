"""The child processes: bounded, replaceable, and never older than whoever started them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.filesystem.blob_store import FileBlobStore
from adapters.pyvips.media_workshop import VipsWorkshop
from domain import errors
from tests.pictures import make_bomb, make_jpeg
from tests.videos import make_video

ROOT = Path(__file__).resolve().parents[2]
MIB = 1 << 20


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobStore:
    return FileBlobStore(tmp_path)


def put(blobs: FileBlobStore, data: bytes) -> str:
    return blobs.store([data], limit=1 << 30).sha256


def is_running(pid: int) -> bool:
    """Whether any thread of the process is left; a zombie is none."""
    process = Path(f"/proc/{pid}")
    try:
        return (
            len(list((process / "task").iterdir())) > 1 or "State:\tZ" not in (process / "status").read_text()
        )
    except (FileNotFoundError, ProcessLookupError):
        return False


def eventually(holds: Callable[[], bool], seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def peak_memory(pid: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) * 1024


def test_an_unknown_file_is_not_found(blobs: FileBlobStore) -> None:
    with VipsWorkshop(blobs) as workshop, pytest.raises(errors.NotFound):
        workshop.prepare("0" * 64)


def test_no_child_is_started_before_it_is_needed(blobs: FileBlobStore) -> None:
    with VipsWorkshop(blobs) as workshop:
        assert workshop.pids() == ()
        with pytest.raises(errors.MediaInvalid):
            workshop.prepare(put(blobs, b"plain text"))
        assert workshop.pids() == ()


def test_the_same_picture_gives_the_same_bytes(blobs: FileBlobStore) -> None:
    sha256 = put(blobs, make_jpeg(2000, 2000))
    with VipsWorkshop(blobs) as workshop:
        assert workshop.prepare(sha256) == workshop.prepare(sha256)
        assert len(workshop.pids()) == 1


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (make_jpeg(), errors.ProcessingFailed),
        (make_video(), errors.VideoProcessingFailed),
    ],
)
def test_a_child_killed_in_the_middle_fails_its_file_and_not_the_next(
    blobs: FileBlobStore, data: bytes, refusal: type[errors.DomainError]
) -> None:
    sha256 = put(blobs, data)
    with VipsWorkshop(blobs, workers=1) as workshop:
        workshop.prepare(sha256)
        (child,) = workshop.pids()
        os.kill(child, signal.SIGSTOP)
        threading.Timer(0.2, os.kill, (child, signal.SIGKILL)).start()

        with pytest.raises(refusal):
            workshop.prepare(sha256)

        assert workshop.prepare(sha256).renditions
        assert child not in workshop.pids()
        assert not is_running(child)


def test_a_child_that_died_while_idle_is_replaced_unnoticed(blobs: FileBlobStore) -> None:
    sha256 = put(blobs, make_jpeg())
    with VipsWorkshop(blobs, workers=1) as workshop:
        workshop.prepare(sha256)
        (child,) = workshop.pids()
        os.kill(child, signal.SIGKILL)
        assert eventually(lambda: not is_running(child))
        assert workshop.prepare(sha256).renditions


def test_a_child_that_hangs_is_killed_in_time(blobs: FileBlobStore) -> None:
    sha256 = put(blobs, make_jpeg())
    with VipsWorkshop(blobs, workers=1, seconds=2) as workshop:
        workshop.prepare(sha256)
        (child,) = workshop.pids()
        os.kill(child, signal.SIGSTOP)
        with pytest.raises(errors.ProcessingFailed):
            workshop.prepare(sha256)
        assert not is_running(child)
        assert workshop.prepare(sha256).renditions


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (make_jpeg(), errors.ProcessingFailed),
        (make_video(), errors.VideoProcessingFailed),
    ],
)
def test_a_limit_of_almost_no_time_fails_every_file(
    blobs: FileBlobStore, data: bytes, refusal: type[errors.DomainError]
) -> None:
    with VipsWorkshop(blobs, seconds=0.001) as workshop, pytest.raises(refusal):
        workshop.prepare(put(blobs, data))


def test_a_child_is_replaced_after_its_share_of_files(blobs: FileBlobStore) -> None:
    sha256 = put(blobs, make_jpeg(400, 400))
    with VipsWorkshop(blobs, workers=1, jobs_per_worker=2) as workshop:
        workshop.prepare(sha256)
        (child,) = workshop.pids()
        workshop.prepare(sha256)
        assert not is_running(child)
        workshop.prepare(sha256)
        assert workshop.pids() not in ((), (child,))


def test_many_threads_share_few_children(blobs: FileBlobStore) -> None:
    files = [put(blobs, make_jpeg(700 + number, 700, seed=number)) for number in range(12)]
    with VipsWorkshop(blobs, workers=2) as workshop, ThreadPoolExecutor(12) as threads:
        widths = [prepared.facts.width for prepared in threads.map(workshop.prepare, files)]
        assert widths == [700 + number for number in range(12)]
        assert len(workshop.pids()) == 2


def test_waiting_for_a_child_is_bounded(blobs: FileBlobStore) -> None:
    sha256 = put(blobs, make_jpeg())
    with VipsWorkshop(blobs, workers=1, seconds=2, patience=0.1) as workshop, ThreadPoolExecutor(1) as thread:
        workshop.prepare(sha256)
        (child,) = workshop.pids()
        os.kill(child, signal.SIGSTOP)
        stuck = thread.submit(workshop.prepare, sha256)
        time.sleep(0.1)
        with pytest.raises(errors.ServiceUnavailable) as refused:
            workshop.prepare(sha256)
        assert refused.value.retry_after
        os.kill(child, signal.SIGCONT)
        assert stuck.result().renditions


def test_closing_ends_busy_and_idle_children(blobs: FileBlobStore) -> None:
    sha256 = put(blobs, make_jpeg())
    workshop = VipsWorkshop(blobs, workers=1)
    workshop.prepare(sha256)
    (child,) = workshop.pids()
    os.kill(child, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as thread:
        stuck = thread.submit(workshop.prepare, sha256)
        time.sleep(0.1)
        workshop.close()
        with pytest.raises(errors.ServiceUnavailable):
            stuck.result()
    assert not is_running(child)
    with pytest.raises(errors.ServiceUnavailable):
        workshop.prepare(sha256)


def test_a_bomb_costs_neither_the_caller_nor_the_child_memory(blobs: FileBlobStore) -> None:
    sha256 = put(blobs, make_bomb(30_000, 30_000))
    with VipsWorkshop(blobs, workers=1) as workshop:
        workshop.prepare(put(blobs, make_jpeg()))
        (child,) = workshop.pids()
        child_before, caller_before = peak_memory(child), peak_memory(os.getpid())
        with pytest.raises(errors.MediaInvalid, match="30000 by 30000"):
            workshop.prepare(sha256)
        assert workshop.pids() == (child,)
        assert peak_memory(child) - child_before < 30 * MIB
        assert peak_memory(os.getpid()) - caller_before < 10 * MIB


def test_a_child_may_not_take_all_the_memory(blobs: FileBlobStore) -> None:
    with VipsWorkshop(blobs, workers=1) as workshop:
        workshop.prepare(put(blobs, make_jpeg()))
        (child,) = workshop.pids()
        limits = Path(f"/proc/{child}/limits").read_text()
        assert re.search(r"Max address space\s+1572864000\s", limits)
        assert re.search(r"Max core file size\s+0\s", limits)
        assert re.search(r"Max cpu time\s+3[0-9]\s", limits)


def test_a_child_knows_none_of_the_servers_secrets(
    blobs: FileBlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRESSROOM_SECRET_KEY", "hush")
    with VipsWorkshop(blobs, workers=1) as workshop:
        workshop.prepare(put(blobs, make_jpeg()))
        (child,) = workshop.pids()
        environment = Path(f"/proc/{child}/environ").read_bytes()
    assert b"hush" not in environment
    assert b"MALLOC_ARENA_MAX=2" in environment
    assert b"VIPS_BLOCK_UNTRUSTED=1" in environment


PARENT = """
import sys, threading, time
from pathlib import Path
from adapters.filesystem.blob_store import FileBlobStore
from adapters.pyvips.media_workshop import VipsWorkshop

blobs = FileBlobStore(Path(sys.argv[1]))
workshop = VipsWorkshop(blobs, workers=1)
workshop.prepare(sys.argv[2])
print(*workshop.pids(), flush=True)
if sys.argv[3] == "busy":
    workshop.prepare(sys.argv[4])
time.sleep(60)
"""


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_a_child_dies_with_its_parent_even_by_kill_nine(
    blobs: FileBlobStore, tmp_path: Path, state: str
) -> None:
    small, large = put(blobs, make_jpeg()), put(blobs, make_bomb(9_000, 9_000))
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path), small, state, large],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert parent.stdout
    child = int(parent.stdout.readline())
    time.sleep(0.15)
    assert is_running(child)

    parent.kill()
    parent.wait()
    parent.stdout.close()

    assert eventually(lambda: not is_running(child), seconds=2)
