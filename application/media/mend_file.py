"""One file made fit outside of any server: what is wrong with it, what is done about it, and the result."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from application.media.ports import BlobStore, MediaWorkshop
from application.media.video_ports import VideoWorkshop
from domain import errors
from domain.content import Fit, MediaType
from domain.media import Kind
from domain.repairs import Plan, plan

USUAL = {Kind.IMAGE: MediaType.IMAGE, Kind.VIDEO: MediaType.REELS}


@dataclass(frozen=True)
class Examined:
    """A file that was decoded: its name in the store, and the plan."""

    sha256: str
    size_bytes: int
    plan: Plan


@dataclass(frozen=True)
class MendFile:
    """Checks and repairs a file with a store of its own; what is no picture or video is MEDIA_INVALID."""

    blobs: BlobStore
    workshop: MediaWorkshop
    videos: VideoWorkshop
    most_bytes: int

    def check(self, chunks: Iterable[bytes], media_type: MediaType | None, fit: Fit) -> Examined:
        """Decode a file and plan its repairs, for the usual type of its kind unless one is named."""
        stored = self.blobs.store(chunks, limit=self.most_bytes)
        found = self.workshop.prepare(stored.sha256)
        wanted = media_type or USUAL[found.facts.kind]
        return Examined(stored.sha256, stored.size_bytes, plan(found.facts, stored.size_bytes, wanted, fit))

    def fix(self, examined: Examined, tell: Callable[[float], bool]) -> str:
        """Carry out a plan; the name of the result, which is the file itself where nothing is amiss."""
        made = examined.plan
        if made.obstacles:
            raise errors.MediaInvalid(made.obstacles[0].message)
        if made.video_recipe is not None:
            return self.videos.make(examined.sha256, made.video_recipe, tell).sha256
        if made.recipe is not None:
            return self.workshop.render(examined.sha256, made.recipe).sha256
        if made.before.kind is Kind.VIDEO:
            return examined.sha256
        prepared = self.workshop.prepare(examined.sha256, (made.use,))
        return prepared.renditions[0].sha256
