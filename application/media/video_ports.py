"""What handling videos needs from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol
from uuid import UUID

from application.media.ports import Stored
from domain.video_recipes import VideoRecipe


class Stopped(Exception):
    """Work on a video was given up because whoever asked for it wants no more of it."""


class VideoWorkshop(Protocol):
    """Makes videos of videos, away from the server process, within limits of memory, size and time."""

    def make(self, sha256: str, recipe: VideoRecipe, tell: Callable[[float], bool]) -> Stored:
        """Make one file of a stored one by a recipe, and store it; what was stored is left as it is.

        `tell` hears, now and then, which share is done (0 to 1); once it answers False: Stopped.
        Its process died, hung or exceeded its limits: VIDEO_PROCESSING_FAILED. No room: SERVICE_UNAVAILABLE.
        """
        ...


class ProgressBoard(Protocol):
    """How far videos are that are being prepared: kept beside the log, and lost without harm."""

    def tell(self, media_id: UUID, percent: int) -> None:
        """It has come so far; less than was told before is not believed."""
        ...

    def read(self, media_ids: Iterable[UUID]) -> Mapping[UUID, int]:
        """The percentages of those of which anything is known."""
        ...

    def forget(self, media_id: UUID) -> None: ...
