"""Reels and other videos, by URL and by bytes."""

import json

import httpx
import pytest

VIDEO = "http://media.test/v.mp4"


def test_a_reel_takes_its_time(sandbox, phone):
    container = phone.create(media_type="REELS", video_url=VIDEO, caption="moving")
    assert phone.status(container)["status_code"] == "IN_PROGRESS"
    sandbox.clock.advance(10)
    assert phone.status(container)["status_code"] == "FINISHED"
    media = phone.publish(container).json()["id"]
    read = phone.get(media, fields="media_type,media_product_type,permalink,thumbnail_url,media_url").json()
    assert (read["media_type"], read["media_product_type"]) == ("VIDEO", "REELS")
    assert "/reel/" in read["permalink"]
    assert sandbox.http.get(read["thumbnail_url"]).headers["content-type"] == "image/jpeg"
    assert sandbox.http.get(read["media_url"]).headers["content-type"] == "video/mp4"
    assert sandbox.published()[0]["mediaType"] == "REELS"


@pytest.mark.parametrize(
    ("measures", "subcode"),
    [
        ({"seconds": 2}, 2207026),
        ({"rate": 12}, 2207026),
        ({"width": 1936, "height": 256}, 2207026),
        (b"no video", 2207026),
        (404, 2207052),
        (httpx.ReadTimeout("slow"), 2207003),
    ],
)
def test_an_unfit_video_shows_in_the_container(sandbox, phone, make_clip, measures, subcode):
    sandbox.outside.files["/x.mp4"] = make_clip(**measures) if isinstance(measures, dict) else measures
    container = phone.create(media_type="REELS", video_url="http://media.test/x.mp4")
    answer = phone.get(container, fields="status_code,status")
    assert (answer.status_code, answer.json()["status_code"]) == (200, "ERROR")
    assert str(subcode) in answer.json()["status"]


def test_the_still_must_lie_in_the_video(phone):
    container = phone.create(media_type="REELS", video_url=VIDEO, thumb_offset=9000)
    assert "2207057" in phone.status(container)["status"]


def test_a_cover_beats_the_still(sandbox, phone):
    form = {"thumb_offset": 9000, "cover_url": "http://media.test/a.jpg"}
    container = phone.create(media_type="REELS", video_url=VIDEO, **form)
    sandbox.clock.advance(10)
    assert phone.status(container)["status_code"] == "FINISHED"


def test_a_story_and_a_slide_may_be_videos(sandbox, phone):
    story = phone.create(media_type="STORIES", video_url=VIDEO)
    slides = [
        phone.create(is_carousel_item="true", media_type="VIDEO", video_url=VIDEO),
        phone.create(is_carousel_item="true"),
    ]
    album = phone.create(media_type="CAROUSEL", children=",".join(slides))
    sandbox.clock.advance(10)
    assert phone.publish(story).status_code == 200
    assert phone.publish(album).status_code == 200


def upload(sandbox, uri, token, body=b"", **headers):
    headers = {"Authorization": f"OAuth {token}"} | headers
    return sandbox.http.post(uri, content=body, headers=headers)


def begin(studio, **form):
    answer = studio.post(f"{studio.ig_id}/media", media_type="REELS", upload_type="resumable", **form).json()
    return answer["id"], answer["uri"]


def test_bytes_in_one_piece(sandbox, studio, make_clip):
    container, uri = begin(studio)
    assert uri == f"http://sandbox.test/rupload.facebook.com/ig-api-upload/v26.0/{container}"
    assert studio.status(container)["status_code"] == "IN_PROGRESS"
    size = {"offset": "0", "file_size": str(len(make_clip()))}
    answer = upload(sandbox, uri, studio.token, make_clip(), **size)
    assert answer.json()["success"] is True
    sandbox.clock.advance(10)
    assert studio.publish(container).status_code == 200


def test_an_interrupted_upload_is_resumed(sandbox, studio, make_clip):
    container, uri = begin(studio)
    whole, half = make_clip(), len(make_clip()) // 2
    answer = upload(sandbox, uri, studio.token, whole[:half], offset="0", file_size=str(len(whole)))
    assert answer.status_code == 400
    info = answer.json()["debug_info"]
    assert (info["type"], info["retriable"]) == ("PartialRequestError", True)
    stored = studio.get(container, fields="video_status").json()["video_status"]["uploading_phase"]
    assert stored["bytes_transfered"] == half
    wrong = upload(sandbox, uri, studio.token, whole[half:], offset=str(half + 1), file_size=str(len(whole)))
    assert wrong.json()["debug_info"]["type"] == "OffsetInvalidError"
    answer = upload(sandbox, uri, studio.token, whole[half:], offset=str(half), file_size=str(len(whole)))
    assert answer.json()["success"] is True
    sandbox.clock.advance(10)
    assert studio.status(container)["status_code"] == "FINISHED"


def test_the_upload_host_can_fetch(sandbox, studio):
    container, uri = begin(studio)
    assert upload(sandbox, uri, studio.token, file_url=VIDEO).json()["success"] is True
    sandbox.clock.advance(10)
    assert studio.status(container)["status_code"] == "FINISHED"


def test_the_upload_host_has_its_own_way_to_refuse(sandbox, studio, phone):
    _, uri = begin(studio)
    answer = sandbox.http.post(uri, headers={"Authorization": f"Bearer {studio.token}", "offset": "0"})
    assert answer.json()["debug_info"]["type"] == "NotAuthorizedError"
    assert "debug_info" in upload(sandbox, uri, studio.token).json()
    assert "debug_info" in upload(sandbox, uri[:-3] + "000", studio.token, offset="0", file_size="1").json()
    sandbox.order("faults", operation="rupload", error={"code": 2})
    broken = upload(sandbox, uri, studio.token, b"x", offset="0", file_size="1")
    assert (broken.status_code, broken.json()["debug_info"]["retriable"]) == (500, True)
    assert json.loads(broken.json()["debug_info"]["message"])["code"] == 2
    refused = phone.post(f"{phone.ig_id}/media", media_type="REELS", upload_type="resumable")
    assert refused.status_code == 400
