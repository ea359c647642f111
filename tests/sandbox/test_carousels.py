"""Several pictures in one post."""


def children(phone, count=2, **form):
    return [phone.create(is_carousel_item="true", **form) for _ in range(count)]


def test_a_carousel_is_published_as_one(sandbox, phone):
    names = children(phone, 3)
    sandbox.clock.advance(5)
    parent = phone.create(media_type="CAROUSEL", children=",".join(names), caption="three")
    sandbox.clock.advance(5)
    media = phone.publish(parent).json()["id"]
    read = phone.get(media, fields="media_type,children{id,media_type}").json()
    assert read["media_type"] == "CAROUSEL_ALBUM"
    assert [child["media_type"] for child in read["children"]["data"]] == ["IMAGE"] * 3
    [item] = sandbox.published()
    assert (item["mediaType"], len(item["children"]), item["caption"]) == ("CAROUSEL", 3, "three")
    usage = phone.get(f"{phone.ig_id}/content_publishing_limit").json()["data"][0]["quota_usage"]
    assert usage == 1


def test_a_parent_waits_for_its_children(sandbox, phone):
    sandbox.order("settings", imageSeconds=0)
    first = children(phone, 1)
    sandbox.order("settings", imageSeconds=60)
    second = children(phone, 1)
    sandbox.order("settings", imageSeconds=0)
    parent = phone.create(media_type="CAROUSEL", children=",".join(first + second))
    assert phone.status(parent)["status_code"] == "IN_PROGRESS"
    assert phone.publish(parent).json()["error"]["error_subcode"] == 2207027
    sandbox.clock.advance(60)
    assert phone.status(parent)["status_code"] == "FINISHED"


def test_a_failed_child_fails_its_parent(sandbox, phone):
    good = children(phone, 1)
    bad = phone.create(is_carousel_item="true", media_type="VIDEO", video_url="http://media.test/none.mp4")
    parent = phone.create(media_type="CAROUSEL", children=f"{good[0]},{bad}")
    sandbox.clock.advance(5)
    status = phone.status(parent)
    assert status["status_code"] == "ERROR"
    assert "2207052" in status["status"]


def test_two_to_ten_children_are_taken(phone):
    names = children(phone, 1)
    for wrong in (names, names * 11):
        answer = phone.post(f"{phone.ig_id}/media", media_type="CAROUSEL", children=",".join(wrong))
        assert answer.json()["error"]["error_subcode"] == 2207028


def test_a_child_must_be_one(sandbox, phone):
    single = phone.create()
    names = children(phone, 1)
    answer = phone.post(f"{phone.ig_id}/media", media_type="CAROUSEL", children=f"{single},{names[0]}")
    assert answer.status_code == 400
    sandbox.clock.advance(5)
    assert phone.publish(names[0]).status_code == 400
    assert sandbox.published() == []


def test_a_slide_cannot_be_deleted_alone(sandbox, studio):
    names = children(studio)
    parent = studio.create(media_type="CAROUSEL", children=",".join(names))
    sandbox.clock.advance(5)
    media = studio.publish(parent).json()["id"]
    slides = studio.get(f"{media}/children").json()["data"]
    assert studio.delete(slides[0]["id"]).json()["error"]["error_subcode"] == 2207073
    assert studio.delete(media).json()["deleted_id"] == media
    assert studio.get(slides[1]["id"]).status_code == 400
