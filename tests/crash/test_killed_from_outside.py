"""A worker that is killed, or stopped for a while, by the system: its successor ends what it began."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from tests.ensembles import Api, Ensemble, wait_for

KILLS = 100
CHAOS_POSTS = 60


@pytest.fixture(scope="module")
def ensemble(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ensemble]:
    with Ensemble(tmp_path_factory.mktemp("outside")) as found:
        found.api.world(secondPublish="duplicate")
        yield found
        assert "Traceback" not in found.errors()


@pytest.fixture
def api(ensemble: Ensemble) -> Iterator[Api]:
    yield ensemble.api
    ensemble.api.calm()
    ensemble.api.world(imageSeconds=0.3)
    if not ensemble.workers:
        ensemble.start_worker()


def order(api: Api, mode: str, caption: str) -> str:
    return api.publish(caption) if mode == "now" else api.schedule(caption, seconds=2)


def assert_once(api: Api, post_id: str, caption: str) -> None:
    """The post is live once, we know it, and Instagram was not asked again once it was."""
    post = api.settled(post_id)
    (seen,) = api.published(caption)
    assert post["status"] == "PUBLISHED"
    assert post["instagram"]["permalink"] == seen["permalink"]
    took_effect = [call["mediaId"] is not None for call in api.calls("media_publish", caption)]
    assert took_effect.count(True) == 1
    assert took_effect[-1]


@pytest.mark.parametrize("mode", ["now", "scheduled"])
def test_killed_while_instagram_prepares_the_container(ensemble: Ensemble, api: Api, mode: str) -> None:
    caption = f"killed while preparing, {mode}"
    api.world(imageSeconds=2)
    post_id = order(api, mode, caption)
    api.until(post_id, "container_created")
    ensemble.kill()
    ensemble.start_worker()
    assert_once(api, post_id, caption)
    assert api.types(post_id).count("container_created") == 1


@pytest.mark.parametrize("mode", ["now", "scheduled"])
def test_killed_while_the_call_is_under_way_and_will_work(ensemble: Ensemble, api: Api, mode: str) -> None:
    caption = f"killed under way, {mode}"
    api.fault("media_publish", "delay", seconds=2)
    post_id = order(api, mode, caption)
    api.until(post_id, "publish_asked")
    ensemble.kill()
    ensemble.start_worker()
    assert_once(api, post_id, caption)
    assert len(api.calls("media_publish", caption)) == 1
    assert "outcome_unknown" in api.types(post_id)


@pytest.mark.parametrize("mode", ["now", "scheduled"])
def test_killed_while_the_call_is_under_way_and_will_not_work(
    ensemble: Ensemble, api: Api, mode: str
) -> None:
    caption = f"killed in vain, {mode}"
    api.fault("media_publish", "delay", seconds=1, error={"code": 2})
    post_id = order(api, mode, caption)
    api.until(post_id, "publish_asked")
    ensemble.kill()
    ensemble.start_worker()
    assert_once(api, post_id, caption)
    assert "found_unpublished" in api.types(post_id)


@pytest.mark.parametrize("mode", ["now", "scheduled"])
def test_killed_while_the_answer_is_on_its_way(ensemble: Ensemble, api: Api, mode: str) -> None:
    caption = f"killed before the answer, {mode}"
    api.fault("media_publish", "drop_after", seconds=5)
    post_id = order(api, mode, caption)
    wait_for(lambda: api.published(caption), "the world to see it")
    ensemble.kill()
    ensemble.start_worker()
    assert_once(api, post_id, caption)
    assert len(api.calls("media_publish", caption)) == 1
    assert "outcome_unknown" in api.types(post_id)


def test_a_worker_that_was_away_finds_its_post_taken(ensemble: Ensemble, api: Api) -> None:
    """SIGSTOP instead of kill: when the first worker comes back, its lease is over and it does nothing."""
    caption = "its worker was away"
    (away,) = ensemble.workers
    api.fault("media", "delay", seconds=1)
    post_id = api.publish(caption)
    api.until(post_id, "publishing_started")
    os.kill(away.pid, signal.SIGSTOP)
    try:
        ensemble.start_worker()
        api.settled(post_id)
    finally:
        os.kill(away.pid, signal.SIGCONT)
    time.sleep(1)
    assert_once(api, post_id, caption)
    ensemble.kill(away)


def test_prepared_before_its_time_and_asked_within_a_second_of_it(ensemble: Ensemble, api: Api) -> None:
    """The one promise of this folder that has a time in it."""
    captions = [f"punctual {number}" for number in range(4)]
    posts = [api.schedule(caption, seconds=5) for caption in captions]
    for post_id, caption in zip(posts, captions, strict=True):
        due = datetime.fromisoformat(api.post(post_id)["scheduledFor"]).timestamp()
        assert_once(api, post_id, caption)
        ready = next(item for item in api.timeline(post_id) if item["type"] == "post.container_ready")
        assert datetime.fromisoformat(ready["time"]).timestamp() < due
        (call,) = api.calls("media_publish", caption)
        print(f"{caption}: asked {call['time'] - due:.3f} s after its time")  # noqa: T201 — the same
        assert due <= call["time"] < due + 1


def test_three_workers_are_killed_at_random_a_hundred_times(
    ensemble: Ensemble, api: Api, record_property: Callable[[str, object], None]
) -> None:
    seed = random.randrange(1 << 30)
    chance = random.Random(seed)
    while len(ensemble.workers) < 3:
        ensemble.start_worker()
    for action in ("drop_before", "drop_after", "garbage"):
        api.fault("media_publish", action, times=3, match={"caption": "chaos"})
    posts: dict[str, str] = {}
    for kill in range(KILLS):
        if len(posts) < CHAOS_POSTS:
            caption = f"chaos {seed} {kill}"
            account = {"account": chance.choice(["sandbox_studio", "sandbox_creator"])}
            if chance.random() < 0.4:
                posts[caption] = api.publish(caption, **account)
            else:
                posts[caption] = api.schedule(caption, seconds=chance.uniform(1, 10), **account)
        time.sleep(chance.random() / 2)
        ensemble.kill(chance.choice(ensemble.workers))
        ensemble.start_worker()
    for caption, post_id in posts.items():
        assert_once(api, post_id, caption)
    told = Counter(kind for post_id in posts.values() for kind in api.types(post_id))
    record_property(
        "chaos",
        f"seed {seed}: {KILLS} kills of 3 workers, {len(posts)} posts, each live once; "
        f"{told['publishing_started']} claims, {told['outcome_unknown']} doubts, "
        f"{told['found_unpublished']} found unpublished",
    )


def test_what_the_views_say_is_what_the_log_tells(ensemble: Ensemble, api: Api) -> None:
    """After all of the above."""
    verified = ensemble.cli("replay", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
