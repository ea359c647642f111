"""Publishing on the linked Facebook Page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from adapters.graph_api.page import GraphPage
from application.posts.ports import Access
from domain.content import MediaType
from domain.upstream import Again
from tests.fakes.meta import NOW, Meta, Reply, json_of, refusal, verdict_of

URL = "https://m.example/ä.mp4"
STARTED = json_of({"video_id": "555", "upload_url": "https://rupload.facebook.com/video-upload/v26.0/555"})
TAKEN = json_of({"success": True})
ARRIVED = json_of({"status": {"uploading_phase": {"status": "complete"}}})
UNDER_WAY = json_of({"status": {"uploading_phase": {"status": "in_progress"}}})


def publish(meta: Meta, access: Access, kind: MediaType, *replies: Reply, video: bool = True) -> str:
    page = GraphPage(meta.says(*replies).graph, pause=lambda seconds: None)
    return page.publish(access, caption="Hi", media_type=kind, url=URL, video=video)


def asked(meta: Meta) -> list[str]:
    return [f"{one.method} {one.url.path.removeprefix('/v26.0/')}" for one in meta.asked]


def test_a_picture_is_one_call_with_the_pages_token(meta: Meta, facebook: Access) -> None:
    reply = json_of({"id": "122", "post_id": "1010_122"})
    assert publish(meta, facebook, MediaType.IMAGE, reply, video=False) == "1010_122"
    assert asked(meta) == ["POST 1010/photos"]
    assert meta.form() == {"url": "https://m.example/%C3%A4.mp4", "message": "Hi"}
    assert meta.asked[0].headers["Authorization"] == "Bearer EAApage"


def test_a_reel_takes_three_phases(meta: Meta, facebook: Access) -> None:
    assert publish(meta, facebook, MediaType.REELS, STARTED, TAKEN, UNDER_WAY, ARRIVED, TAKEN) == "555"
    assert asked(meta) == [
        "POST 1010/video_reels",
        "POST /video-upload/v26.0/555",
        "GET 555",
        "GET 555",
        "POST 1010/video_reels",
    ]
    assert meta.asked[1].headers["file_url"] == "https://m.example/%C3%A4.mp4"
    assert meta.asked[1].headers["Authorization"] == "OAuth EAApage"
    assert meta.form() == {
        "upload_phase": "finish",
        "video_id": "555",
        "video_state": "PUBLISHED",
        "description": "Hi",
    }


@pytest.mark.parametrize("code", [1363040, 1363127, 1363128, 1363129])
def test_what_is_no_reel_for_facebook_goes_up_as_a_video(meta: Meta, facebook: Access, code: int) -> None:
    replies = (STARTED, TAKEN, ARRIVED, refusal(code), json_of({"id": "777"}))
    assert publish(meta, facebook, MediaType.REELS, *replies) == "777"
    assert asked(meta)[-1] == "POST 1010/videos"
    early = json_of({"status": {"uploading_phase": {"status": "error", "errors": [{"code": code}]}}})
    assert publish(meta, facebook, MediaType.REELS, STARTED, TAKEN, early, json_of({"id": "777"})) == "777"


def test_a_story_takes_its_own_way(meta: Meta, facebook: Access) -> None:
    shown = json_of({"success": True, "post_id": 1234})
    assert publish(meta, facebook, MediaType.STORIES, json_of({"id": "122"}), shown, video=False) == "1234"
    assert asked(meta) == ["POST 1010/photos", "POST 1010/photo_stories"]
    assert meta.form(0)["published"] == "false"
    assert publish(meta, facebook, MediaType.STORIES, STARTED, TAKEN, ARRIVED, shown) == "1234"
    assert asked(meta)[-1] == "POST 1010/video_stories"


@pytest.mark.parametrize(
    "lost", [httpx.ReadTimeout("too long"), json_of({}), httpx.Response(502, text="<html>")]
)
def test_only_the_call_that_shows_something_can_leave_doubt(
    meta: Meta, facebook: Access, lost: Reply
) -> None:
    finishing = (STARTED, TAKEN, ARRIVED, lost)
    assert verdict_of(lambda: publish(meta, facebook, MediaType.REELS, *finishing)).doubtful
    assert verdict_of(lambda: publish(meta, facebook, MediaType.IMAGE, lost, video=False)).doubtful
    before = ((lost,), (STARTED, lost), (STARTED, TAKEN, lost))
    for replies in before:
        judged = verdict_of(lambda replies=replies: publish(meta, facebook, MediaType.REELS, *replies))
        assert not judged.doubtful
        assert judged.again is Again.SAME_CALL
    assert not verdict_of(lambda: publish(meta, facebook, MediaType.STORIES, lost, video=False)).doubtful


def test_an_upload_that_never_ends_is_given_up_before_anything_shows(meta: Meta, facebook: Access) -> None:
    judged = verdict_of(lambda: publish(meta, facebook, MediaType.REELS, STARTED, TAKEN, UNDER_WAY))
    assert not judged.doubtful
    assert "finish" not in str([meta.form(index) for index in (0, 1)])


def test_an_account_without_a_page_is_not_configured(meta: Meta, facebook: Access, instagram: Access) -> None:
    for access in (instagram, replace(facebook, page_token=None), replace(facebook, page_id=None)):
        judged = verdict_of(lambda access=access: publish(meta, access, MediaType.IMAGE, TAKEN, video=False))
        assert judged.code == "NOT_CONFIGURED"
    assert meta.asked == []


def test_what_is_on_the_page_is_listed_with_its_stories(meta: Meta, facebook: Access) -> None:
    at, seconds = "2026-10-01T09:29:00+0000", int((NOW - timedelta(minutes=2)).timestamp())
    posts = [
        {"id": "1010_1", "message": "Hi", "created_time": at, "permalink_url": "https://f.example/1"},
        {"id": "1010_0", "created_time": "2026-09-01T09:29:00+0000"},
        {"id": "1010_2", "created_time": at},
    ]
    stories = [{"post_id": 99, "creation_time": str(seconds), "url": "https://f.example/s"}]
    meta.says(json_of({"data": posts}), json_of({"data": stories}))
    found = GraphPage(meta.graph).recent(facebook, since=NOW - timedelta(minutes=10))
    assert [(live.id, live.media_type, live.caption) for live in found] == [
        ("1010_1", "POST", "Hi"),
        ("1010_2", "POST", ""),
        ("99", "STORY", None),
    ]
    assert asked(meta) == ["GET 1010/published_posts", "GET 1010/stories"]


def test_a_page_whose_list_makes_no_sense_is_not_half_read(meta: Meta, facebook: Access) -> None:
    page = GraphPage(meta.graph)
    for row in (
        {"id": "1"},
        {"created_time": "2026-10-01T09:29:00+0000"},
        {"id": "1", "created_time": "soon"},
    ):
        meta.says(json_of({"data": [row]}))
        assert verdict_of(lambda: page.recent(facebook, since=NOW)).code == "UNKNOWN_ERROR"
