"""No token in an address, an exception, a repr or a log, whatever Meta says and however it fails."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl

import httpx
import pytest

from adapters.graph_api.apps import MetaApp
from adapters.graph_api.client import Graph
from adapters.graph_api.consent import GraphConsent
from adapters.graph_api.containers import GraphContainers
from adapters.graph_api.library import GraphLibrary
from adapters.graph_api.login import GraphLogin
from adapters.graph_api.page import GraphPage
from adapters.graph_api.publisher import GraphPublisher
from adapters.graph_api.quota import GraphQuota
from application.posts.ports import Access, ContainerOrder
from domain.account import LoginMethod
from domain.content import MediaType
from domain.upstream import Refused
from tests.fakes.meta import NOW, Meta, Reply, access_by, json_of

SONG = "tweet"
CANARY, SECOND, PAGE, SECRET, CODE = (f"{SONG}-{number}" for number in range(5))
DISCLOSING = ("/refresh_access_token", "/debug_token")
"""Meta documents these with a token in the address; the log must not show it."""


def sent(request: httpx.Request) -> str:
    """Everything a call carried, as an incautious server might repeat it."""
    form = [value for _, value in parse_qsl(request.content.decode())]
    return " ".join([request.headers.get("Authorization", ""), *request.url.params.values(), *form])


FAILURES: dict[str, Reply] = {
    "silence": httpx.ReadTimeout("too long"),
    "no way there": httpx.ConnectError("refused"),
    "garbage": httpx.Response(200, text=f"<html>{CANARY}</html>"),
    "all that was sent, told back": lambda request: json_of(
        {"error": {"message": sent(request), "error_user_msg": sent(request), "code": 190}}, 401
    ),
    "the same in the title": lambda request: json_of(
        {"error": {"error_user_title": sent(request), "fbtrace_id": sent(request), "code": 100}}, 400
    ),
    "another token told": json_of({"error": {"message": "EAAJZCsomebodyElses0123456789", "code": 1}}, 500),
    "an echo of the byte server": lambda request: json_of(
        {"debug_info": {"type": sent(request), "message": sent(request)}}, 400
    ),
    "an echo of the exchange": lambda request: json_of(
        {"error_type": sent(request), "error_message": sent(request)}, 400
    ),
}


class Still:
    def now(self) -> object:
        return NOW


def canaries(login_method: LoginMethod) -> Access:
    return replace(access_by(login_method), token=CANARY, second_token=SECOND, page_token=PAGE)


def calls(graph: Graph) -> Iterator[Callable[[], object]]:
    """Everything the adapter can be asked for, by both logins."""
    app, order = MetaApp("1", SECRET), ContainerOrder(MediaType.IMAGE, image_url="https://m.example/a.jpg")
    login = GraphLogin(graph, Still(), facebook_app=app)  # type: ignore[arg-type]
    consent = GraphConsent(graph, Still(), dict.fromkeys(LoginMethod, app))  # type: ignore[arg-type]
    containers = GraphContainers(graph, blobs=lambda sha256: pytest.fail("not asked for"))
    library, publisher = GraphLibrary(graph), GraphPublisher(graph)
    page = GraphPage(graph, pause=lambda seconds: None)
    for method in LoginMethod:
        access = canaries(method)
        yield lambda access=access: containers.create(access, order)
        yield lambda access=access: containers.read(access, "179")
        yield lambda access=access: publisher.publish(access, "179")
        yield lambda access=access: publisher.comment(access, "180", "Hi")
        yield lambda access=access: publisher.delete(access, "180")
        yield lambda access=access: library.recent(access, since=NOW - timedelta(hours=1), stories=False)
        yield lambda access=access: library.permalink(access, "180")
        yield lambda access=access: library.comments(access, "180")
        yield lambda access=access: GraphQuota(graph).read(access)
        yield lambda method=method: login.identify(CANARY, method)
        yield lambda method=method: login.refresh(CANARY, method)
        yield lambda method=method: consent.exchange(method, CODE, "https://me.example/")
        for media_type, video in (("IMAGE", False), ("REELS", True), ("STORIES", False), ("STORIES", True)):
            yield lambda access=access, kind=media_type, video=video: page.publish(
                access, caption="Hi", media_type=MediaType(kind), url="https://m.example/a", video=video
            )


def refusal_of(call: Callable[[], object]) -> Refused | None:
    try:
        call()
    except Refused as refused:
        return refused
    return None


@pytest.mark.parametrize("reply", FAILURES.values(), ids=FAILURES)
def test_a_failure_discloses_no_token(meta: Meta, reply: Reply, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for call in calls(meta.graph):
        meta.says(reply)
        refused = refusal_of(call)
        if refused is not None:
            told = "".join(traceback.format_exception(refused)) + repr(refused) + repr(refused.verdict)
            assert SONG not in told
            assert "EAAJZC" not in told
            assert refused.__cause__ is None
    assert SONG not in caplog.text


def test_tokens_travel_in_headers_only(meta: Meta) -> None:
    replies = [json_of({"id": "1", "success": True, "data": []}), *FAILURES.values()]
    for reply in replies:
        for call in calls(meta.graph):
            meta.says(reply)
            refusal_of(call)
            for request in meta.asked:
                if request.url.path.endswith(DISCLOSING) or "ig_exchange_token" in str(request.url):
                    continue
                assert SONG not in str(request.url)
                if "oauth/access_token" not in request.url.path:
                    assert SONG.encode() not in request.content


def test_a_refreshed_token_travels_in_the_header_where_that_is_understood(meta: Meta) -> None:
    login = GraphLogin(meta.graph, Still())  # type: ignore[arg-type]
    meta.says(json_of({"access_token": "IGAnew", "expires_in": 5183944}))
    login.refresh(CANARY, LoginMethod.INSTAGRAM)
    assert SONG not in str(meta.asked[0].url)
    assert meta.asked[0].headers["Authorization"] == f"Bearer {CANARY}"


def test_a_successful_call_logs_no_query(meta: Meta, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    login = GraphLogin(meta.graph, Still(), facebook_app=MetaApp("1", SECRET))  # type: ignore[arg-type]
    meta.says(
        json_of({"data": [{"id": "10", "instagram_business_account": {"id": "178", "username": "ana"}}]}),
        json_of({"data": {"expires_at": 0}}),
    )
    login.identify(CANARY, LoginMethod.FACEBOOK)
    assert "/debug_token" in caplog.text
    assert SONG not in caplog.text
    assert "input_token" not in caplog.text


def test_nothing_that_holds_a_token_shows_it(meta: Meta) -> None:
    shown = [canaries(method) for method in LoginMethod] + [MetaApp("1", SECRET), meta.graph]
    assert SONG not in repr(shown)


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "tökén", "tab\there", "\x7f"])
def test_what_cannot_be_a_token_is_refused_without_a_call(meta: Meta, token: str) -> None:
    login = GraphLogin(meta.graph, Still())  # type: ignore[arg-type]
    for method in LoginMethod:
        with pytest.raises(Refused) as refused:
            login.identify(token, method)
        assert refused.value.verdict.code == "TOKEN_EXPIRED"
    assert meta.asked == []
