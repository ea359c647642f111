"""Listing what is live: completely, tolerantly, and never half."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from adapters.graph_api.library import GraphLibrary
from adapters.graph_api.quota import GraphQuota
from application.posts.ports import Access, PublishingLimit
from domain.account import LoginMethod
from tests.fakes.meta import NOW, Meta, Reply, json_of, refusal, verdict_of

SINCE = NOW - timedelta(minutes=10)


def row(media_id: str, minutes_ago: int = 1, **more: object) -> dict[str, object]:
    at = (NOW - timedelta(minutes=minutes_ago)).strftime("%Y-%m-%dT%H:%M:%S+0000")
    return {"id": media_id, "media_type": "IMAGE", "timestamp": at, "caption": "Hi", **more}


def page(*rows: dict[str, object], after: str | None = None) -> httpx.Response:
    paging = {"cursors": {"before": "b", "after": after or "z"}}
    if after:
        paging["next"] = f"https://graph.facebook.com/next?access_token=EAAperson&after={after}"  # type: ignore[assignment]
    return json_of({"data": rows, "paging": paging})


def listed(meta: Meta, access: Access, *replies: Reply) -> list[str]:
    found = GraphLibrary(meta.says(*replies).graph).recent(access, since=SINCE, stories=False)
    return [live.id for live in found]


def test_a_listing_tells_what_it_can(meta: Meta, access: Access) -> None:
    meta.says(page(row("2", permalink="https://i.example/p/x/")))
    (live,) = GraphLibrary(meta.graph).recent(access, since=SINCE, stories=False)
    assert (live.id, live.media_type, live.caption) == ("2", "IMAGE", "Hi")
    assert (live.published_at, live.permalink) == (NOW - timedelta(minutes=1), "https://i.example/p/x/")
    asked = meta.asked[0].url
    assert asked.path == "/v26.0/17841400000000001/media"
    assert asked.params["since"] == str(int(SINCE.timestamp()))


def test_stories_are_listed_apart(meta: Meta, access: Access) -> None:
    GraphLibrary(meta.says(page()).graph).recent(access, since=SINCE, stories=True)
    assert meta.asked[0].url.path == "/v26.0/17841400000000001/stories"


def test_newest_come_first_and_older_ones_are_left_out(meta: Meta, access: Access) -> None:
    assert listed(meta, access, page(row("1", 99), row("3", 3), row("2", 2), row("4", 11))) == ["2", "3"]


def test_all_pages_are_read_without_following_an_address_that_holds_a_token(
    meta: Meta, access: Access
) -> None:
    pages = (page(row("1"), after="x"), page(row("2"), after="y"), page(row("3")))
    assert listed(meta, access, *pages) == ["1", "2", "3"]
    assert [one.url.params.get("after") for one in meta.asked] == [None, "x", "y"]


def test_reading_stops_at_a_page_that_is_all_older(meta: Meta, access: Access) -> None:
    assert listed(meta, access, page(row("1"), after="x"), page(row("2", 99), after="y")) == ["1"]
    assert len(meta.asked) == 2


@pytest.mark.parametrize(
    "reply",
    [
        page(row("1"), after="always the next"),
        page(row("1", timestamp="yesterday")),
        page({"media_type": "IMAGE", "timestamp": "2026-10-01T09:29:00+0000"}),
        json_of({"data": [row("1")], "paging": {"next": "https://graph.facebook.com/next"}}),
        json_of({"data": {"id": "1"}}),
        json_of({"data": ["1"]}),
        json_of({}),
    ],
)
def test_a_listing_that_is_not_whole_is_none(meta: Meta, access: Access, reply: Reply) -> None:
    judged = verdict_of(lambda: listed(meta, access, reply))
    assert judged.code == "UNKNOWN_ERROR"
    assert not judged.doubtful


REFUSED = [refusal(100), refusal(100, 2207099), refusal(100, 33), refusal(10, status=403)]


@pytest.mark.parametrize("refused", REFUSED)
def test_a_host_that_cannot_tell_permalinks_still_tells_captions(
    meta: Meta, instagram: Access, refused: Reply
) -> None:
    meta.says(refused, page(row("1")))
    (live,) = GraphLibrary(meta.graph).recent(instagram, since=SINCE, stories=False)
    assert live.caption == "Hi"
    assert "permalink" not in meta.asked[1].url.params["fields"]


@pytest.mark.parametrize("refused", REFUSED)
def test_a_host_that_does_not_know_a_field_is_asked_for_less(
    meta: Meta, instagram: Access, refused: Reply
) -> None:
    plain = {key: value for key, value in row("1").items() if key != "caption"}
    meta.says(refused, refused, page(plain))
    (live,) = GraphLibrary(meta.graph).recent(instagram, since=SINCE, stories=False)
    assert live.caption is None
    assert "caption" not in meta.asked[2].url.params["fields"]


def test_a_refusal_that_is_about_something_else_is_not_asked_again(meta: Meta, access: Access) -> None:
    assert verdict_of(lambda: listed(meta, access, refusal(80002))).code == "INSTAGRAM_THROTTLED"
    assert len(meta.asked) == 1


def test_a_missing_caption_is_empty_where_captions_are_told(meta: Meta, access: Access) -> None:
    bare = {key: value for key, value in row("1").items() if key != "caption"}
    meta.says(page(bare, row("2")))
    captions = {
        live.id: live.caption for live in GraphLibrary(meta.graph).recent(access, since=SINCE, stories=False)
    }
    assert captions == {"1": "", "2": "Hi"}


def test_where_no_caption_is_told_at_all_the_instagram_host_may_hide_them(meta: Meta, access: Access) -> None:
    bare = {key: value for key, value in row("1").items() if key != "caption"}
    (live,) = GraphLibrary(meta.says(page(bare)).graph).recent(access, since=SINCE, stories=False)
    assert live.caption == (None if access.login_method is LoginMethod.INSTAGRAM else "")


def test_a_permalink_is_read_with_either_token(meta: Meta, facebook: Access) -> None:
    library = GraphLibrary(meta.graph)
    meta.says(refusal(100, 33), json_of({"permalink": "https://i.example/p/x/"}))
    assert library.permalink(facebook, "180") == "https://i.example/p/x/"
    meta.says(json_of({"id": "180"}))
    assert library.permalink(facebook, "180") is None


def test_comments_are_read_to_the_end(meta: Meta, access: Access) -> None:
    first = json_of({"data": [{"id": "1", "text": "a"}], "paging": {"cursors": {"after": "x"}, "next": "…"}})
    last = json_of({"data": [{"id": 2, "text": "b"}, {"id": "3"}, {"text": "c"}]})
    assert GraphLibrary(meta.says(first, last).graph).comments(access, "180") == [("1", "a"), ("2", "b")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"quota_usage": 3, "config": {"quota_total": 100, "quota_duration": 86400}},
            PublishingLimit(100, 3, 86_400),
        ),
        ({"quota_usage": 3, "config": {"quota_total": 0}}, PublishingLimit(0, 3, 86_400)),
        ({"quota_usage": 3}, PublishingLimit(50, 3, 86_400)),
        ({"quota_usage": "3", "config": []}, PublishingLimit(50, 3, 86_400)),
    ],
)
def test_the_limit_is_read_and_fifty_is_assumed(
    meta: Meta, access: Access, body: object, expected: PublishingLimit
) -> None:
    assert GraphQuota(meta.says(json_of({"data": [body]})).graph).read(access) == expected
    assert meta.asked[0].url.params["fields"] == "config,quota_usage"


@pytest.mark.parametrize("body", [{}, {"data": []}, {"data": [{}]}, {"data": [{"quota_usage": []}]}])
def test_a_limit_that_makes_no_sense_is_none(meta: Meta, access: Access, body: object) -> None:
    assert verdict_of(lambda: GraphQuota(meta.says(json_of(body)).graph).read(access)).code == "UNKNOWN_ERROR"
