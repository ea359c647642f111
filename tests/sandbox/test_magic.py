"""Captions that make things happen."""

import pytest

from entrypoints.sandbox.drops import ConnectionDropped


def test_a_container_can_end_in_error_with_status_200(sandbox, phone):
    container = phone.create(caption="#sandbox_container_error")
    sandbox.clock.advance(5)
    status = phone.status(container)
    assert status["status_code"] == "ERROR"
    assert "2207026" in status["status"]
    sandbox.order("settings", emptyStatusCode=True)
    status = phone.status(container)
    assert status["status_code"] == ""
    assert status["status"].startswith("Error:")


def test_the_answer_to_a_publish_can_be_lost_once(sandbox, phone):
    container = phone.create(caption="Hi #sandbox_lost_answer")
    sandbox.clock.advance(5)
    with pytest.raises(ConnectionDropped):
        phone.publish(container)
    assert phone.status(container)["status_code"] == "PUBLISHED"
    assert len(sandbox.published()) == 1
    [call] = sandbox.calls("media_publish")
    assert call["answered"] is False
    assert call["mediaId"] == sandbox.published()[0]["id"]


@pytest.mark.parametrize(
    ("tag", "expected"), [("#sandbox_fetch_failed", (9004, 2207052)), ("#sandbox_token_expired", (190, 463))]
)
def test_creation_can_fail(phone, tag, expected):
    answer = phone.post(f"{phone.ig_id}/media", image_url="http://media.test/a.jpg", caption=tag)
    error = answer.json()["error"]
    assert (error["code"], error["error_subcode"]) == expected


def test_the_quota_can_be_used_up(sandbox, phone):
    container = phone.create(caption="#sandbox_quota")
    sandbox.clock.advance(5)
    assert phone.publish(container).json()["error"]["error_subcode"] == 2207042


def test_a_container_can_be_slow(sandbox, phone):
    container = phone.create(caption="#sandbox_slow")
    sandbox.clock.advance(19)
    assert phone.status(container)["status_code"] == "IN_PROGRESS"
    sandbox.clock.advance(1)
    assert phone.status(container)["status_code"] == "FINISHED"
