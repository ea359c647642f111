"""Many posts scheduled in one request, each accepted or refused for itself."""

from __future__ import annotations

import json
from typing import Any

from pydantic import Field

from application.service import Service
from domain.errors import DomainError
from entrypoints.http.errors import Envelope, envelope
from entrypoints.http.models import Body, Shown
from entrypoints.http.operation import Call, operation
from entrypoints.http.parsing import read_model
from entrypoints.http.post_answer import Post, shown
from entrypoints.http.post_body import NewPost

NEW_POST = "#/components/schemas/NewPost"


class BulkSchedule(Body):
    """Posts to create and schedule; one of another shape is refused for itself."""

    items: list[dict[str, Any]] = Field(
        min_length=1,
        max_length=100,
        json_schema_extra={"items": {"anyOf": [{"$ref": NEW_POST}, {"type": "object"}]}},
    )


class Scheduled(Shown):
    """An item that was scheduled."""

    index: int
    post: Post


class NotScheduled(Shown):
    """An item that was refused, as it would have been alone."""

    index: int
    error: Envelope


class BulkResults(Shown):
    """What became of each item, in their order."""

    results: list[Scheduled | NotScheduled]


class Bulk:
    """Schedules up to a hundred posts."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @operation(
        id="schedulePosts",
        summary="Create and schedule up to a hundred posts; each is accepted or refused for itself",
        body=BulkSchedule,
        answers={200: BulkResults},
        scope="posts:write",
    )
    def on_post(self, call: Call, body: BulkSchedule) -> BulkResults:
        return BulkResults(results=[self._one(call, index, item) for index, item in enumerate(body.items)])

    def _one(self, call: Call, index: int, item: dict[str, Any]) -> Scheduled | NotScheduled:
        try:
            post = read_model(NewPost, json.dumps(item).encode())
            row = self._service.create_post.schedule(
                call.caller, post.account_id, post.content(), post.due(), by=call.cause.part(index)
            )
        except DomainError as refusal:
            return NotScheduled(index=index, error=envelope(refusal, call.request_id))
        return Scheduled(index=index, post=shown(row, livemode=self._service.livemode))
