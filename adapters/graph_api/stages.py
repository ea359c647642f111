"""Where in the course of things a call stands; it decides what a missing or unclear answer means."""

from __future__ import annotations

import enum


class Stage(enum.Enum):
    """What a call does, seen from the one who has to decide about another try."""

    READ = enum.auto()  # changes nothing
    CREATE = enum.auto()  # makes what nobody can see; making it twice is harmless
    CONTAINER = enum.auto()  # no call: a container that reads ERROR
    PUBLISH = enum.auto()  # shows something to the world; never repeated blindly
    DELETE = enum.auto()  # takes effect at most once however often it is asked

    @property
    def irreversible(self) -> bool:
        """Whether an unclear answer leaves open what has happened."""
        return self in (Stage.PUBLISH, Stage.DELETE)
