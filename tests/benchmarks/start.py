"""Time to ready, memory and what an idle installation costs."""

from __future__ import annotations

import time
from pathlib import Path

from tests.benchmarks.figures import Figure, head, tell
from tests.benchmarks.processes import (
    family,
    floor,
    memory,
    named,
    processor_seconds,
    seconds_of,
    served,
)
from tests.benchmarks.studio import Studio

IMPORTS = "import falcon, gunicorn.app.base, gunicorn.workers.gthread"


def time_to_ready(folder: Path, rounds: int) -> list[Figure]:
    """From the command to an answer of /readyz: in an empty folder, and in one that is in use.

    What all processes used of the processor is told too: it depends less on what else the machine does.
    """
    floor_name = "Falcon on gunicorn, one process, until it listens"
    bare = Figure("", "s", "python -c pass")
    imports = Figure("", "s", f'python -c "{IMPORTS}"')
    starts = {}
    for name in ("first start", "later start"):
        starts[name] = (
            Figure(f"serve --sandbox, {name}", "s", floor_name),
            Figure(f"its processor time, {name}", "s", "the same"),
        )
    with served(folder / "used"):
        pass
    for number in range(rounds):
        bare.floor.append(seconds_of("-c", "pass"))
        imports.floor.append(seconds_of("-c", IMPORTS))
        for name, (span, used) in starts.items():
            with floor("nothing", folder / "floor") as raw:
                span.floor.append(raw.seconds)
                used.floor.append(processor_seconds(family(raw.pid)))
            with served(folder / (f"new-{number}" if name == "first start" else "used")) as process:
                span.ours.append(process.seconds)
                used.ours.append(processor_seconds(family(process.pid)))
    return [*(figure for pair in starts.values() for figure in pair), bare, imports]


def memory_and_idleness(folder: Path, seconds: float) -> list[Figure]:
    """Of each process after it has done something, in MB; then what all of them use while nothing happens."""
    figures = []
    with floor("nothing", folder / "floor") as raw:
        raw_sizes = [memory(pid) for pid in family(raw.pid)]
    with served(folder / "sandbox") as process:
        with Studio(folder / "sandbox") as studio:
            studio.upload()
            studio.publish_one()
        sizes: dict[str, list[dict[str, float]]] = {}
        pids = family(process.pid)
        for pid in pids:
            sizes.setdefault(named(pid), []).append(memory(pid))
        for name, each in sizes.items():
            label = name if len(each) == 1 else f"{name} ({len(each)} processes)"
            for kind in ("Rss", "Pss"):
                figure = Figure(f"{label}, {kind.upper()}", "MB", "")
                figure.ours = [sum(size[kind] for size in each)]
                if name == "server":
                    figure.floor = [sum(size[kind] for size in raw_sizes)]
                    figure.floor_name = "Falcon on gunicorn, arbiter and worker"
                figures.append(figure)
        total = Figure("all, PSS", "MB", "")
        total.ours = [sum(size["Pss"] for each in sizes.values() for size in each)]
        before, began = processor_seconds(pids), time.perf_counter()
        time.sleep(seconds)
        used = (processor_seconds(pids) - before) / (time.perf_counter() - began)
        idle = Figure("all, processor while idle", "%", "")
        idle.ours = [100 * used]
    return [*figures, total, idle]


def main(folder: Path, *, rounds: int, idle_seconds: float) -> list[Figure]:
    head("Start")
    figures = time_to_ready(folder / "start", rounds)
    tell(*figures)
    head("Memory and idleness")
    sizes = memory_and_idleness(folder / "memory", idle_seconds)
    tell(*sizes)
    return [*figures, *sizes]
