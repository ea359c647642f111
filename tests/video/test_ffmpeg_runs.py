"""One run of ffmpeg: what may go wrong with it, and that nothing is left afterwards."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from adapters.ffmpeg.video_workshop import FfmpegWorkshop
from adapters.filesystem.blob_store import FileBlobStore
from application.media.video_ports import Stopped
from domain import errors
from domain.media import Use
from domain.video_recipes import Picture, Sound, VideoRecipe
from tests.clips import clip
from tests.ensembles import ROOT, alive, wait_for

COPY = VideoRecipe((Use.REEL,), Picture.COPY, Sound.COPY, max_bytes=10_000_000, duration_ms=3200)


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobStore:
    return FileBlobStore(tmp_path / "media")


def workshop(blobs: FileBlobStore, folder: Path, script: str, seconds: float = 30.0) -> FfmpegWorkshop:
    """One whose ffmpeg is a script of ours."""
    program = folder / "ffmpeg"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return FfmpegWorkshop(blobs, folder / "unfinished", program=str(program), seconds=seconds)


def go_on(_: float) -> bool:
    return True


@pytest.mark.parametrize(
    ("script", "seconds"),
    [
        ("echo broken >&2; exit 1", 30.0),
        ("kill -SEGV $$", 30.0),
        ("sleep 600", 0.1),
        ("trap '' TERM; echo out_time_us=1; sleep 600 & wait", 0.1),
        ("while true; do echo out_time_us=$((i += 1000)); done", 0.1),
        ("while true; do echo nonsense >&2; done", 0.1),
    ],
    ids=["fails", "crashes", "hangs", "does not listen", "never ends", "floods"],
)
def test_a_run_that_goes_wrong_is_video_processing_failed(
    blobs: FileBlobStore, tmp_path: Path, script: str, seconds: float
) -> None:
    sha256 = blobs.store([clip("MKV of the right codecs")], limit=1 << 30).sha256
    with pytest.raises(errors.VideoProcessingFailed):
        workshop(blobs, tmp_path, script, seconds).make(sha256, COPY, go_on)
    assert list((tmp_path / "unfinished").iterdir()) == []
    assert list(blobs) == [sha256]


def test_an_output_that_grows_beyond_its_limit_is_stopped(blobs: FileBlobStore, tmp_path: Path) -> None:
    sha256 = blobs.store([clip("MKV of the right codecs")], limit=1 << 30).sha256
    script = 'for last; do :; done; exec head -c 100000000 /dev/zero > "${last#file:}"'
    with pytest.raises(errors.VideoProcessingFailed):
        workshop(blobs, tmp_path, script).make(sha256, COPY, go_on)
    assert list((tmp_path / "unfinished").iterdir()) == []


def test_a_run_nobody_wants_any_more_is_stopped(blobs: FileBlobStore, tmp_path: Path) -> None:
    sha256 = blobs.store([clip("MKV of the right codecs")], limit=1 << 30).sha256
    told: list[float] = []

    def stop_at_the_second_look(share: float) -> bool:
        told.append(share)
        return len(told) < 2

    with pytest.raises(Stopped):
        workshop(blobs, tmp_path, "sleep 600").make(sha256, COPY, stop_at_the_second_look)
    assert list((tmp_path / "unfinished").iterdir()) == []


def test_ffmpeg_ends_with_its_parent_even_by_kill_9(tmp_path: Path) -> None:
    program = """
        import sys
        from adapters.ffmpeg.process import Bounds, run
        command = ["/bin/sh", "-c", "echo $$ > {pid}; sleep 600"]
        run(command, Bounds(60, 60, 1000), lambda _: True, duration=1)
    """
    pid_file = tmp_path / "pid"
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program).format(pid=pid_file)], cwd=ROOT)
    wait_for(lambda: pid_file.exists() and pid_file.read_text().strip(), "the child")
    child = int(pid_file.read_text())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    wait_for(lambda: not alive(child), "the end of the child")


def test_what_dead_processes_left_is_swept_and_what_others_write_is_not(
    blobs: FileBlobStore, tmp_path: Path
) -> None:
    folder = tmp_path / "unfinished"
    folder.mkdir()
    left = folder / "left.mp4"
    left.write_bytes(b"half a film")
    os.utime(left, (1, 1))
    being_written = folder / "others.mp4"
    with being_written.open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        os.utime(being_written, (1, 1))
        sha256 = blobs.store([clip("MKV of the right codecs")], limit=1 << 30).sha256
        made = FfmpegWorkshop(blobs, folder).make(sha256, COPY, go_on)
        assert blobs.size(made.sha256) == made.size_bytes
        assert list(folder.iterdir()) == [being_written]
