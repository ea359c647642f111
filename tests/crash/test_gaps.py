"""kill -9 of the worker between every two steps of an attempt; another worker then finds and ends it.

The simulated Instagram is the worst one: it publishes a container as often as it is asked to. Whoever asks
twice is seen twice.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.ensembles import ROOT, Ensemble

# The moment of death, the fault at the publish call, and whether a doubt must follow.
GAPS: dict[str, tuple[str, str | None, bool]] = {
    "ordered|claimed": ("before saving post.publishing_started", None, False),
    "claimed|container asked": ("after saving post.publishing_started", None, False),
    "container asked for": ("before create", None, False),
    "container made, its id not saved": ("after create", None, False),
    "container created|ready": ("after saving post.container_created", None, False),
    "container read": ("after read", None, False),
    "container found ready, not saved": ("before saving post.container_ready", None, False),
    "ready|publish asked": ("after saving post.container_ready", None, False),
    "about to say what will be asked": ("before saving post.publish_asked", None, False),
    "asked|published: the call not yet made": ("after saving post.publish_asked", None, True),
    "asked|published: on the doorstep": ("before publish", None, True),
    "asked|published: answer read, not saved": ("after publish", None, True),
    "asked|published: about to save": ("before saving post.published", None, True),
    "published|permalink": ("after saving post.published", None, False),
    "permalink asked for": ("before permalink", None, False),
    "permalink read, not saved": ("after permalink", None, False),
    "all done": ("after saving post.follow_up_done", None, False),
    "call lost|doubt": ("before saving post.outcome_unknown", "drop_before", True),
    "call lost, in doubt": ("after saving post.outcome_unknown", "drop_before", True),
    "call lost, listing read": ("after recent", "drop_before", True),
    "call lost, looked once": ("after saving post.looked", "drop_before", True),
    "call lost, found unpublished": ("after saving post.found_unpublished", "drop_before", True),
    "answer lost|doubt": ("before saving post.outcome_unknown", "drop_after", True),
    "answer lost, in doubt": ("after saving post.outcome_unknown", "drop_after", True),
    "answer lost, listing read": ("after recent", "drop_after", True),
    "answer lost, found live, not saved": ("before saving post.published", "drop_after", True),
}
MODES = ("publish now", "scheduled")
CASES = [(mode, gap) for mode in MODES for gap in GAPS]
ACCOUNTS = [f"gap_{number}" for number in range(8)]


@dataclass(frozen=True)
class Outcome:
    """What became of a post whose worker was killed."""

    signal: int
    post: dict[str, Any]
    types: list[str]
    seen: list[dict[str, Any]]
    calls: list[dict[str, Any]]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[tuple[str, str], Outcome]]:
    """All gaps at once: a post and a mortal worker for each, and two fresh workers when all are dead."""
    with Ensemble(tmp_path_factory.mktemp("gaps")) as ensemble:
        api = ensemble.api
        ensemble.stop_workers()
        api.world(secondPublish="duplicate")
        for name in ACCOUNTS:
            ensemble.connect(name)
        posts = {}
        for number, (mode, gap) in enumerate(CASES):
            moment, fault, _ = GAPS[gap]
            caption, account = f"{mode}: {gap}", ACCOUNTS[number % len(ACCOUNTS)]
            if fault:
                api.fault("media_publish", fault, match={"caption": caption})
            if mode == "scheduled":
                posts[mode, gap] = api.schedule(caption, seconds=6, account=account), moment
            else:
                posts[mode, gap] = api.publish(caption, account=account), moment
        died = subprocess.run(
            [sys.executable, "-m", "tests.crash.mortal", str(ensemble.folder)],
            input=json.dumps(list(posts.values())),
            env=ensemble.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        signals = json.loads(died.stdout)
        for _ in range(2):
            ensemble.start_worker()
        found = {}
        for (mode, gap), (post_id, _) in posts.items():
            caption = f"{mode}: {gap}"
            found[mode, gap] = Outcome(
                signals[post_id],
                api.settled(post_id),
                api.types(post_id),
                api.published(caption),
                api.calls("media_publish", caption),
            )
        assert "Traceback" not in ensemble.errors()
        yield found


@pytest.mark.parametrize(("mode", "gap"), CASES)
def test_a_killed_worker_neither_loses_a_post_nor_publishes_it_twice(
    outcomes: dict[tuple[str, str], Outcome], mode: str, gap: str
) -> None:
    found = outcomes[mode, gap]
    assert found.signal == 9, "the worker never came to where it was to die"
    assert len(found.seen) == 1
    assert found.post["status"] == "PUBLISHED"
    assert found.post["instagram"]["permalink"] == found.seen[0]["permalink"]
    assert found.types.count("published") == 1
    took_effect = [call["mediaId"] is not None for call in found.calls]
    assert took_effect.count(True) == 1
    assert took_effect[-1], "a container that was live was asked about again"
    if GAPS[gap][2]:
        assert "outcome_unknown" in found.types, "the timeline keeps silent about the doubt"


def test_the_gaps_cover_every_event_of_an_attempt(outcomes: dict[tuple[str, str], Outcome]) -> None:
    not_of_an_attempt = {"created", "publish_ordered", "scheduled", "overdue"}
    attempt = {kind for found in outcomes.values() for kind in found.types} - not_of_an_attempt
    died_at = {moment.rpartition("post.")[2] for moment, _, _ in GAPS.values() if "saving" in moment}
    assert died_at == attempt
