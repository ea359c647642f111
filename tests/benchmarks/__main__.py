"""`python -m tests.benchmarks`: how fast Pressroom is on this machine, each figure beside its floor.

Floors are measured in the same run and in turns with ours, so that a slow or busy machine slows both.
Nothing here is asserted: figures are for reading, and docs/benchmarks.md says how.
"""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import makespan, requests, start, store, videos

PARTS = ("start", "requests", "store", "makespan", "videos")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"some of: {', '.join(PARTS)} (all)")
    parser.add_argument("--rounds", type=int, default=5, help="repetitions of each pair (5)")
    parser.add_argument("--seconds", type=float, default=4, help="longest time of one load (4)")
    parser.add_argument("--requests", type=int, default=5000, help="most requests of one load (5000)")
    parser.add_argument("--events", type=int, default=50_000, help="events of the log to rebuild (50000)")
    parser.add_argument("--posts", type=int, default=200, help="posts that are due in the same second (200)")
    parser.add_argument("--accounts", type=int, default=100, help="accounts they are spread over (100)")
    parser.add_argument("--workers", type=int, default=3, help="workers that publish them (3)")
    parser.add_argument("--slots", type=int, default=8, help="slots of each worker (8)")
    parser.add_argument("--latency", type=float, default=0.3, help="seconds of each call to Instagram (0.3)")
    parser.add_argument("--film", type=int, default=20, help="seconds of the video to prepare (20)")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    print(
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}, {given.rounds} rounds; "
        "medians, noise is half the range"
    )
    with tempfile.TemporaryDirectory(prefix="pressroom-benchmark-") as name:
        folder = Path(name)
        for part in given.parts or PARTS:
            match part:
                case "start":
                    start.main(folder, rounds=given.rounds, idle_seconds=2 * given.seconds)
                case "requests":
                    requests.main(folder, rounds=given.rounds, count=given.requests, seconds=given.seconds)
                case "store":
                    store.main(folder, rounds=given.rounds, events=given.events)
                case "videos":
                    videos.main(
                        folder,
                        rounds=given.rounds,
                        film_seconds=given.film,
                        requests=given.requests,
                        seconds=given.seconds,
                    )
                case "makespan":
                    makespan.main(
                        folder,
                        posts=given.posts,
                        accounts=given.accounts,
                        workers=given.workers,
                        slots=given.slots,
                        latency=given.latency,
                    )


if __name__ == "__main__":
    sys.exit(main())
