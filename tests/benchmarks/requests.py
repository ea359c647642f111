"""Requests a second over loopback, and how long they take."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from tests.benchmarks.figures import Figure, head, quantile, tell
from tests.benchmarks.load import Task, Told, load, request
from tests.benchmarks.processes import floor, served
from tests.benchmarks.studio import Studio

POSTS = 50
MILLI = 1000.0


class Unexpected(Exception):
    """Some answers had another status than the one that was measured."""


def compare(
    name: str, ours: Task, raw: Task, status: str, floor_name: str, *, connections: int, rounds: int
) -> list[Figure]:
    """Rate, p50 and p99 of both, in turns; a warm-up of each is not counted."""
    label = f"{name}, {connections} conn."
    figures = [
        Figure(label, "/s", floor_name),
        Figure(f"{label}, p50", "ms", "the same"),
        Figure(f"{label}, p99", "ms", "the same"),
    ]
    ours, raw = replace(ours, connections=connections), replace(raw, connections=connections)
    for task in (raw, ours):
        load(replace(task, count=min(task.count, 50)))
    for _ in range(rounds):
        for task, side in ((raw, "floor"), (ours, "ours")):
            told = load(task)
            if side == "ours" and set(told.statuses) != {status}:
                raise Unexpected(f"{name}: {told.statuses}")
            for figure, value in zip(figures, _values(told), strict=True):
                getattr(figure, side).append(value)
    return figures


def _values(told: Told) -> tuple[float, float, float]:
    return (
        told.rate,
        quantile(told.latencies, 0.5) * MILLI,
        quantile(told.latencies, 0.99) * MILLI,
    )


def main(folder: Path, *, rounds: int, count: int, seconds: float) -> list[Figure]:
    head("Requests over loopback")
    figures = []
    with (
        served(folder / "sandbox"),
        floor("nothing", folder / "nothing") as nothing,
        floor("insert", folder / "insert") as insert,
        Studio(folder / "sandbox") as studio,
    ):
        media_id = studio.upload()
        bodies = [json.dumps(studio.post(media_id, f"Benchmark {n} #tag")).encode() for n in range(POSTS)]
        posts = [studio.schedule(json.loads(body)) for body in bodies]
        get = Task(
            studio.port,
            [request("GET", f"/api/v1/posts/{post}", studio.key) for post in posts],
            connections=1,
            count=count,
            seconds=seconds,
        )
        post = replace(
            get, requests=[request("POST", "/api/v1/schedule", studio.key, body) for body in bodies]
        )
        raw_get = replace(get, port=nothing.port, requests=[request("GET", "/x")])
        raw_post = replace(
            get, port=insert.port, requests=[request("POST", "/", body=body) for body in bodies]
        )
        for connections in (1, 16):
            for name, ours, raw, status, floor_name in (
                ("GET /posts/{id}", get, raw_get, "200", "Falcon on gunicorn, doing nothing"),
                ("POST /schedule", post, raw_post, "201", "Falcon on gunicorn, one durable INSERT"),
            ):
                measured = compare(
                    name, ours, raw, status, floor_name, connections=connections, rounds=rounds
                )
                tell(*measured)
                figures += measured
    return figures
