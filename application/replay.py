"""Replaying: every view is told anew from the log, compared with what stands there, and healed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

Progress = Callable[[int, int], None]
"""Told now and then which position of how many has been reached."""


@dataclass(frozen=True)
class Difference:
    """A value that a view holds and the log tells otherwise; without a column, a row only one side has."""

    view: str
    table: str
    key: str
    column: str | None
    live: str | None
    rebuilt: str | None


@dataclass(frozen=True)
class ViewReport:
    """How one view compares: rows told by the log, rows that differ, and whether its tables had to be remade.

    A view is outdated when its tables are missing, of another shape or version, or behind the log.
    """

    name: str
    rows: int
    differing_rows: int
    outdated: bool


@dataclass(frozen=True)
class Report:
    """What a replay found at one position. At most a hundred differences are listed; the views count all."""

    position: int
    events: int
    views: tuple[ViewReport, ...]
    differences: tuple[Difference, ...]
    faults: tuple[str, ...]
    healed: bool

    @property
    def clean(self) -> bool:
        """Whether the log is whole and every view says exactly what the log tells."""
        return not self.faults and not any(view.outdated or view.differing_rows for view in self.views)


class Rebuilder(Protocol):
    """Tells views anew beside the live ones while others go on writing; nothing but views is ever changed.

    An event that cannot be read: INTERNAL_ERROR, naming its position.
    """

    def verify(self, progress: Progress | None = None) -> Report:
        """Compare every view with the log, changing nothing."""
        ...

    def run(self, progress: Progress | None = None) -> Report:
        """Make every view say what the log tells; the report says what was wrong before."""
        ...
