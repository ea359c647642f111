"""Connections that end without an answer."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterable
from typing import Any

import httpx

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class ConnectionDropped(httpx.ReadError):
    """Raised out of the application when no answer is to come.

    It is what httpx raises when a real server hangs up, so that a client tested in process
    meets what it would meet on the wire.
    """


class HangUp:
    """Turns ConnectionDropped into a closed socket, and lets it pass where there is no socket."""

    def __init__(self, app: WsgiApp) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            return self._app(environ, start_response)
        except ConnectionDropped:
            connection: socket.socket | None = environ.get("gunicorn.socket")
            if connection is None:
                raise
            connection.shutdown(socket.SHUT_RDWR)
            # gunicorn takes a reset for the client's doing and ends the connection in silence.
            raise ConnectionResetError(errno.ECONNRESET, "dropped on purpose") from None
