"""The document is true: whatever is asked by its rules or against them, every answer keeps to it.

`PRESSROOM_CONTRACT_EXAMPLES` says how often each call is asked as the owner; a tenth of it as everybody else.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from functools import cache
from typing import Any

import falcon
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from application.access import SCOPES
from domain.content import Content, MediaType
from entrypoints.http.app import create_app
from entrypoints.http.waiting import WaitingRoom
from tests.fakes.service import JPEG, Studio

EXAMPLES = int(os.environ.get("PRESSROOM_CONTRACT_EXAMPLES", "20"))  # .ci/run asks for 100
OWNER, PASSWORD = "owner@sandbox.example", "sandbox-only"
OTHERS = ("nobody", *(scope for scope in SCOPES if scope != "audit:read"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


class Place:
    """An app with something of everything in it, and those who may ask."""

    def __init__(self) -> None:
        self.studio = Studio()
        studio, service = self.studio, self.studio.service
        account = studio.account(OWNER)
        self.keys = {scope: studio.key(OWNER, scopes=(scope,)).key for scope in OTHERS[1:]}
        self.keys["owner"] = studio.key(OWNER).key
        caller = service.authenticate(str(self.keys["owner"]))
        media = service.receive_media(caller, [JPEG], by=studio.by)
        content = Content(MediaType.IMAGE, (media.id,), "hello")
        post = service.create_post.draft(caller, account.id, content, None, by=studio.by)
        self.ids = {"accountId": account.id, "mediaId": media.id, "postId": post.id}
        self.app: falcon.App[Any, Any] = create_app(service, WaitingRoom(0))

    def headers(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[who]}"} if who in self.keys else {}


@cache
def place() -> Place:
    return Place()


schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", place().app)


def ask(case: schemathesis.Case, who: str) -> None:
    """Ask as somebody, half of the time for something that exists; the answer must be in the document."""
    luck = random.Random(repr(case.path_parameters))
    for name, value in place().ids.items():
        if name in case.path_parameters and luck.random() < 0.5:
            case.path_parameters[name] = str(value)
    headers = {name: value for name, value in (case.headers or {}).items() if name != "Authorization"}
    case.headers = {**headers, **place().headers(who)}
    answer = case.call()
    case.validate_response(answer, checks=CHECKS)
    declared = case.operation.definition.raw["responses"].get(str(answer.status_code))
    if answer.status_code >= 400 and answer.content and case.method.upper() == case.operation.method.upper():
        told = json.loads(answer.content)
        allowed = declared["content"]["application/json"]["schema"]["allOf"][1]["properties"]["code"]["enum"]
        assert told["code"] in allowed, (case.method, case.path, told)


def often(examples: int, *phases: Phase) -> Callable[[Any], Any]:
    return settings(
        max_examples=max(examples, 1),
        phases=phases,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@schema.parametrize()
@often(EXAMPLES, Phase.explicit, Phase.generate)
def test_the_owner_is_answered_as_the_document_says(case: schemathesis.Case) -> None:
    ask(case, "owner")


@pytest.mark.parametrize("who", OTHERS)
@schema.parametrize()
@often(EXAMPLES // 10, Phase.generate)
def test_everybody_else_is_answered_as_the_document_says(case: schemathesis.Case, who: str) -> None:
    ask(case, who)
