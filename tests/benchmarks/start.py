"""Time to ready, memory and what an idle installation costs."""

from __future__ import annotations

import time
from pathlib import Path

from tests.benchmarks.figures import Figure, head, in_turns, tell
from tests.benchmarks.processes import (
    addresses,
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
    """From typing the command to all processes answering: in an empty folder, and in one that is in use."""
    number = iter(range(10**6))

    def ours(place: Path) -> float:
        with served(place) as process:
            return process.seconds

    def raw() -> float:
        with floor("nothing", folder / "floor") as process:
            return process.seconds

    first = Figure("serve --sandbox, first start", "s", "Falcon on gunicorn, one process, until it listens")
    again = Figure("serve --sandbox, later start", "s", "the same")
    bare = Figure("", "s", "python -c pass")
    imports = Figure("", "s", f'python -c "{IMPORTS}"')
    ours(folder / "used")
    for _ in range(rounds):
        bare.floor.append(seconds_of("-c", "pass"))
        imports.floor.append(seconds_of("-c", IMPORTS))
        in_turns(1, first, lambda: ours(folder / f"new-{next(number)}"), raw)
        in_turns(1, again, lambda: ours(folder / "used"), raw)
    return [first, again, bare, imports]


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
        assert addresses(folder / "sandbox")
    return [*figures, total, idle]


def main(folder: Path, *, rounds: int, idle_seconds: float) -> list[Figure]:
    head("Start")
    figures = time_to_ready(folder / "start", rounds)
    tell(*figures)
    head("Memory and idleness")
    sizes = memory_and_idleness(folder / "memory", idle_seconds)
    tell(*sizes)
    return [*figures, *sizes]
