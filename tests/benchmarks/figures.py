"""A measured value beside its floor, and the line that says so."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

LINE = "{:<34} {:>12} {:>6}   {:>12} {:>6}   {:>7}   {}"


@dataclass
class Figure:
    """Samples of ours and of a floor that were taken in turns; `floor_name` says what the floor does."""

    name: str
    unit: str
    floor_name: str
    ours: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float | None:
        """Ours by the floor: of a rate the higher, of a time or a size the lower is better."""
        if not self.ours or not self.floor or not median(self.floor):
            return None
        return median(self.ours) / median(self.floor)

    def line(self) -> str:
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}x"
        return LINE.format(
            self.name,
            written(self.ours, self.unit),
            noise(self.ours),
            written(self.floor, self.unit),
            noise(self.floor),
            ratio,
            self.floor_name,
        ).rstrip()


def written(samples: Sequence[float], unit: str) -> str:
    """The median, in three digits."""
    if not samples:
        return ""
    value = median(samples)
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:,.3g} {unit}"


def noise(samples: Sequence[float]) -> str:
    """Half of what lies between the smallest and the largest sample, as a share of the median."""
    if len(samples) < 2 or not median(samples):
        return ""
    return f"±{50 * (max(samples) - min(samples)) / median(samples):.0f} %"


def quantile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least this share of all samples does not exceed."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


def head(title: str) -> None:
    print(f"\n{title}")
    print(LINE.format("", "ours", "noise", "floor", "noise", "ratio", "what the floor does").rstrip())
    sys.stdout.flush()


def tell(*figures: Figure) -> None:
    for figure in figures:
        print(figure.line())
    sys.stdout.flush()
