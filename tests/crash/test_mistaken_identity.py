"""While an answer is missing, other things appear on the account: none of them is taken for ours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ensembles import Api, Ensemble

LOST = {"the call is lost": "drop_before", "the answer is lost": "drop_after"}


@pytest.fixture(scope="module")
def ensemble(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ensemble]:
    with Ensemble(tmp_path_factory.mktemp("mistaken")) as found:
        found.api.world(secondPublish="duplicate")
        yield found


@pytest.fixture
def api(ensemble: Ensemble) -> Iterator[Api]:
    yield ensemble.api
    ensemble.api.calm()


@pytest.mark.parametrize("lost", LOST)
def test_a_person_posts_something_else_meanwhile(api: Api, lost: str) -> None:
    caption = f"ours, {lost}"
    api.fault("media_publish", LOST[lost])
    post_id = api.publish(caption)
    api.until(post_id, "outcome_unknown")
    api.human(f"a person's, while {lost}")
    post = api.settled(post_id)
    (seen,) = api.published(caption)
    assert (post["instagram"]["mediaId"], seen["human"]) == (seen["id"], False)


@pytest.mark.parametrize("lost", LOST)
def test_a_person_posted_the_same_words_just_before(api: Api, lost: str) -> None:
    caption = f"the same words, {lost}"
    api.fault("media_publish", LOST[lost])
    api.human(caption)
    post = api.settled(api.publish(caption))
    theirs, ours = api.published(caption)
    assert (theirs["human"], ours["human"]) == (True, False)
    assert post["instagram"]["mediaId"] == ours["id"]


@pytest.mark.parametrize("lost", LOST)
def test_two_posts_with_the_same_words_are_told_apart(api: Api, lost: str) -> None:
    caption = f"twins, {lost}"
    api.fault("media_publish", LOST[lost], match={"caption": caption})
    twins = [api.publish(caption), api.publish(caption)]
    held = {api.settled(post_id)["instagram"]["mediaId"] for post_id in twins}
    assert held == {seen["id"] for seen in api.published(caption)}
    assert len(held) == 2


@pytest.mark.parametrize("lost", LOST)
def test_two_posts_without_words_whose_worker_is_killed(ensemble: Ensemble, api: Api, lost: str) -> None:
    """Nothing but time tells them apart, so one is asked about only when the other's outcome is known."""
    api.human("words, which show that captions can be read here")
    before = {seen["id"] for seen in api.published("")}
    api.fault("media_publish", LOST[lost], seconds=1)
    twins = [api.publish(""), api.publish("")]
    ensemble.start_worker()
    ensemble.kill(ensemble.workers[0])
    held = {api.settled(post_id)["instagram"]["mediaId"] for post_id in twins}
    assert held == {seen["id"] for seen in api.published("")} - before
    assert len(held) == 2


@pytest.mark.parametrize("lost", LOST)
def test_two_equal_stories(api: Api, lost: str) -> None:
    before = len(stories(api))
    api.fault("media_publish", LOST[lost], times=2)
    draft = api.draft("") | {"mediaType": "STORIES"}
    made = [api.http.post("/posts/publish", json=draft).json()["id"] for _ in range(2)]
    for post_id in made:
        assert api.settled(post_id)["status"] == "PUBLISHED"
    assert len(stories(api)) - before == 2


def stories(api: Api) -> list[object]:
    return [item for item in api.control.get("/published").json()["items"] if item["target"] == "story"]
