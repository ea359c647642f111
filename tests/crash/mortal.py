"""`python -m tests.crash.mortal DATA`: workers that kill -9 themselves, each at a moment of its own.

Reads `[[post id, moment], …]` from stdin; each post gets a real worker process that works on nothing else.
A moment is "before" or "after" a call to Instagram ("after publish") or the saving of an event ("before
saving post.published"). Answers `{post id: signal that ended its worker}` on stdout; 14: never got there.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from application.posts.advance import AdvancePost
from application.views.posts import AGENDA, AgendaRow, PostList
from domain.aggregate import Aggregate
from entrypoints.bootstrap import open_service
from entrypoints.installation import Installation
from entrypoints.logs import configure
from entrypoints.settings import Settings
from entrypoints.worker.loop import Worker

LIFE = 120
CALLS = {"containers": ("create", "read"), "publisher": ("publish",), "library": ("recent", "permalink")}


@dataclass(frozen=True)
class Death:
    """Comes at one moment only."""

    moment: str

    def pass_by(self, moment: str) -> None:
        if moment == self.moment:
            os.kill(os.getpid(), signal.SIGKILL)


class Watched:
    """A port on whose calls death may wait, before or after."""

    def __init__(self, inner: Any, names: tuple[str, ...], death: Death) -> None:
        self._inner, self._names, self._death = inner, names, death

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        return self._around(name, found) if name in self._names else found

    def _around(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def around(*arguments: Any, **named: Any) -> Any:
            self._death.pass_by(f"before {name}")
            try:
                return call(*arguments, **named)
            finally:
                self._death.pass_by(f"after {name}")

        return around


class WatchedLog:
    """The log, with death before and after the saving of each kind of event."""

    def __init__(self, inner: Any, death: Death) -> None:
        self._inner, self._death = inner, death

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def save(self, *aggregates: Aggregate) -> int:
        topics = [event.TOPIC for aggregate in aggregates for event in aggregate.pending_events]
        for topic in topics:
            self._death.pass_by(f"before saving {topic}")
        position: int = self._inner.save(*aggregates)
        for topic in topics:
            self._death.pass_by(f"after saving {topic}")
        return position


@dataclass(frozen=True)
class OnlyOne(PostList):
    """The agenda of a worker that knows a single post."""

    post_id: UUID

    def agenda(self, *, until: datetime, limit: int) -> list[AgendaRow]:
        row = self.shelf.row(AGENDA, self.post_id)
        return [row] if row and row.at <= until else []

    def next_after(self, now: datetime) -> datetime | None:
        row = self.shelf.row(AGENDA, self.post_id)
        return row.at if row and row.at > now else None


def mortal(advance: AdvancePost, death: Death) -> AdvancePost:
    """The saga with death on its way."""

    def watched(port: str, inner: Any) -> Any:
        return Watched(inner, CALLS[port], death)

    log: Any = WatchedLog(advance.log, death)
    containers = watched("containers", advance.containers)
    library = watched("library", advance.look.library)
    return replace(
        advance,
        log=log,
        containers=containers,
        publisher=watched("publisher", advance.publisher),
        look=replace(advance.look, containers=containers, library=library),
        follow_ups=replace(advance.follow_ups, log=log, library=library),
        setbacks=replace(advance.setbacks, log=log),
    )


def work(settings: Settings, installation: Installation, post_id: UUID, moment: str) -> None:
    signal.alarm(LIFE)
    service = open_service(settings, installation)
    Worker(
        name=f"mortal-{os.getpid()}-{secrets.token_hex(2)}",
        advance=mortal(service.advance_post, Death(moment)),
        posts=OnlyOne(service.posts.shelf, post_id),
        reader=service.reader,
        leases=service.leases,
        now=service.now,
        slots=1,
        lease_seconds=settings.lease_seconds,
    ).run()


def main() -> None:
    settings, installation = Settings(), Installation.open(Path(sys.argv[1]))
    configure(settings.log_level)
    ended: dict[str, int] = {}
    born: dict[int, str] = {}
    for post_id, moment in json.load(sys.stdin):
        child = os.fork()
        if child == 0:
            work(settings, installation, UUID(post_id), moment)
            os._exit(0)
        born[child] = post_id
    for _ in range(len(born)):
        child, status = os.wait()
        ended[born[child]] = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    json.dump(ended, sys.stdout)


if __name__ == "__main__":
    main()
