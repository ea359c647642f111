"""The simulation as a process: a bound socket, gunicorn with threads, one worker."""

from __future__ import annotations

import json
import os
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from entrypoints.sandbox import lifeline
from entrypoints.sandbox.app import create_app
from entrypoints.sandbox.blobs import Blobs
from entrypoints.sandbox.clock import SharedClock
from entrypoints.sandbox.drops import HangUp
from entrypoints.sandbox.occupation import occupy
from entrypoints.sandbox.storage import SqliteStorage
from entrypoints.sandbox.videos import resume
from entrypoints.sandbox.world import World


@dataclass(frozen=True)
class Start:
    """How the process is to run."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 0
    public_url: str = ""
    threads: int = 64
    lifeline: int | None = None
    settings: dict[str, Any] = field(default_factory=dict)


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn around one world, which is opened in the worker only."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._listener = socket.create_server((start.host, start.port), backlog=1024)
        self._listener.set_inheritable(True)
        self.port: int = self._listener.getsockname()[1]
        super().__init__()

    def load_config(self) -> None:
        for name, value in {
            "bind": f"fd://{self._listener.fileno()}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": self._start.threads,
            # The upload protocol has a header named file_size, which gunicorn would drop.
            "header_map": "dangerous",
            "keepalive": 75,
            "graceful_timeout": 1,
            "timeout": 60,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_fork": self._hold_lifeline,
            "post_worker_init": self._say_ready,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> HangUp:
        start = self._start
        start.data.mkdir(parents=True, exist_ok=True)
        self._folder_lock = occupy(start.data)
        errands = ThreadPoolExecutor(8, thread_name_prefix="fetch")
        world = World(
            clock=SharedClock(start.data),
            storage=SqliteStorage(start.data / "sandbox.sqlite"),
            blobs=Blobs(start.data / "files"),
            settings=start.settings,
            base_url=start.public_url or f"http://{start.host}:{self.port}",
            background=errands.submit,
        )
        app = create_app(world)
        resume(world)
        return app

    def run(self) -> None:
        if self._start.lifeline is not None:
            lifeline.hold(self._start.lifeline)
        super().run()

    def _hold_lifeline(self, server: Any, worker: Any) -> None:
        if self._start.lifeline is not None:
            lifeline.hold(self._start.lifeline)

    def _say_ready(self, worker: Any) -> None:
        # A worker that replaces a fallen one has nothing new to say.
        if worker.age == 1:
            os.write(sys.stdout.fileno(), json.dumps({"event": "ready", "port": self.port}).encode() + b"\n")
