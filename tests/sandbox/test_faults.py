"""Disturbances on order."""

import pytest

from entrypoints.sandbox.drops import ConnectionDropped


def ready(sandbox, phone, caption="Hi"):
    container = phone.create(caption=caption)
    sandbox.clock.advance(5)
    return container


def test_a_drop_before_leaves_no_effect(sandbox, phone):
    container = ready(sandbox, phone)
    sandbox.order("faults", operation="media_publish", action="drop_before")
    with pytest.raises(ConnectionDropped):
        phone.publish(container)
    assert sandbox.published() == []
    assert phone.publish(container).status_code == 200
    assert [call["answered"] for call in sandbox.calls("media_publish")] == [False, True]


def test_a_drop_after_takes_effect_waits_and_hangs_up(sandbox, phone):
    container = ready(sandbox, phone)
    sandbox.order("faults", operation="media_publish", action="drop_after", seconds=2.5)
    with pytest.raises(ConnectionDropped):
        phone.publish(container)
    assert len(sandbox.published()) == 1
    assert sandbox.paused == [2.5]
    [call] = sandbox.calls("media_publish")
    assert (call["answered"], call["status"], bool(call["mediaId"])) == (False, 200, True)


def test_an_error_can_be_answered_although_the_post_is_live(sandbox, phone):
    container = ready(sandbox, phone)
    sandbox.order("faults", operation="media_publish", error={"code": 4, "subcode": 2207051}, after=True)
    answer = phone.publish(container)
    assert answer.json()["error"]["error_subcode"] == 2207051
    [item] = sandbox.published()
    [call] = sandbox.calls("media_publish")
    assert (call["status"], call["subcode"], call["mediaId"]) == (403, 2207051, item["id"])


def test_an_error_is_answered_as_often_as_ordered(sandbox, phone):
    sandbox.order("faults", operation="container", error={"code": 2, "status": 503}, times=2)
    container = phone.create()
    statuses = [phone.get(container, fields="status_code").status_code for _ in range(3)]
    assert statuses == [503, 503, 200]


def test_a_fault_hits_only_what_it_matches(sandbox, phone, studio):
    sandbox.order("faults", operation="media", error={"code": 1}, match={"caption": "cat"}, times=0)
    sandbox.order("faults", operation="media_list", error={"code": 1}, match={"account": "sandbox_studio"})
    phone.create(caption="a dog")
    answer = phone.post(f"{phone.ig_id}/media", image_url="http://media.test/a.jpg", caption="my cat")
    assert answer.status_code == 500
    assert phone.get(f"{phone.ig_id}/media").status_code == 200
    assert studio.get(f"{studio.ig_id}/media").status_code == 500


def test_a_fault_finds_the_caption_behind_a_container(sandbox, phone):
    container = ready(sandbox, phone, "about cats")
    sandbox.order(
        "faults", operation="container", error={"code": 100, "subcode": 33}, match={"caption": "cats"}
    )
    assert phone.get(container).status_code == 400
    sandbox.order(
        "faults", operation="media_publish", error={"code": -1, "subcode": 2207001}, match={"caption": "dog"}
    )
    assert phone.publish(container).status_code == 200


def test_a_delay_comes_before_the_effect(sandbox, phone):
    sandbox.order("faults", operation="media", action="delay", seconds=4)
    phone.create()
    assert sandbox.paused == [4]


def test_garbage_comes_after_the_effect(sandbox, phone):
    container = ready(sandbox, phone)
    sandbox.order("faults", operation="media_publish", action="garbage")
    answer = phone.publish(container)
    assert answer.status_code == 200
    assert answer.text.startswith("<!DOCTYPE html>")
    assert len(sandbox.published()) == 1
    sandbox.order("faults", operation="container", action="garbage")
    assert phone.get(container).status_code == 502


def test_a_throttle_tells_the_minutes_and_grows_when_it_is_ignored(sandbox, phone):
    sandbox.order("faults", operation="media_list", action="throttle", seconds=120)
    answer = phone.get(f"{phone.ig_id}/media")
    assert answer.json()["error"]["code"] == 80002
    usage = answer.headers["X-Business-Use-Case-Usage"]
    assert '"estimated_time_to_regain_access": 2' in usage
    sandbox.clock.advance(100)
    assert phone.get(f"{phone.ig_id}/media").status_code == 400
    sandbox.clock.advance(25)
    assert phone.get(f"{phone.ig_id}/media").status_code == 400
    sandbox.clock.advance(120)
    assert phone.get(f"{phone.ig_id}/media").status_code == 200


def test_faults_are_listed_and_taken_away(sandbox, phone):
    name = sandbox.order("faults", operation="media", action="drop_before")["id"]
    [fault] = sandbox.http.get("/_sandbox/faults").json()["items"]
    assert (fault["id"], fault["used"], fault["times"]) == (name, 0, 1)
    assert sandbox.http.delete("/_sandbox/faults").status_code == 204
    phone.create()


@pytest.mark.parametrize(
    "fault",
    [
        {"operation": "dance", "action": "delay"},
        {"operation": "media"},
        {"operation": "media", "action": "explode"},
        {"operation": "media", "error": {"subcode": 1}},
        {"operation": "media", "action": "delay", "seconds": "soon"},
        {"operation": "media", "action": "delay", "match": {"colour": "red"}},
        {"operation": "media", "action": "delay", "often": 3},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(sandbox, fault):
    answer = sandbox.http.post("/_sandbox/faults", json=fault)
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")


@pytest.mark.parametrize(
    "operation", ["private", "cloudflare", "r2", "worker", "rupload", "page", "oauth_token"]
)
def test_faults_for_every_operation_are_accepted(sandbox, operation):
    assert sandbox.order("faults", operation=operation, action="drop_before")["id"]


def test_latency_holds_for_all_graph_calls(sandbox, phone):
    sandbox.order("settings", latencySeconds=0.3)
    phone.get("me")
    phone.create()
    assert sandbox.paused == [0.3, 0.3]


def test_a_refusal_can_be_lost_as_well(sandbox, phone):
    sandbox.order("faults", operation="media_publish", action="drop_after")
    with pytest.raises(ConnectionDropped):
        phone.publish("17900000000000001")
    [call] = sandbox.calls("media_publish")
    assert (call["answered"], call["subcode"]) == (False, 2207008)
