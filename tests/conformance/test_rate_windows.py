"""Request counts: exact over processes and threads, and a refused request is counted nowhere."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.sqlite.database import FileDatabase, MemoryDatabase
from adapters.sqlite.rate_windows import SqliteRateWindows

CHILD = """
import sys
from pathlib import Path
from adapters.sqlite.database import FileDatabase
from adapters.sqlite.rate_windows import SqliteRateWindows
windows = SqliteRateWindows(FileDatabase(Path(sys.argv[1]), synchronous="OFF"))
asked = [windows.hit("key", minute=60, hour=0, per_minute=100, per_hour=1000) for _ in range(40)]
print(sum(counts.let_in for counts in asked))
"""


@pytest.fixture(params=["file", "memory"])
def windows(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteRateWindows]:
    database = (
        FileDatabase(tmp_path / "rates.db", synchronous="OFF")
        if request.param == "file"
        else MemoryDatabase()
    )
    made = SqliteRateWindows(database)
    made.migrate()
    yield made
    database.close()


def ask(windows: SqliteRateWindows, second: int, *, key: str = "key", minute: int = 3, hour: int = 5) -> bool:
    return windows.hit(
        key, minute=second - second % 60, hour=second - second % 3600, per_minute=minute, per_hour=hour
    ).let_in


def test_a_full_minute_refuses_and_the_next_begins_anew(windows: SqliteRateWindows) -> None:
    assert [ask(windows, second) for second in (0, 1, 2, 3, 59, 60)] == [True, True, True, False, False, True]


def test_a_full_hour_refuses_in_every_minute_of_it(windows: SqliteRateWindows) -> None:
    assert [ask(windows, 60 * n, minute=9) for n in range(7)] == [True] * 5 + [False] * 2
    assert ask(windows, 3600, minute=9)


def test_a_refused_request_uses_up_nothing_of_the_hour(windows: SqliteRateWindows) -> None:
    assert [ask(windows, 0) for _ in range(9)].count(True) == 3
    assert [ask(windows, 60) for _ in range(9)].count(True) == 2


def test_keys_do_not_share_and_no_limit_lets_everything_in(windows: SqliteRateWindows) -> None:
    assert [ask(windows, 0, key=str(n), minute=1) for n in range(9)] == [True] * 9
    assert all(ask(windows, 0, key="free", minute=0, hour=0) for _ in range(50))


def test_threads_are_counted_exactly(windows: SqliteRateWindows) -> None:
    with ThreadPoolExecutor(8) as pool:
        let_in = list(pool.map(lambda _: ask(windows, 0, minute=100, hour=1000), range(160)))
    assert let_in.count(True) == 100


def test_eight_processes_are_let_in_exactly_a_hundred_times(tmp_path: Path) -> None:
    path = tmp_path / "rates.db"
    database = FileDatabase(path, synchronous="OFF")
    SqliteRateWindows(database).migrate()
    database.close()
    running = [
        subprocess.Popen([sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE, text=True)
        for _ in range(8)
    ]
    assert sum(int(child.communicate(timeout=60)[0]) for child in running) == 100
