"""Videos: fetched and judged behind the caller's back; a fault shows in the container."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from entrypoints.sandbox import clips, magic
from entrypoints.sandbox.errors import GraphError
from entrypoints.sandbox.fetching import FetchError, FetchTimeoutError
from entrypoints.sandbox.pictures import demand_address
from entrypoints.sandbox.records import Container
from entrypoints.sandbox.shapes import Shape
from entrypoints.sandbox.world import World

_MEGABYTE = 1024 * 1024
_DOWNLOAD_FAILED = "Error: Media download has failed. The media URI could not be used, error code {}"


@dataclass(frozen=True)
class Allowance:
    """What a shape takes beyond the rules that hold for all videos."""

    seconds: tuple[float, float]
    size: int
    ratios: tuple[float, float]


ALLOWANCES = {
    Shape.REEL: Allowance((3.0, 900.0), 300 * _MEGABYTE, (0.01, 10.0)),
    Shape.STORY_VIDEO: Allowance((3.0, 60.0), 100 * _MEGABYTE, (0.1, 10.0)),
    Shape.CHILD_VIDEO: Allowance((3.0, 60.0), 100 * _MEGABYTE, (0.1, 10.0)),
}


class UnfitError(Exception):
    """The video breaks a rule; carries the subcode the container ends with."""

    def __init__(self, subcode: int) -> None:
        self.subcode = subcode
        super().__init__(str(subcode))


def fetch_video(world: World, container: Container) -> None:
    """Fetch and judge the video of a container in progress."""
    draft = world.blobs.draft()
    try:
        demand_address(container.pending_url)
        most, seconds = ALLOWANCES[Shape(container.shape)].size + 1, world.settings.fetch_seconds
        world.fetcher.save(container.pending_url, draft, at_most=most, seconds=seconds)
    except FetchTimeoutError:
        _fail(world, container, 2207003, _DOWNLOAD_FAILED.format(2207003))
    except (FetchError, GraphError):
        _fail(world, container, 2207052, _DOWNLOAD_FAILED.format(2207052))
    else:
        settle(world, container, draft)
    draft.unlink(missing_ok=True)


def settle(world: World, container: Container, file: Path) -> None:
    """Judge the video that arrived, and let the container ripen or fail."""
    shape = Shape(container.shape)
    offset = _offset(container)
    try:
        _judge(
            clips.look_at(file), ALLOWANCES[shape], offset, strict_layout=world.settings.strict_video_layout
        )
        still = clips.poster(file, offset)
    except clips.NoVideoError:
        _fail(world, container, 2207026)
        return
    except UnfitError as error:
        _fail(world, container, error.subcode)
        return
    with world.change():
        if world.containers.get(container.id) is not container:
            return
        container.blob = world.blobs.adopt(file, ".mp4")
        container.poster = container.poster or world.blobs.keep(still, ".jpg")
        container.ready_at = max(world.clock.now(), container.created_at + world.settings.video_seconds)
        container.pending_url = ""
        magic.on_container(container)
        world.keep(container)


def resume(world: World) -> None:
    """Take up the fetches that were under way when the process ended."""
    for container in list(world.containers.values()):
        if container.pending_url and container.ready_at is None:
            world.background(partial(fetch_video, world, container))


def _fail(world: World, container: Container, subcode: int, text: str = "") -> None:
    with world.change():
        if world.containers.get(container.id) is not container:
            return
        container.failure, container.failure_text = subcode, text
        container.ready_at, container.pending_url = world.clock.now(), ""
        world.keep(container)


def _offset(container: Container) -> float:
    """The moment of the still, in seconds; a cover makes it irrelevant."""
    wanted = container.parameters.get("thumb_offset")
    try:
        return 0.0 if container.poster else int(wanted or 0) / 1000
    except ValueError:
        return -1.0


def _judge(facts: clips.ClipFacts, allowed: Allowance, offset: float, *, strict_layout: bool) -> None:
    shortest, longest = allowed.seconds
    low, high = allowed.ratios
    fits = (
        "mp4" in facts.format
        and facts.codec in ("h264", "hevc")
        and facts.pixel_format.startswith(("yuv420p", "yuvj420p"))
        and facts.audio_codec in ("", "aac")
        and facts.audio_rate <= 48_000
        and facts.audio_channels <= 2
        and shortest - 0.05 <= facts.seconds <= longest + 0.5
        and facts.size <= allowed.size
        and facts.width <= 1920
        and low <= facts.ratio <= high
        and 22.9 <= facts.frame_rate <= 60.1
        and facts.bit_rate <= 25_000_000
        and (facts.index_first or not strict_layout)
    )
    if not fits:
        raise UnfitError(2207026)
    if not 0 <= offset < facts.seconds:
        raise UnfitError(2207057)
