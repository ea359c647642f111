"""The child process: reads jobs from its input, answers on its output, and dies with whoever started it."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO

from adapters.pyvips import limits, pictures
from adapters.pyvips.libvips import shut_unwanted_doors
from adapters.pyvips.refusal import Refusal
from adapters.pyvips.wire import LENGTH, Answer, Finished, Job, Refused, Rendered, frame, read_job
from domain.media import Kind
from domain.media_formats import ACCEPTED, HEAD_BYTES, recognise


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever a library prints must not end up between the answers
    limits.confine()
    shut_unwanted_doors()
    jobs: SimpleQueue[Job] = SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, jobs), daemon=True).start()
    try:
        while True:
            job = jobs.get()
            limits.allow_seconds(job.seconds)
            _send(answers, answer(job))
    finally:  # only an error leads here, and other threads must not outlive it
        traceback.print_exc()
        os._exit(1)


def answer(job: Job) -> Answer:
    """Do one job; anything but a refusal ends this process, and its successor starts clean."""
    try:
        return _prepare(Path(job.path), job)
    except Refusal as refusal:
        return Refused(refusal.sentence, refusal.detail)


def _prepare(path: Path, job: Job) -> Finished | Rendered:
    with path.open("rb") as file:
        file_format = recognise(file.read(HEAD_BYTES))
    if file_format is None:
        raise Refusal(ACCEPTED)
    if file_format.kind is Kind.IMAGE:
        if job.recipe is not None:
            from adapters.pyvips import renditions  # only where pictures are made to order

            return Rendered(renditions.make(path.read_bytes(), file_format, job.recipe))
        return pictures.prepare(path.read_bytes(), file_format, job.uses)
    from adapters.pyvips import videos  # takes a moment to load, and most files are pictures

    return videos.prepare(path, file_format, job.uses)


def _listen(source: BinaryIO, jobs: SimpleQueue[Job]) -> None:
    """Pass jobs on; the end of the input means that the parent is gone, busy or not."""
    while head := source.read(LENGTH.size):
        jobs.put(read_job(source.read(LENGTH.unpack(head)[0])))
    os._exit(0)


def _send(answers: BinaryIO, message: Answer) -> None:
    rest = memoryview(frame(message))
    while rest:
        rest = rest[answers.write(rest) :]


if __name__ == "__main__":
    main()
