"""Videos: fetched and judged behind the caller's back; a fault shows in the container."""

from __future__ import annotations

from entrypoints.sandbox.records import Container
from entrypoints.sandbox.world import World


def fetch_video(world: World, container: Container) -> None:
    """Fetch and judge the video of a container in progress."""
    raise NotImplementedError


def resume(world: World) -> None:
    """Take up the fetches that were under way when the process ended."""
    for container in list(world.containers.values()):
        if container.pending_url and container.ready_at is None:
            world.background(lambda c=container: fetch_video(world, c))  # type: ignore[misc]
