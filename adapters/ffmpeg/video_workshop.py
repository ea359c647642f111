"""Makes videos by running ffmpeg, one run a file."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from adapters.ffmpeg import binary
from adapters.ffmpeg.arguments import Manner, arguments
from adapters.ffmpeg.process import Bounds, Broke, run
from adapters.ffmpeg.scratch import Scratch
from application.media.ports import BlobStore, Stored
from application.media.video_ports import VideoWorkshop
from domain import errors
from domain.media_formats import HEAD_BYTES, recognise
from domain.video_recipes import VideoRecipe

_log = logging.getLogger(__name__)
_PIECE = 1 << 20
_INDEX_BYTES = 32 << 20


class FfmpegWorkshop(VideoWorkshop):
    """May be called by many threads; each call runs a process that ends with it, and with this one.

    `seconds` is what one picture may take; a video may take twice that, and as much again for every ten
    seconds it lasts (for every five where decoding is heavy).
    """

    def __init__(
        self,
        blobs: BlobStore,
        folder: Path,
        *,
        program: str | None = None,
        seconds: float = 30.0,
        manner: Manner = Manner(),  # noqa: B008 - it is immutable
    ) -> None:
        self._blobs = blobs
        self._scratch = Scratch(folder)
        self._program = program
        self._seconds = seconds
        self._manner = manner

    def make(self, sha256: str, recipe: VideoRecipe, tell: Callable[[float], bool]) -> Stored:
        with self._blobs.open(sha256) as file:
            file_format = recognise(file.read(HEAD_BYTES))
        assert file_format is not None, "only what was examined is worked on"
        if self._scratch.free_bytes() < 2 * (self._blobs.size(sha256) or 0):
            raise errors.ServiceUnavailable("There is too little room on the disk to prepare this video.")
        with self._blobs.local_path(sha256) as source, self._scratch.file() as target:
            told = arguments(source.absolute(), file_format, recipe, target.absolute(), self._manner)
            try:
                run(
                    [binary.find(self._program), *told],
                    self._bounds(recipe),
                    tell,
                    duration=recipe.duration_ms / 1000,
                )
            except Broke as reason:
                _log.warning("making a video of %s broke off: %s", sha256, reason)
                raise errors.VideoProcessingFailed from reason
            return self._blobs.store(_pieces(target), limit=recipe.max_bytes + _INDEX_BYTES)

    def _bounds(self, recipe: VideoRecipe) -> Bounds:
        spans = recipe.duration_ms / (5_000 if recipe.heavy else 10_000)
        return Bounds(
            seconds=self._seconds * (2 + spans),
            stall_seconds=self._seconds * 2,
            file_bytes=recipe.max_bytes + _INDEX_BYTES,
        )


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
