"""`python -m tests.benchmarks.pictures`: feed pictures by us, by sharp and by Pillow, in turns.

Each contender is a process of its own for each file, with one libvips thread; the first runs are not counted.
sharp is installed by npm into build/, and left out with a word where there is no npm.
"""

from __future__ import annotations

import argparse
import io
import json
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import geometric_mean, median

from PIL import Image

from adapters.filesystem.blob_store import FileBlobStore
from adapters.pyvips.media_workshop import VipsWorkshop
from domain.content import Fit
from domain.media import Use
from domain.renditions import Recipe
from tests.benchmarks.pictures.inputs import FORTY_EIGHT, TARGET, TWELVE, Input, inputs, reference, ssim

ROOT = Path(__file__).parents[3]
SHARP = "0.35.5"
LINE = "{:<38} {:<7} {:>8} {:>8} {:>8} {:>8} {:>7}  {}"


@dataclass
class Runner:
    """One contender at work on one file."""

    name: str
    process: subprocess.Popen[str]
    into: Path
    told: list[dict[str, float]] = field(default_factory=list)

    def run(self, *, counts: bool) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        told = json.loads(self.process.stdout.readline())
        if counts:
            self.told.append(told | {"peak": self._peak()})

    def _peak(self) -> float:
        """The most memory it has held; what the system reports of a child may be its parent's."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(float(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))

    def value(self, what: str) -> float:
        return median(told[what] for told in self.told)

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.pictures", description=__doc__)
    parser.add_argument("--rounds", type=int, default=11, help="counted runs of each (11)")
    parser.add_argument("--only", help="only the files whose name contains this")
    given = parser.parse_args()
    sharp = _sharp()
    print(
        f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}, {given.rounds} rounds, medians"
    )
    print(
        LINE.format(
            "to 1080x1350", "", "wall ms", "CPU ms", "peak MB", "KB", "SSIM", "ours : theirs, wall and peak"
        )
    )
    ratios: dict[str, list[tuple[float, float]]] = {}
    for row in inputs({"12 MP": TWELVE, "48 MP": FORTY_EIGHT}):
        if given.only and given.only not in row.name:
            continue
        if row.fine and not sharp:
            continue
        for name, found in _compare(row, given.rounds, sharp).items():
            ratios.setdefault(f"{name}, carefully" if row.fine else name, []).append(found)
    for name, found in ratios.items():
        wall, peak = (geometric_mean(ratio[place] for ratio in found) for place in (0, 1))
        worst = max(ratio[0] for ratio in found)
        print(
            f"against {name}: geometric means of wall {wall:.2f} (worst row {worst:.2f}) "
            f"and of peak memory {peak:.2f}"
        )
    _overhead(given.rounds)


def _compare(row: Input, rounds: int, sharp: Path | None) -> dict[str, tuple[float, float]]:
    with tempfile.TemporaryDirectory(prefix="pressroom-pictures-") as name:
        folder = Path(name)
        file = folder / f"in.{row.suffix}"
        file.write_bytes(row.data())
        wanted = reference(row.upright())
        runners = list(_runners(row, file, folder, sharp))
        try:
            for number in range(rounds + 2):
                for runner in random.sample(runners, len(runners)):
                    runner.run(counts=number >= 2)
            return _told(row, runners, wanted)
        finally:
            for runner in runners:
                runner.end()


def _runners(row: Input, file: Path, folder: Path, sharp: Path | None) -> list[Runner]:
    made = []
    environment = os.environ | {"MALLOC_ARENA_MAX": "2", "VIPS_CONCURRENCY": "1"}
    commands = {"ours": [sys.executable, "-m", "tests.benchmarks.pictures.contender", "ours", str(file)]}
    if sharp:
        script = str(Path(__file__).with_name("contender.mjs"))
        commands["sharp"] = [shutil.which("node") or "node", script, str(file)]
    if not row.fine:
        commands["Pillow"] = [*commands["ours"][:-2], "pillow", str(file)]
    for name, command in commands.items():
        into = folder / f"{name}.jpg"
        more = ["fine" if row.fine else "fast", str(sharp)] if name == "sharp" else []
        process = subprocess.Popen(
            [*command, str(into), *more],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
        )
        made.append(Runner(name, process, into))
    return made


def _told(row: Input, runners: list[Runner], wanted: Image.Image) -> dict[str, tuple[float, float]]:
    ours, ratios = runners[0], {}
    for runner in runners:
        likeness = ssim(Image.open(io.BytesIO(runner.into.read_bytes())).convert("RGB"), wanted)
        beside = ""
        if runner is not ours:
            ratio = ours.value("wall") / runner.value("wall"), ours.value("peak") / runner.value("peak")
            ratios[runner.name] = ratio
            beside = f"{ratio[0]:.2f}  {ratio[1]:.2f}"
        figures = (
            f"{runner.value('wall') * 1000:.0f}",
            f"{runner.value('cpu') * 1000:.0f}",
            f"{runner.value('peak') / 1e6:.0f}",
            f"{runner.value('bytes') / 1000:.0f}",
            f"{math.floor(likeness * 10_000) / 10_000:.4f}",
        )
        print(
            LINE.format(row.name if runner is ours else "", runner.name, *figures, beside).rstrip(),
            flush=True,
        )
    return ratios


def _overhead(rounds: int) -> None:
    """What the isolated process adds: the whole call, less what the child itself needs for it."""
    from tests.benchmarks.pictures.contender import ours

    recipe, run = Recipe(Use.FEED, *TARGET, Fit.CROP), ours()
    data = inputs({"12 MP": TWELVE})[0].data()
    inside, outside = [], []
    with tempfile.TemporaryDirectory() as folder:
        blobs = FileBlobStore(Path(folder))
        sha256 = blobs.store([data], limit=1 << 30).sha256
        with VipsWorkshop(blobs, workers=1) as workshop:
            workshop.render(sha256, recipe)
            run(data)
            for _ in range(rounds):
                before = time.perf_counter()
                workshop.render(sha256, recipe)
                outside.append(time.perf_counter() - before)
                before = time.perf_counter()
                run(data)
                inside.append(time.perf_counter() - before)
    extra = (median(outside) - median(inside)) * 1000
    print(
        f"isolation: {median(outside) * 1000:.0f} ms through the child process, stored and synced, "
        f"{median(inside) * 1000:.0f} ms without; {extra:.0f} ms more"
    )


def _sharp() -> Path | None:
    """Where sharp is installed, for this benchmark alone."""
    if not shutil.which("npm"):
        print("no npm: sharp is left out")
        return None
    folder = ROOT / "build" / "benchmark-sharp"
    if not (folder / "node_modules" / "sharp").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-fund", "--no-audit", "--prefix", str(folder), f"sharp@{SHARP}"]
        if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode:
            print("npm could not install sharp: it is left out")
            return None
    return folder


if __name__ == "__main__":
    main()
