"""What this server's processes count, for Prometheus to read."""

from __future__ import annotations

import os
import time
from functools import cache
from pathlib import Path
from typing import Any

import falcon

from entrypoints.http.operation import Answer, Call, operation

TEXT = "text/plain"
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where the library looks; nobody sets it but `share`."""


@cache
def collectors() -> tuple[Any, Any]:
    """What counts answers and what measures them, the same for all apps of a process.

    The library looks for the folder that its processes share when it is first imported: hence so late.
    """
    from prometheus_client import Counter, Histogram

    return (
        Counter("pressroom_http_answers", "Answers by route and status.", ["method", "route", "status"]),
        Histogram("pressroom_http_seconds", "Seconds an answer took.", ["method", "route"]),
    )


class Metrics:
    """Counts every answer and how long it took, by route; never by address, which holds ids."""

    def process_response(
        self, req: falcon.Request, resp: falcon.Response, resource: object, req_succeeded: bool
    ) -> None:
        answers, seconds = collectors()
        method = req.method if req.method in falcon.HTTP_METHODS else "other"
        route = req.uri_template or "none"
        answers.labels(method, route, str(resp.status_code)).inc()
        began: float = getattr(req.context, "began", time.monotonic())
        seconds.labels(method, route).observe(time.monotonic() - began)

    @operation(
        id="metrics", summary="Counts for Prometheus, of all processes", answers={200: TEXT}, auth=False
    )
    def on_get(self, call: Call) -> Answer:
        from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        registry = REGISTRY
        if shared_folder():
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return Answer(generate_latest(registry), headers={"Content-Type": "text/plain; version=0.0.4"})


def share(folder: Path) -> None:
    """Let the processes of a server count together in a folder that begins empty."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for left_over in folder.glob("*.db"):
        left_over.unlink()
    os.environ[FOLDER] = str(folder)


def shared_folder() -> str | None:
    return os.environ.get(FOLDER)


def forget(pid: int) -> None:
    """A process ended; what it held at the moment is over, what it counted stays."""
    if shared_folder():
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(pid)  # type: ignore[no-untyped-call]
