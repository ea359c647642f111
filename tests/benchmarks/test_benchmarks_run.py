"""Every benchmark runs, tiny, so that none rots: what is asserted is what was done, never how fast."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks import makespan, requests, start, store, videos


def test_the_store_is_measured(tmp_path: Path) -> None:
    figures = store.main(tmp_path, rounds=1, events=100)
    assert [figure.name for figure in figures if not figure.ours] == []


def test_requests_are_measured_and_answered_as_expected(tmp_path: Path) -> None:
    figures = requests.main(tmp_path, rounds=1, count=20, seconds=5)
    assert len(figures) == 12
    assert [figure.name for figure in figures if not figure.ratio] == []


def test_start_and_memory_are_measured(tmp_path: Path) -> None:
    figures = start.main(tmp_path, rounds=1, idle_seconds=0.1)
    measured = {figure.name.split(",")[0].split(" (")[0] for figure in figures}
    assert {"supervisor", "simulator", "server", "worker", "media child"} <= measured


@pytest.mark.parametrize("ahead", [0.0, 2.0])
def test_posts_due_in_the_same_second_are_all_published_once(tmp_path: Path, ahead: float) -> None:
    (outcome,) = makespan.main(
        tmp_path, posts=6, accounts=3, workers=2, slots=2, latency=0.01, aheads=(ahead,)
    )
    assert outcome.published == 6
    assert outcome.twice == 0
    assert len(outcome.lateness) == 6


def test_videos_are_copied_and_encoded_beside_plain_ffmpeg(tmp_path: Path) -> None:
    found = videos.conversions(tmp_path, rounds=1, seconds=1)
    assert len(found) == 3
    assert [figure.name for figure in found if not figure.ratio] == []
