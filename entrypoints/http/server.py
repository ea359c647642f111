"""The HTTP server's processes: an arbiter that holds the address, and workers that answer."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import Any

import falcon
from gunicorn.app.base import BaseApplication

from application.service import Service
from entrypoints.http import metrics
from entrypoints.http.app import create_app
from entrypoints.http.waiting import WaitingRoom
from entrypoints.http.worker import Worker
from entrypoints.lifeline import hold_on_to

BACKLOG = 1024

SETTINGS: dict[str, Any] = {
    "proc_name": "pressroom",
    "worker_class": Worker,
    "timeout": 60,
    "graceful_timeout": 20,
    "keepalive": 15,
    "limit_request_line": 8190,
    "limit_request_fields": 100,
    "limit_request_field_size": 8190,
    "control_socket_disable": True,
    "forwarder_headers": "",
    "preload_app": False,
    "accesslog": None,
    "errorlog": "-",
    "loglevel": "warning",
}


def run(
    build_service: Callable[[], Service],
    *,
    host: str,
    port: int,
    workers: int = 2,
    threads: int = 8,
    lifeline_fd: int | None = None,
    ready: Callable[[int], object] = lambda port: None,
) -> None:
    """Serve until SIGTERM, then end by SystemExit. OSError when the address cannot be had.

    Port 0 is chosen by the system; `ready` is told the real one as soon as connections are taken.
    `build_service` runs in each worker, after the fork. `lifeline_fd` is the reading end of a pipe: when its
    other end is closed, be it because the parent was killed, all processes end.
    """
    listener = bind(host, port)
    real_port: int = listener.getsockname()[1]
    arbiter_alive, arbiter = os.pipe()

    def before_work(_: Any, worker: Any) -> None:
        """In a worker, before anything else: hold on to the arbiter and to its parent."""
        os.close(arbiter)
        hold_on_to(arbiter_alive)
        if lifeline_fd is not None:
            hold_on_to(lifeline_fd)
        server.worker = worker

    if lifeline_fd is not None:
        hold_on_to(lifeline_fd)
    server = Server(
        build_service,
        SETTINGS
        | {
            "bind": f"fd://{listener.detach()}",
            "backlog": BACKLOG,
            "workers": workers,
            "threads": threads,
            "post_fork": before_work,
            "child_exit": lambda _, worker: metrics.forget(worker.pid),
            "when_ready": lambda _: ready(real_port),
        },
    )
    server.run()


def bind(host: str, port: int) -> socket.socket:
    """A listening socket, of IPv4 or IPv6 as the host asks."""
    family, _, _, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    return socket.create_server(address[:2], family=family, backlog=BACKLOG)


class Server(BaseApplication):  # type: ignore[misc]
    """What gunicorn wants to know: settings, and the application once there is a worker."""

    def __init__(self, build_service: Callable[[], Service], settings: dict[str, Any]) -> None:
        self._build_service = build_service
        self._settings = settings
        self.worker: Any = None
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> falcon.App[Any, Any]:
        """The application of one worker, with connections and threads of its own."""
        room = WaitingRoom(self._settings["threads"], open=self._is_open)
        return create_app(self._build_service(), room)

    def _is_open(self) -> bool:
        return bool(self.worker.alive)
