"""Is the process there, and can it serve?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from pydantic import Field

from application.readiness import Readiness
from domain import errors
from entrypoints.http.models import Shown, Time
from entrypoints.http.operation import Call, operation
from entrypoints.http.waiting import WaitingRoom

RETRY_SECONDS = 5


class Health(Shown):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Worker(Shown):
    """The process that publishes; without one, posts wait."""

    alive: bool
    seen_at: Time | None


class Ready(Shown):
    """This server can serve; the fields say how its surroundings are."""

    ready: Literal[True] = True
    storage: bool
    schema_: bool = Field(alias="schema")
    worker: Worker
    overdue_posts: int
    time: Time


class Healthz:
    """Says that the process lives, whatever else is down."""

    @operation(id="health", summary="Whether the process answers", answers={200: Health}, auth=False)
    def on_get(self, call: Call) -> Health:
        return Health()


class Readyz:
    """Says whether this server can serve; a missing worker is told, but no reason to refuse."""

    def __init__(
        self,
        readiness: Callable[[], Readiness],
        now: Callable[[], datetime],
        room: WaitingRoom,
    ) -> None:
        self._readiness = readiness
        self._now = now
        self._room = room

    @operation(
        id="readiness",
        summary="Whether this server can serve",
        answers={200: Ready},
        errors=(errors.ServiceUnavailable,),
        auth=False,
    )
    def on_get(self, call: Call) -> Ready:
        if not self._room.open:
            raise errors.ServiceUnavailable("This server is shutting down.", retry_after=RETRY_SECONDS)
        found = self._readiness()
        if not found.storage:
            raise errors.ServiceUnavailable("The storage does not answer.", retry_after=RETRY_SECONDS)
        if not found.schema:
            raise errors.ServiceUnavailable(
                "The storage has another schema than this version; run `pressroom migrate`.",
                retry_after=RETRY_SECONDS,
            )
        return Ready(
            storage=found.storage,
            schema_=found.schema,
            worker=Worker(alive=found.worker_alive, seen_at=found.worker_seen_at),
            overdue_posts=found.overdue_posts,
            time=self._now(),
        )
