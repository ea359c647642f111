"""What a call may have done when its answer is missing or makes no sense."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from adapters.graph_api.client import Graph
from adapters.graph_api.containers import GraphContainers
from adapters.graph_api.publisher import GraphPublisher
from application.posts.ports import Access, ContainerOrder, ContainerReading
from domain.attempt import Reading
from domain.content import MediaType
from domain.upstream import Again, Refused
from tests.fakes.meta import Meta, Reply, json_of, verdict_of

DEEP = b"[" * 100_000

LOST: dict[str, Reply] = {
    "no answer in time": httpx.ReadTimeout("too long"),
    "sending took too long": httpx.WriteTimeout("too long"),
    "connection reset": httpx.ReadError("reset"),
    "broken pipe": httpx.WriteError("broken"),
    "hung up without a word": httpx.RemoteProtocolError("Server disconnected without sending a response."),
    "unreadable compression": httpx.DecodingError("gzip"),
    "a fault of our own protocol": httpx.LocalProtocolError("state"),
    "a proxy in between": httpx.ProxyError("proxy"),
}
GARBAGE: dict[str, Reply] = {
    "a page": httpx.Response(200, text="<!DOCTYPE html><html></html>"),
    "a page of a gateway": httpx.Response(502, text="<html>Bad gateway</html>"),
    "nothing": httpx.Response(200, content=b""),
    "no content": httpx.Response(204),
    "a redirect": httpx.Response(302, headers={"Location": "https://elsewhere.example/"}),
    "a list": json_of([]),
    "null": json_of(None),
    "a number": json_of(17),
    "an object without an id": json_of({}),
    "an id that is none": json_of({"id": ["17"]}),
    "an empty id": json_of({"id": ""}),
    "an id that is true": json_of({"id": True}),
    "an error that is text": json_of({"error": "broken"}, 500),
    "an error that is empty": json_of({"error": {}}, 500),
    "an error of strange parts": json_of({"error": {"code": [], "error_subcode": {}, "message": 3}}, 400),
    "no text": httpx.Response(200, content=b"\xff\xfe\x00"),
    "endless brackets": httpx.Response(200, content=DEEP),
    "an endless number": httpx.Response(200, content=b'{"id":' + b"9" * 10_000 + b"}"),
    "an id, but a refusing status": json_of({"id": "17"}, 500),
}
UNSENT: dict[str, Reply] = {
    "no way there": httpx.ConnectError("refused"),
    "no connection in time": httpx.ConnectTimeout("too long"),
    "no free connection": httpx.PoolTimeout("too long"),
}
ORDER = ContainerOrder(MediaType.IMAGE, image_url="https://m.example/a.jpg")


def each(replies: dict[str, Reply]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("reply", replies.values(), ids=replies)


def publishing(graph: Graph, access: Access) -> list[Callable[[], object]]:
    publisher = GraphPublisher(graph)
    return [lambda: publisher.publish(access, "179"), lambda: publisher.comment(access, "180", "Hi")]


@each(LOST | GARBAGE)
def test_an_unclear_answer_to_publishing_is_a_doubt_and_never_repeated(
    meta: Meta, access: Access, reply: Reply
) -> None:
    for call in publishing(meta.graph, access):
        meta.says(reply)
        judged = verdict_of(call)
        assert judged.doubtful
        assert not judged.blocks
        assert len(meta.asked) == 1


@each(LOST | {name: reply for name, reply in GARBAGE.items() if "error" not in name})
def test_a_missing_or_senseless_answer_to_publishing_says_that_the_outcome_is_unknown(
    meta: Meta, access: Access, reply: Reply
) -> None:
    for call in publishing(meta.graph, access):
        meta.says(reply)
        judged = verdict_of(call)
        assert (judged.code, judged.again) == ("OUTCOME_UNKNOWN", Again.NEVER)


@each(UNSENT)
def test_what_never_left_has_done_nothing(meta: Meta, access: Access, reply: Reply) -> None:
    for call in publishing(meta.graph, access):
        meta.says(reply)
        judged = verdict_of(call)
        assert not judged.doubtful
        assert (judged.code, judged.again) == ("UNKNOWN_ERROR", Again.SAME_CALL)
        assert judged.most > 1


@each(LOST | UNSENT | GARBAGE)
def test_making_a_container_is_never_doubtful(meta: Meta, access: Access, reply: Reply) -> None:
    containers = GraphContainers(meta.says(reply).graph, blobs=lambda sha256: pytest.fail("no bytes here"))
    judged = verdict_of(lambda: containers.create(access, ORDER))
    assert not judged.doubtful
    assert not judged.blocks


@each(LOST | UNSENT | {"a page": GARBAGE["a page"]})
def test_making_a_container_is_tried_again(meta: Meta, access: Access, reply: Reply) -> None:
    containers = GraphContainers(meta.says(reply).graph, blobs=lambda sha256: pytest.fail("no bytes here"))
    judged = verdict_of(lambda: containers.create(access, ORDER))
    assert judged.again is Again.SAME_CALL
    assert judged.most > 1


@each(LOST | UNSENT | GARBAGE)
def test_reading_is_never_doubtful_and_never_breaks(meta: Meta, access: Access, reply: Reply) -> None:
    containers = GraphContainers(meta.says(reply).graph, blobs=lambda sha256: pytest.fail("no bytes here"))
    try:
        seen = containers.read(access, "179")
    except Refused as refused:
        judged = refused.verdict
        seen = ContainerReading(Reading.UNREADABLE, judged.upstream)
        doubtful = judged.doubtful
    else:
        doubtful = False
    assert seen.reading is Reading.UNREADABLE
    assert not doubtful
