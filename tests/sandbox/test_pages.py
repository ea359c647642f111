"""Facebook Pages."""

import json

import pytest


@pytest.fixture
def page(studio):
    return studio.as_page()


def on_page(sandbox):
    return [item for item in sandbox.published() if item["target"] == "facebook"]


def test_a_photo_is_posted(sandbox, page):
    posted = page.post(f"{page.page_id}/photos", url="http://media.test/a.jpg", message="hello page").json()
    [item] = on_page(sandbox)
    assert (item["id"], item["caption"], item["account"]) == (
        posted["post_id"],
        "hello page",
        "sandbox_studio",
    )
    read = page.get(posted["post_id"], fields="permalink_url,is_published,message").json()
    assert read["is_published"] is True
    assert sandbox.http.get(read["permalink_url"]).status_code == 200
    [listed] = page.get(f"{page.page_id}/published_posts", fields="id,message").json()["data"]
    assert listed["message"] == "hello page"
    assert page.delete(posted["post_id"]).json() == {"success": True}
    assert on_page(sandbox) == []


def test_photos_gather_in_one_post(sandbox, page):
    photos = [
        page.post(f"{page.page_id}/photos", url="http://media.test/a.jpg", published="false").json()
        for _ in range(2)
    ]
    assert all(set(photo) == {"id"} for photo in photos)
    assert on_page(sandbox) == []
    attached = json.dumps([{"media_fbid": photo["id"]} for photo in photos])
    form = {"message": "both", "attached_media": attached}
    assert page.post(f"{page.page_id}/feed", **form).status_code == 200
    [item] = on_page(sandbox)
    assert (item["mediaType"], item["caption"]) == ("CAROUSEL", "both")
    assert page.post(f"{page.page_id}/feed", **form).status_code == 400


def test_a_photo_may_come_as_bytes(sandbox, page, make_picture):
    answer = sandbox.http.post(
        f"/graph.facebook.com/v26.0/{page.page_id}/photos",
        files={"source": ("a.jpg", make_picture(), "image/jpeg")},
        data={"message": "by bytes"},
        headers={"Authorization": f"Bearer {page.token}"},
    )
    assert answer.status_code == 200
    assert on_page(sandbox)[0]["caption"] == "by bytes"


def test_only_the_page_itself_may_post(sandbox, studio):
    answer = studio.post(f"{studio.page_id}/feed", message="hi")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, 210)


def test_a_bad_picture_is_refused(page):
    assert page.post(f"{page.page_id}/photos", url="http://media.test/no.jpg").json()["error"]["code"] == 324


def test_a_photo_becomes_a_story_once(sandbox, page):
    photo = page.post(f"{page.page_id}/photos", url="http://media.test/a.jpg", published="false").json()["id"]
    story = page.post(f"{page.page_id}/photo_stories", photo_id=photo).json()
    assert story["success"] is True
    assert page.post(f"{page.page_id}/photo_stories", photo_id=photo).status_code == 400
    [row] = page.get(f"{page.page_id}/stories").json()["data"]
    assert (row["post_id"], row["status"], row["media_type"]) == (story["post_id"], "PUBLISHED", "photo")
    assert on_page(sandbox)[0]["mediaType"] == "STORIES"


def bytes_up(sandbox, page, session, body):
    headers = {"Authorization": f"OAuth {page.token}", "offset": "0", "file_size": str(len(body))}
    return sandbox.http.post(session["upload_url"], content=body, headers=headers)


def test_a_reel_goes_up_in_three_phases(sandbox, page, make_clip):
    session = page.post(f"{page.page_id}/video_reels", upload_phase="start").json()
    status = page.get(session["video_id"], fields="status").json()["status"]
    assert status["video_status"] == "uploading"
    assert bytes_up(sandbox, page, session, make_clip()).json()["success"] is True
    form = {"video_id": session["video_id"], "video_state": "PUBLISHED", "description": "a reel"}
    assert page.post(f"{page.page_id}/video_reels", upload_phase="finish", **form).json() == {"success": True}
    assert on_page(sandbox) == []
    status = page.get(session["video_id"], fields="status").json()["status"]
    assert status["video_status"] == "processing"
    sandbox.clock.advance(10)
    status = page.get(session["video_id"], fields="status").json()["status"]
    assert (status["video_status"], status["publishing_phase"]["publish_status"]) == ("ready", "published")
    assert (on_page(sandbox)[0]["mediaType"], on_page(sandbox)[0]["caption"]) == ("REELS", "a reel")


def test_an_unfit_reel_is_refused_at_the_end(sandbox, page, make_clip):
    session = page.post(f"{page.page_id}/video_reels", upload_phase="start").json()
    bytes_up(sandbox, page, session, make_clip(width=180, height=320))
    form = {"video_id": session["video_id"], "video_state": "PUBLISHED"}
    answer = page.post(f"{page.page_id}/video_reels", upload_phase="finish", **form)
    assert answer.json()["error"]["code"] == 1363127


def test_a_page_has_thirty_reels_a_day(sandbox, page, make_clip):
    for number in range(31):
        session = page.post(f"{page.page_id}/video_reels", upload_phase="start").json()
        headers = {"Authorization": f"OAuth {page.token}", "file_url": "http://media.test/v.mp4"}
        if number == 0:
            assert sandbox.http.post(session["upload_url"], headers=headers).json()["success"] is True
        else:  # decoding the same clip thirty times proves nothing
            sandbox.world.nodes[session["video_id"]][1].blobs = ["seen.mp4"]
        form = {"video_id": session["video_id"], "video_state": "PUBLISHED"}
        answer = page.post(f"{page.page_id}/video_reels", upload_phase="finish", **form)
        assert (answer.status_code == 200) == (number < 30)


def test_a_video_story_and_a_plain_video(sandbox, page, make_clip):
    session = page.post(f"{page.page_id}/video_stories", upload_phase="start").json()
    bytes_up(sandbox, page, session, make_clip())
    story = page.post(
        f"{page.page_id}/video_stories", upload_phase="finish", video_id=session["video_id"]
    ).json()
    assert story["success"] is True
    video = page.post(f"{page.page_id}/videos", file_url="http://media.test/v.mp4", description="plain")
    assert video.status_code == 200
    assert {item["mediaType"] for item in on_page(sandbox)} == {"STORIES", "REELS"}


def test_a_scheduled_post_appears_by_itself(sandbox, page):
    moment = int(sandbox.clock.now()) + 3600
    form = {"message": "later", "published": "false", "scheduled_publish_time": moment}
    assert page.post(f"{page.page_id}/feed", **form).status_code == 200
    assert on_page(sandbox) == []
    sandbox.clock.advance(3600)
    assert on_page(sandbox)[0]["caption"] == "later"


def test_page_calls_can_be_disturbed(sandbox, page):
    sandbox.order("faults", operation="page", error={"code": 368})
    assert page.post(f"{page.page_id}/feed", message="x").json()["error"]["code"] == 368
