"""A Meta that answers what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl
from uuid import UUID

import httpx
import pytest

from adapters.graph_api.client import Graph
from adapters.graph_api.usage import Usage
from application.posts.ports import Access
from domain.account import LoginMethod
from domain.upstream import Refused, Verdict

ACCOUNT = UUID("0198c5c8-3f0e-7c2b-9b6a-0d7f3f7a1c11")
NOW = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
Reply = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


@dataclass
class Meta:
    """Replies in turn, the last one for ever; an exception is what happens to the connection."""

    replies: list[Reply] = field(default_factory=list)
    asked: list[httpx.Request] = field(default_factory=list)
    usage: list[tuple[str, Usage]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.graph = Graph(
            transport=httpx.MockTransport(self._answer), on_usage=lambda *heard: self.usage.append(heard)
        )

    def says(self, *replies: Reply) -> Meta:
        self.replies = list(replies)
        self.asked.clear()
        return self

    def refuses(
        self, code: int | None, subcode: int | None = None, status: int = 400, **more: object
    ) -> Meta:
        return self.says(refusal(code, subcode, status, **more))

    def form(self, index: int = -1) -> dict[str, str]:
        """What was sent as a form."""
        return dict(parse_qsl(self.asked[index].content.decode(), keep_blank_values=True))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.asked.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply(request) if callable(reply) else reply


def json_of(body: object, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=body, headers=headers)


def refusal(
    code: int | None, subcode: int | None = None, status: int = 400, **more: object
) -> httpx.Response:
    """A refusal in the envelope of the Graph hosts."""
    headers = {name.replace("_", "-"): str(more.pop(name)) for name in list(more) if name.startswith("x_")}
    error = {"message": "Fatal", "type": "OAuthException", "fbtrace_id": "AbC123", **more}
    error |= {} if code is None else {"code": code}
    error |= {} if subcode is None else {"error_subcode": subcode}
    return httpx.Response(status, json={"error": error}, headers=headers)


def verdict_of(call: Callable[[], object]) -> Verdict:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.verdict


def access_by(login_method: LoginMethod) -> Access:
    if login_method is LoginMethod.INSTAGRAM:
        return Access(ACCOUNT, "17841400000000001", login_method, "IGAtoken")
    return Access(ACCOUNT, "17841400000000001", login_method, "EAAperson", "EAApage", "1010", "EAApage")
