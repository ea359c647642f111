"""What is sent for each kind of container."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from adapters.graph_api.containers import GraphContainers
from adapters.graph_api.parameters import ascii_url
from application.posts.ports import Access, ContainerOrder
from domain.content import MediaType, UserTag
from tests.fakes.meta import Meta, json_of

PICTURE, FILM, COVER = "https://m.example/a.jpg", "https://m.example/v.mp4", "https://m.example/c.jpg"
ANA, BEA = UserTag("ana", 0.2, 0.3), UserTag("@bea")
PLACED, NAMED = [{"username": "ana", "x": 0.2, "y": 0.3}], [{"username": "ana"}]
# Everything an order can hold; each kind takes its own and leaves the rest.
FULL = ContainerOrder(
    MediaType.IMAGE,
    caption="Hi #a & b=ü \N{PARTY POPPER}",
    user_tags=(ANA,),
    collaborators=("@bea",),
    location_id="77",
    alt_text="A cat",
    cover_url=COVER,
    thumb_offset_ms=1500,
    share_to_feed=False,
)
WORDS = {"caption": FULL.caption, "collaborators": ["bea"], "location_id": "77"}

KINDS: dict[str, tuple[ContainerOrder, dict[str, object]]] = {
    "image": (
        replace(FULL, image_url=PICTURE),
        {"image_url": PICTURE, "user_tags": PLACED, "alt_text": "A cat", **WORDS},
    ),
    "reel": (
        replace(FULL, media_type=MediaType.REELS, video_url=FILM),
        {
            "media_type": "REELS",
            "video_url": FILM,
            "user_tags": NAMED,
            "cover_url": COVER,
            "share_to_feed": "false",
            **WORDS,
        },
    ),
    "reel with a moment": (
        replace(FULL, media_type=MediaType.REELS, video_url=FILM, cover_url=None, share_to_feed=True),
        {
            "media_type": "REELS",
            "video_url": FILM,
            "user_tags": NAMED,
            "thumb_offset": "1500",
            "share_to_feed": "true",
            **WORDS,
        },
    ),
    "story picture": (
        replace(FULL, media_type=MediaType.STORIES, image_url=PICTURE),
        {"media_type": "STORIES", "image_url": PICTURE, "user_tags": PLACED},
    ),
    "story video": (
        replace(FULL, media_type=MediaType.STORIES, video_url=FILM),
        {"media_type": "STORIES", "video_url": FILM, "user_tags": PLACED},
    ),
    "story mention without a place": (
        ContainerOrder(MediaType.STORIES, image_url=PICTURE, user_tags=(BEA,)),
        {"media_type": "STORIES", "image_url": PICTURE, "user_tags": [{"username": "bea"}]},
    ),
    "child picture": (
        replace(FULL, media_type=MediaType.CAROUSEL, child=True, image_url=PICTURE),
        {"is_carousel_item": "true", "image_url": PICTURE, "user_tags": PLACED, "alt_text": "A cat"},
    ),
    "child video": (
        replace(FULL, media_type=MediaType.CAROUSEL, child=True, video_url=FILM),
        {
            "is_carousel_item": "true",
            "media_type": "VIDEO",
            "video_url": FILM,
            "user_tags": NAMED,
            "thumb_offset": "1500",
        },
    ),
    "carousel": (
        replace(FULL, media_type=MediaType.CAROUSEL, children=("1791", "1792")),
        {"media_type": "CAROUSEL", "children": "1791,1792", **WORDS},
    ),
    "bare image": (ContainerOrder(MediaType.IMAGE, image_url=PICTURE), {"image_url": PICTURE}),
    "bare reel": (
        ContainerOrder(MediaType.REELS, video_url=FILM),
        {"media_type": "REELS", "video_url": FILM},
    ),
}


def sent(meta: Meta) -> dict[str, object]:
    return {
        name: json.loads(value) if value.startswith("[") else value for name, value in meta.form().items()
    }


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_takes_its_own_parameters_and_no_others(meta: Meta, access: Access, kind: str) -> None:
    order, expected = KINDS[kind]
    containers = GraphContainers(meta.graph, blobs=lambda sha256: pytest.fail("no bytes here"))
    meta.says(json_of({"id": "179"}))

    assert containers.create(access, order) == "179"

    assert sent(meta) == expected
    request = meta.asked[0]
    assert request.url.path == "/v26.0/17841400000000001/media"
    assert request.url.query == b""
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_each_login_has_its_host(meta: Meta, facebook: Access, instagram: Access) -> None:
    containers = GraphContainers(meta.graph, blobs=lambda sha256: pytest.fail("no bytes here"))
    for access, host, token in (
        (facebook, "graph.facebook.com", "EAAperson"),
        (instagram, "graph.instagram.com", "IGAtoken"),
    ):
        meta.says(json_of({"id": "1"}))
        containers.create(access, KINDS["bare image"][0])
        assert meta.asked[0].url.host == host
        assert meta.asked[0].headers["Authorization"] == f"Bearer {token}"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://m.example/a.jpg?x=1&y=2", "https://m.example/a.jpg?x=1&y=2"),
        ("https://m.example/a b.jpg", "https://m.example/a%20b.jpg"),
        ("https://m.example/ä.jpg?q=ü", "https://m.example/%C3%A4.jpg?q=%C3%BC"),
        ("https://m.example/%C3%A4%20.jpg", "https://m.example/%C3%A4%20.jpg"),
        ("https://bücher.example/a.jpg", "https://xn--bcher-kva.example/a.jpg"),
        ("https://m.example/a+b.jpg?sig=a%2Bb%3D", "https://m.example/a+b.jpg?sig=a%2Bb%3D"),
        ("https://m.example:8443/a{1}.jpg#top", "https://m.example:8443/a%7B1%7D.jpg"),
    ],
)
def test_addresses_are_us_ascii_and_what_was_encoded_stays(url: str, expected: str) -> None:
    assert ascii_url(url) == expected


def test_an_address_with_an_ampersand_arrives_whole(meta: Meta, access: Access) -> None:
    url = "https://m.example/v.mp4?expires=1790000000&signature=a%2Bb&x=1"
    containers = GraphContainers(meta.graph, blobs=lambda sha256: pytest.fail("no bytes here"))
    meta.says(json_of({"id": "179"}))
    containers.create(access, ContainerOrder(MediaType.REELS, video_url=url))
    assert meta.form()["video_url"] == url
    assert b"%26signature" in meta.asked[0].content


def test_text_that_no_encoding_knows_does_not_break_the_call(meta: Meta, access: Access) -> None:
    containers = GraphContainers(meta.graph, blobs=lambda sha256: pytest.fail("no bytes here"))
    meta.says(json_of({"id": "179"}))
    containers.create(access, ContainerOrder(MediaType.IMAGE, image_url=PICTURE, caption="a\ud800b"))
    assert meta.form()["caption"] == "a?b"
