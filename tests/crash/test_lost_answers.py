"""Answers that are lost, late or lies, at every call of an attempt: the post is live once or says why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.ensembles import Ensemble

DOWN = {"code": 2, "status": 500}
SPAM = {"code": 4, "subcode": 2207051}
SLOW = {"action": "delay", "seconds": 2.5}  # longer than the time-out below

HARM: dict[str, dict[str, Any]] = {
    "call dropped": {"action": "drop_before"},
    "answer dropped": {"action": "drop_after"},
    "garbage": {"action": "garbage"},
    "500 without effect": {"error": DOWN},
    "500 in spite of it": {"error": DOWN, "after": True},
    "too late": SLOW,
    "too late, and refused": SLOW | {"error": DOWN},
}
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    **{f"media_publish: {name}": ("media_publish", fault) for name, fault in HARM.items()},
    "media_publish: taken for spam, yet live": ("media_publish", {"error": SPAM, "after": True}),
    "media_publish: two answers lost": ("media_publish", {"action": "drop_before", "times": 2}),
    **{f"media: {name}": ("media", fault) for name, fault in HARM.items()},
    **{f"container: {name}": ("container", fault) for name, fault in HARM.items()},
    "container: lost three times": ("container", {"action": "drop_before", "times": 3}),
    **{f"media_get: {name}": ("media_get", fault) for name, fault in HARM.items()},
    **{f"media_list: {name}": ("media_list", fault) for name, fault in HARM.items()},
}
DOUBTS = {name for name, (operation, _) in CASES.items() if operation in ("media_publish", "media_list")}


@dataclass(frozen=True)
class Outcome:
    post: dict[str, Any]
    types: list[str]
    seen: list[dict[str, Any]]
    calls: list[dict[str, Any]]


@pytest.fixture(scope="module")
def ensemble(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ensemble]:
    with Ensemble(
        tmp_path_factory.mktemp("lost"), PRESSROOM_GRAPH_TIMEOUT_SECONDS=1, PRESSROOM_WORKER_SLOTS=40
    ) as found:
        found.api.world(secondPublish="duplicate")
        yield found


@pytest.fixture(scope="module")
def outcomes(ensemble: Ensemble) -> dict[str, Outcome]:
    """All cases at once, each on an account of its own, since a fault at a read is told by the account."""
    api = ensemble.api
    posts = {}
    for number, (name, (operation, fault)) in enumerate(CASES.items()):
        account = f"lost_{number}"
        ensemble.connect(account)
        api.fault(operation, **fault, match={"account": account})
        if operation == "media_list":  # only a doubt makes anybody read the listing
            api.fault("media_publish", "drop_after", match={"account": account})
        posts[name] = api.publish(name, account=account)
    # The clock is moved over waits only when no call is under way that may still take effect.
    for name in DOUBTS:
        api.settled(posts[name])
    return {
        name: Outcome(
            api.settled(post_id, hurry=True),
            api.types(post_id),
            api.published(name),
            api.calls("media_publish", name),
        )
        for name, post_id in posts.items()
    }


@pytest.mark.parametrize("name", CASES)
def test_a_lost_answer_neither_loses_a_post_nor_publishes_it_twice(
    outcomes: dict[str, Outcome], name: str
) -> None:
    found = outcomes[name]
    assert len(found.seen) == 1
    assert found.post["status"] == "PUBLISHED"
    assert found.post["instagram"]["permalink"] == found.seen[0]["permalink"]
    took_effect = [call["mediaId"] is not None for call in found.calls]
    assert took_effect.count(True) == 1
    assert took_effect[-1], "a container that was live was asked about again"
    assert ("outcome_unknown" in found.types) is (name in DOUBTS)


def test_a_post_taken_for_spam_is_not_pressed_upon_instagram(ensemble: Ensemble) -> None:
    api = ensemble.api
    ensemble.connect("suspect")
    api.fault("media_publish", error=SPAM, times=0, match={"account": "suspect"})
    post_id = api.publish("looks like spam", account="suspect")
    api.until(post_id, "found_unpublished")
    api.until(post_id, "paused")
    assert api.post(post_id)["waitingFor"]["reason"] == "ACCOUNT_BLOCKED"
    assert len(api.calls("media_publish", "looks like spam")) == 1
    assert api.published("looks like spam") == []


def test_a_refusal_that_proves_that_nothing_went_out_ends_in_failed(ensemble: Ensemble) -> None:
    api = ensemble.api
    ensemble.connect("refused")
    api.fault("media_publish", error={"code": 100}, times=0, match={"account": "refused"})
    post_id = api.publish("refused", account="refused")
    post = api.settled(post_id, hurry=True)
    assert post["status"] == "FAILED"
    assert post["failure"]["upstream"]["code"] == 100
    assert api.published("refused") == []
    assert "outcome_unknown" not in api.types(post_id)
