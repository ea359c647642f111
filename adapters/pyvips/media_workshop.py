"""Prepares media in a few warm child processes, so that no file a stranger sent is decoded in the server."""

from __future__ import annotations

import contextlib
import logging
import math
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, LifoQueue
from types import TracebackType
from typing import Self

from adapters.pyvips.wire import Answer, Finished, Job, Made, Refused, Rendered
from adapters.pyvips.worker_process import Broke, WorkerProcess
from application.media.ports import BlobStore, MediaWorkshop, Prepared
from domain import errors, media_rules
from domain.media import Kind, Rendition, Use
from domain.media_formats import ACCEPTED, HEAD_BYTES, Format, recognise
from domain.media_rules import ADMISSION, PICTURES
from domain.renditions import Recipe

_log = logging.getLogger(__name__)


class VipsWorkshop(MediaWorkshop):
    """At most `workers` files at once, each for at most `seconds`; others wait at most `patience` seconds.

    A child is started when first needed and replaced after a crash or `jobs_per_worker` files.
    May be called by many threads; make it after the process has forked.
    """

    def __init__(
        self,
        blobs: BlobStore,
        *,
        workers: int = 2,
        seconds: float = 30.0,
        patience: float = 60.0,
        jobs_per_worker: int = 200,
    ) -> None:
        self._blobs = blobs
        self._seconds = seconds
        self._patience = patience
        self._jobs_per_worker = jobs_per_worker
        self._libvips_threads = 1 if workers > 1 else 2
        self._closed = False
        self._lock = threading.Lock()
        self._living: set[WorkerProcess] = set()
        self._bench: LifoQueue[WorkerProcess | None] = LifoQueue()
        for _ in range(workers):
            self._bench.put(None)

    def prepare(self, sha256: str, uses: tuple[Use, ...] = ()) -> Prepared:
        file_format, size = self._admit(sha256)
        with self._blobs.local_path(sha256) as path:
            answer = self._ask(path, uses, file_format)
        if isinstance(answer, Refused):
            _log.info("refused %s: %s", sha256, answer.detail or answer.sentence)
            raise errors.MediaInvalid(answer.sentence)
        assert isinstance(answer, Finished)
        issues = media_rules.judge(answer.facts, size)
        renditions = (*self._untouched(sha256, size, answer), *self._made(answer))
        return Prepared(facts=answer.facts, issues=issues, renditions=renditions)

    def render(self, sha256: str, recipe: Recipe) -> Rendition:
        file_format, _ = self._admit(sha256)
        if file_format.kind is not Kind.IMAGE:
            raise errors.MediaInvalid("Only a picture can be made to a recipe.")
        with self._blobs.local_path(sha256) as path:
            answer = self._ask(path, (), file_format, recipe)
        if isinstance(answer, Refused):
            _log.info("refused %s: %s", sha256, answer.detail or answer.sentence)
            raise errors.MediaInvalid(answer.sentence)
        assert isinstance(answer, Rendered)
        (rendition,) = self._keep(answer.made)
        return rendition

    def pids(self) -> tuple[int, ...]:
        """The child processes that are running."""
        with self._lock:
            return tuple(sorted(worker.pid for worker in self._living))

    def close(self) -> None:
        """End every child; files being prepared are refused with SERVICE_UNAVAILABLE."""
        with self._lock:
            self._closed = True
            for worker in self._living:
                worker.kill()
        with contextlib.suppress(Empty):
            while True:
                self._end(self._bench.get_nowait())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _admit(self, sha256: str) -> tuple[Format, int]:
        """Refuse what is known from size and first bytes alone."""
        size = self._blobs.size(sha256) or 0
        with self._blobs.open(sha256) as file:
            file_format = recognise(file.read(HEAD_BYTES))
        if size == 0:
            raise errors.MediaInvalid("The file is empty.")
        if file_format is None:
            raise errors.MediaInvalid(f"The file is no picture or video we know. {ACCEPTED}")
        if file_format.refusal:
            raise errors.MediaInvalid(file_format.refusal)
        most = ADMISSION.picture_bytes if file_format.kind is Kind.IMAGE else ADMISSION.video_bytes
        if size > most:
            raise errors.MediaInvalid(f"The file is larger than {most // media_rules.MB} MB.")
        return file_format, size

    def _ask(
        self, path: Path, uses: tuple[Use, ...], file_format: Format, recipe: Recipe | None = None
    ) -> Answer:
        job = Job(path=str(path.absolute()), seconds=math.ceil(self._seconds), uses=uses, recipe=recipe)
        with self._worker() as worker:
            try:
                return worker.ask(job, seconds=self._seconds)
            except Broke as reason:
                if self._closed:
                    raise errors.ServiceUnavailable("The server is shutting down.") from reason
                _log.warning("preparing %s broke off: %s", path.name, reason)
                failed = (
                    errors.ProcessingFailed
                    if file_format.kind is Kind.IMAGE
                    else errors.VideoProcessingFailed
                )
                raise failed from reason

    @contextlib.contextmanager
    def _worker(self) -> Iterator[WorkerProcess]:
        """A child of one's own for the block; one that leaves the block by an error is ended."""
        try:
            worker = self._bench.get(timeout=self._patience)
        except Empty:
            raise errors.ServiceUnavailable(
                "Too many files are being prepared; this one found no free place.", retry_after=10
            ) from None
        kept = None
        try:
            worker = self._ready(worker)
            yield worker
            if worker.jobs < self._jobs_per_worker:
                kept = worker
        finally:
            if not kept:
                self._end(worker)
            self._bench.put(kept)

    def _ready(self, worker: WorkerProcess | None) -> WorkerProcess:
        if worker and worker.alive:
            return worker
        self._end(worker)
        with self._lock:
            if self._closed:
                raise errors.ServiceUnavailable("The server is shutting down.")
            started = WorkerProcess(libvips_threads=self._libvips_threads)
            self._living.add(started)
        return started

    def _end(self, worker: WorkerProcess | None) -> None:
        if worker:
            worker.end()
            with self._lock:
                self._living.discard(worker)

    def _untouched(self, sha256: str, size: int, answer: Finished) -> Iterator[Rendition]:
        facts = answer.facts
        for use in answer.untouched:
            yield Rendition(use, sha256, facts.mime_type, facts.width, facts.height, size)

    def _made(self, answer: Finished) -> Iterator[Rendition]:
        for made in answer.made:
            yield from self._keep(made)

    def _keep(self, made: Made) -> Iterator[Rendition]:
        stored = self._blobs.store([made.data], limit=PICTURES[Use.FEED].max_bytes)
        for use in made.uses:
            yield Rendition(use, stored.sha256, made.mime_type, made.width, made.height, stored.size_bytes)
