"""Containers: reading them, judging them, sending bytes, and whom to blame for a refusal."""

from __future__ import annotations

import io
from dataclasses import replace

import httpx
import pytest

from adapters.graph_api.containers import GraphContainers
from application.posts.ports import Access, ContainerOrder, ContainerReading, Upload
from domain import errors
from domain.attempt import Reading
from domain.content import MediaType, UserTag
from domain.upstream import Again, Upstream
from tests.fakes.meta import Meta, Reply, json_of, refusal, verdict_of

BYTES = b"film" * 200_000
REEL = ContainerOrder(MediaType.REELS, upload=Upload("ab" * 32, len(BYTES)), caption="Hi")
ADDRESS = "https://rupload.facebook.com/ig-api-upload/v26.0/179"


@pytest.fixture
def containers(meta: Meta) -> GraphContainers:
    return GraphContainers(meta.graph, blobs=lambda sha256: io.BytesIO(BYTES))


@pytest.mark.parametrize(
    ("body", "reading", "subcode"),
    [
        ({"status_code": "IN_PROGRESS", "status": "In progress: wait."}, Reading.IN_PROGRESS, None),
        ({"status_code": "FINISHED", "status": "Finished: go."}, Reading.FINISHED, None),
        ({"status_code": "PUBLISHED"}, Reading.PUBLISHED, None),
        ({"status_code": "EXPIRED", "status": "Expired."}, Reading.EXPIRED, None),
        (
            {"status_code": "ERROR", "status": "Error: failed with error code 2207026"},
            Reading.ERROR,
            2207026,
        ),
        ({"status_code": "ERROR", "status": "Error: Media download has failed."}, Reading.ERROR, None),
        ({"status_code": "", "status": "Error: ... 2207052"}, Reading.ERROR, 2207052),
        ({"status": "Error: ... 2207052."}, Reading.ERROR, 2207052),
        ({"status_code": "ERROR"}, Reading.ERROR, None),
        ({"status_code": "ERROR", "status": 17}, Reading.ERROR, None),
        ({"status_code": "NOVEL", "status": "Something."}, Reading.UNREADABLE, None),
        ({"status_code": "UNREADABLE"}, Reading.UNREADABLE, None),
        ({"status_code": ["FINISHED"]}, Reading.UNREADABLE, None),
        ({"id": "179"}, Reading.UNREADABLE, None),
        ({}, Reading.UNREADABLE, None),
    ],
    ids=str,
)
def test_what_a_container_says_is_read(
    meta: Meta,
    containers: GraphContainers,
    access: Access,
    body: object,
    reading: Reading,
    subcode: int | None,
) -> None:
    meta.says(json_of(body))
    seen = containers.read(access, "179")
    assert seen.reading is reading
    assert (seen.upstream.subcode if seen.upstream else None) == subcode


@pytest.mark.parametrize("refused", [refusal(100, 33), refusal(10, status=403)])
def test_the_second_token_reads_what_the_first_cannot(
    meta: Meta, containers: GraphContainers, facebook: Access, refused: Reply
) -> None:
    meta.says(refused, json_of({"status_code": "FINISHED"}))
    assert containers.read(facebook, "179").reading is Reading.FINISHED
    assert [one.headers["Authorization"] for one in meta.asked] == ["Bearer EAAperson", "Bearer EAApage"]


def test_what_no_token_can_read_is_unreadable_and_not_failed(
    meta: Meta, containers: GraphContainers, access: Access
) -> None:
    meta.refuses(100, 33)
    seen = containers.read(access, "179")
    assert seen.reading is Reading.UNREADABLE
    assert seen.upstream is not None
    assert (seen.upstream.code, seen.upstream.subcode) == (100, 33)


def test_a_dead_second_token_does_not_count_against_the_account(
    meta: Meta, containers: GraphContainers, facebook: Access
) -> None:
    meta.says(refusal(100, 33), refusal(190, 460))
    assert containers.read(facebook, "179").reading is Reading.UNREADABLE


def test_the_second_token_is_left_alone_where_it_could_not_help(
    meta: Meta, containers: GraphContainers, facebook: Access
) -> None:
    meta.refuses(190, 463)
    assert verdict_of(lambda: containers.read(facebook, "179")).blocks
    assert len(meta.asked) == 1


def test_a_strange_id_cannot_leave_its_place_in_the_address(
    meta: Meta, containers: GraphContainers, facebook: Access
) -> None:
    meta.says(json_of({}))
    containers.read(facebook, "../me/accounts?x=#y")
    assert meta.asked[0].url.raw_path.startswith(b"/v26.0/..%2Fme%2Faccounts%3Fx%3D%23y?fields=")


@pytest.mark.parametrize(
    ("reading", "code", "again"),
    [
        (ContainerReading(Reading.EXPIRED), "CONTAINER_EXPIRED", Again.NEW_CONTAINER),
        (ContainerReading(Reading.ERROR), "UNKNOWN_ERROR", Again.NEW_CONTAINER),
        (ContainerReading(Reading.ERROR, Upstream(subcode=2207026)), "MEDIA_INVALID", Again.NEVER),
        (ContainerReading(Reading.ERROR, Upstream(subcode=2207001)), "UNKNOWN_ERROR", Again.NEW_CONTAINER),
        (ContainerReading(Reading.FINISHED), "UNKNOWN_ERROR", Again.SAME_CALL),
    ],
)
def test_a_dead_container_is_judged(
    containers: GraphContainers, reading: ContainerReading, code: str, again: Again
) -> None:
    judged = containers.judge(reading).verdict
    assert (judged.code, judged.again) == (code, again)
    assert judged.upstream == reading.upstream or reading.reading is Reading.FINISHED
    assert not judged.doubtful


def test_a_video_goes_up_as_bytes_to_the_byte_server(
    meta: Meta, containers: GraphContainers, facebook: Access
) -> None:
    meta.says(
        json_of({"id": "179", "uri": ADDRESS}), json_of({"success": True, "message": "Upload successful."})
    )

    assert containers.create(facebook, REEL) == "179"

    assert meta.form(0) == {"media_type": "REELS", "upload_type": "resumable", "caption": "Hi"}
    upload = meta.asked[1]
    assert str(upload.url) == ADDRESS
    assert upload.headers["Authorization"] == "OAuth EAAperson"
    assert (upload.headers["offset"], upload.headers["file_size"]) == ("0", str(len(BYTES)))
    assert upload.headers["Content-Length"] == str(len(BYTES))
    assert "Transfer-Encoding" not in upload.headers
    assert upload.content == BYTES


@pytest.mark.parametrize("uri", [None, 17, "https://evil.example/ig-api-upload/179", ADDRESS + "x"])
def test_bytes_and_token_go_to_no_other_host(
    meta: Meta, containers: GraphContainers, facebook: Access, uri: object
) -> None:
    meta.says(json_of({"id": "179", "uri": uri}), json_of({"success": True}))
    containers.create(facebook, REEL)
    assert meta.asked[1].url.host == "rupload.facebook.com"


@pytest.mark.parametrize(
    "reply",
    [
        json_of({"success": False}),
        json_of({}),
        httpx.Response(500, text="oops"),
        httpx.WriteError("broken"),
        httpx.ReadTimeout("too long"),
        json_of({"debug_info": {"retriable": True, "type": "PartialRequestError", "message": "short"}}, 400),
    ],
)
def test_an_upload_that_failed_is_begun_again_with_a_new_container(
    meta: Meta, containers: GraphContainers, facebook: Access, reply: Reply
) -> None:
    meta.says(json_of({"id": "179", "uri": ADDRESS}), reply)
    judged = verdict_of(lambda: containers.create(facebook, REEL))
    assert judged.again is Again.SAME_CALL  # the call is: make a container and fill it
    assert not judged.doubtful


def test_a_blob_that_is_gone_says_so(meta: Meta, facebook: Access) -> None:
    def missing(sha256: str) -> io.BytesIO:
        raise errors.NotFound(what="media")

    meta.says(json_of({"id": "179", "uri": ADDRESS}))
    with pytest.raises(errors.NotFound):
        GraphContainers(meta.graph, missing).create(facebook, REEL)


def test_instagram_login_takes_videos_by_address_only(
    meta: Meta, containers: GraphContainers, instagram: Access
) -> None:
    meta.says(json_of({"id": "179"}))
    assert verdict_of(lambda: containers.create(instagram, REEL)).code == "CAPABILITY_UNAVAILABLE"
    assert meta.asked == []
    containers.create(instagram, replace(REEL, video_url="https://m.example/v.mp4"))
    assert meta.form() == {"media_type": "REELS", "video_url": "https://m.example/v.mp4", "caption": "Hi"}


IMAGE = ContainerOrder(MediaType.IMAGE, image_url="https://m.example/a.jpg")
TAGGED, INVITED = (UserTag("ana", 0.1, 0.1),), ("bea",)


@pytest.mark.parametrize(
    ("order", "said", "code", "named"),
    [
        (replace(IMAGE, user_tags=TAGGED), "", "INVALID_TAGS", None),
        (replace(IMAGE, collaborators=INVITED), "", "INVALID_COLLABORATORS", None),
        (replace(IMAGE, user_tags=TAGGED, collaborators=INVITED), "", "INVALID_TAGS", None),
        (
            replace(IMAGE, user_tags=TAGGED, collaborators=INVITED),
            "Das Konto bea fehlt.",
            "INVALID_COLLABORATORS",
            "bea",
        ),
        (replace(IMAGE, user_tags=TAGGED, collaborators=INVITED), "ana non esiste", "INVALID_TAGS", "ana"),
        (replace(IMAGE, media_type=MediaType.STORIES, user_tags=TAGGED), "ana", "INVALID_MENTIONS", "ana"),
    ],
)
def test_the_right_people_are_blamed_for_who_cannot_be_loaded(
    meta: Meta,
    containers: GraphContainers,
    access: Access,
    order: ContainerOrder,
    said: str,
    code: str,
    named: str | None,
) -> None:
    meta.refuses(110, 2207018, message="Invalid user id", error_user_msg=said)
    judged = verdict_of(lambda: containers.create(access, order))
    assert judged.code == code
    assert judged.sentence is not None
    assert named is None or f"@{named}" in judged.sentence
    assert judged.again is Again.NEVER


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (replace(IMAGE, user_tags=TAGGED), "INVALID_TAGS"),
        (replace(IMAGE, media_type=MediaType.STORIES, user_tags=TAGGED), "INVALID_MENTIONS"),
        (replace(IMAGE, caption="@a @b"), "VALIDATION_ERROR"),
    ],
)
def test_too_many_people_are_too_many_tags_or_mentions(
    meta: Meta, containers: GraphContainers, access: Access, order: ContainerOrder, code: str
) -> None:
    meta.refuses(100, 2207040)
    assert verdict_of(lambda: containers.create(access, order)).code == code
