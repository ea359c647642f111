"""Graph API versions: which are served, and what becomes of calls to the others."""

from __future__ import annotations

import re

from entrypoints.sandbox.errors import GraphError
from entrypoints.sandbox.world import World

OLDEST, LATEST = 21, 26
_SEGMENT = re.compile(r"v(\d+)\.\d+")


def is_version(segment: str) -> bool:
    return _SEGMENT.fullmatch(segment) is not None


def demand_served(world: World, version: str) -> None:
    """Raises GraphError for a version of the future, and for a retired one when the world refuses those."""
    if not version:
        return
    number = int(version[1:].split(".")[0])
    if number > LATEST:
        raise GraphError(2500, message=f"Unknown path components: /{version}")
    if number < OLDEST and world.settings.retired_versions == "refuse":
        raise GraphError(2635)


def answered_version(version: str) -> str:
    """The version an answer was made with: a retired one is raised, a missing one is the oldest."""
    number = int(version[1:].split(".")[0]) if version else OLDEST
    return f"v{min(max(number, OLDEST), LATEST)}.0"
