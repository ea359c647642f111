"""The floors of the HTTP door: Falcon on gunicorn, doing nothing or one durable insert per request.

`python -m tests.benchmarks.floor nothing|insert --data FOLDER [--threads N]`
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import sqlite3
import sys
import threading
from pathlib import Path
from typing import Any
from uuid import uuid4

import falcon
from gunicorn.app.base import BaseApplication

ANSWER = json.dumps({"id": str(uuid4()), "caption": "x" * 1000}).encode()


class Nothing:
    """Answers about as many bytes as a post has."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, id: str) -> None:
        resp.content_type = falcon.MEDIA_JSON
        resp.data = ANSWER


class Insert:
    """Inserts the body as one row, as durably as the log does (FULL), and answers."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("CREATE TABLE IF NOT EXISTS log (position INTEGER PRIMARY KEY, state BLOB)")

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        body = req.bounded_stream.read()
        with self._lock:
            self._connection.execute("INSERT INTO log (state) VALUES (?)", (body,))
        resp.status = falcon.HTTP_201
        resp.content_type = falcon.MEDIA_JSON
        resp.data = ANSWER


class Floor(BaseApplication):  # type: ignore[misc]
    """One process with threads, as `pressroom serve` has."""

    def __init__(self, name: str, folder: Path, threads: int) -> None:
        self._name = name
        self._folder = folder
        self._threads = threads
        listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self._port = listener.getsockname()[1]
        self._descriptor = listener.detach()
        super().__init__()

    def load_config(self) -> None:
        for name, value in {
            "bind": f"fd://{self._descriptor}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": self._threads,
            "keepalive": 15,
            "timeout": 60,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": self._say_ready,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> falcon.App[Any, Any]:
        app = falcon.App()
        if self._name == "nothing":
            app.add_route("/{id}", Nothing())
        else:
            app.add_route("/", Insert(self._folder / "floor.db"))
        return app

    def _say_ready(self, worker: Any) -> None:
        os.write(sys.stdout.fileno(), json.dumps({"port": self._port}).encode() + b"\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=("nothing", "insert"))
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=16)
    given = parser.parse_args()
    Floor(given.name, given.data, given.threads).run()


if __name__ == "__main__":
    main()
