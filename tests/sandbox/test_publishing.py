"""From container to post."""

import pytest


def code(answer):
    error = answer.json()["error"]
    return error["code"], error.get("error_subcode")


def test_a_picture_goes_from_container_to_permalink(sandbox, phone):
    container = phone.create(caption="Hi #one")
    assert phone.status(container)["status_code"] == "IN_PROGRESS"
    sandbox.clock.advance(3)
    assert phone.status(container)["status_code"] == "FINISHED"
    media = phone.publish(container).json()["id"]
    assert phone.status(container)["status_code"] == "PUBLISHED"
    read = phone.get(media, fields="id,caption,permalink,timestamp,media_type,media_product_type").json()
    assert read["caption"] == "Hi #one"
    assert read["timestamp"].endswith("+0000")
    assert (read["media_type"], read["media_product_type"]) == ("IMAGE", "FEED")
    assert sandbox.http.get(read["permalink"]).status_code == 200
    [item] = sandbox.published()
    assert (item["id"], item["target"], item["mediaType"]) == (media, "instagram", "IMAGE")


def test_a_container_that_is_not_ready_is_not_published(sandbox, phone):
    assert code(phone.publish(phone.create())) == (9007, 2207027)
    assert sandbox.published() == []


def test_an_unknown_or_foreign_container_is_refused(sandbox, phone):
    assert code(phone.publish("17900000000000001")) == (24, 2207008)
    foreign = sandbox.phone("somebody_else", loginMethod="INSTAGRAM").create()
    sandbox.clock.advance(5)
    assert code(phone.publish(foreign)) == (24, 2207008)


def test_a_container_expires_after_a_day(sandbox, phone):
    container = phone.create()
    sandbox.clock.advance(86_400)
    assert phone.status(container)["status_code"] == "EXPIRED"
    assert code(phone.publish(container)) == (24, 2207008)


@pytest.mark.parametrize(("mode", "refusal"), [("24", (24, 2207008)), ("9007", (9007, 2207027))])
def test_a_second_publish_is_refused(sandbox, phone, mode, refusal):
    sandbox.order("settings", secondPublish=mode)
    container = phone.create()
    sandbox.clock.advance(5)
    phone.publish(container)
    assert code(phone.publish(container)) == refusal
    assert len(sandbox.published()) == 1


def test_a_second_publish_may_answer_the_same_id(sandbox, phone):
    sandbox.order("settings", secondPublish="same_id")
    container = phone.create()
    sandbox.clock.advance(5)
    assert phone.publish(container).json() == phone.publish(container).json()
    assert len(sandbox.published()) == 1


def test_a_second_publish_can_be_made_harmful_to_catch_those_who_ask_twice(sandbox, phone):
    sandbox.order("settings", secondPublish="duplicate")
    container = phone.create(caption="twice")
    sandbox.clock.advance(5)
    first, second = phone.publish(container).json()["id"], phone.publish(container).json()["id"]
    assert first != second
    assert [item["caption"] for item in sandbox.published()] == ["twice", "twice"]


def test_every_publish_call_is_on_record(sandbox, phone):
    container = phone.create(caption="on record")
    phone.publish(container)
    sandbox.clock.advance(5)
    media = phone.publish(container).json()["id"]
    early, good = sandbox.calls("media_publish")
    assert (early["status"], early["subcode"], early["mediaId"]) == (400, 2207027, None)
    assert (good["status"], good["mediaId"], good["container"]) == (200, media, container)
    assert good["caption"] == "on record"
    assert good["time"] - early["time"] == 5
    assert good["account"] == "sandbox_creator"


def test_quota_is_a_rolling_day(sandbox):
    phone = sandbox.phone("small", loginMethod="INSTAGRAM", quota=2)
    sandbox.post_now(phone)
    sandbox.clock.advance(3600)
    media = sandbox.post_now(phone)
    third = phone.create()
    sandbox.clock.advance(5)
    assert code(phone.publish(third)) == (9, 2207042)
    limit = phone.get(f"{phone.ig_id}/content_publishing_limit", fields="config,quota_usage").json()["data"][
        0
    ]
    assert limit == {"config": {"quota_total": 2, "quota_duration": 86400}, "quota_usage": 2}
    assert phone.get(f"{phone.ig_id}/content_publishing_limit").json() == {"data": [{"quota_usage": 2}]}
    sandbox.clock.advance(86_400 - 3600)
    assert phone.publish(phone.create()).status_code == 400
    container = phone.create()
    sandbox.clock.advance(5)
    assert phone.publish(container).status_code == 200
    assert media in {item["id"] for item in sandbox.published()}


def test_the_error_envelope_is_complete(phone):
    answer = phone.publish("17900000000000001")
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert set(error) == {
        "message",
        "type",
        "code",
        "error_subcode",
        "is_transient",
        "error_user_title",
        "error_user_msg",
        "fbtrace_id",
    }


def test_a_restricted_account_cannot_publish(sandbox, phone):
    container = phone.create()
    sandbox.clock.advance(5)
    for blocked, refusal in ((True, (25, 2207050)), ("permission", (10, None)), ("checkpoint", (190, 459))):
        answer = sandbox.http.patch("/_sandbox/accounts/sandbox_creator", json={"blocked": blocked})
        assert answer.status_code == 200
        assert code(phone.publish(container)) == refusal
    sandbox.http.patch("/_sandbox/accounts/sandbox_creator", json={"blocked": False})
    assert phone.publish(container).status_code == 200
