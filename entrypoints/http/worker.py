"""gunicorn's threaded worker, taught our envelope and not to be held up by silent clients."""

from __future__ import annotations

import selectors
import time
from functools import partial
from typing import Any

from gunicorn.http.errors import (
    ConfigurationProblem,
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    ParseException,
)
from gunicorn.util import http_date
from gunicorn.workers.gthread import ThreadWorker

from domain import errors
from domain.errors import DomainError
from entrypoints.http.errors import envelope, written
from entrypoints.http.middleware import HEADERS
from entrypoints.http.patience import PatientSocket
from entrypoints.http.request_ids import safe_or_new
from entrypoints.http.statuses import STATUS

DRAIN_SECONDS = 10.0
DRAIN_BYTES = 1024**3
OUR_FAULTS = (ConfigurationProblem, InvalidResponseHeader, InvalidResponseHeaderName)
REASONS = {400: "Bad Request", 500: "Internal Server Error"}


class Worker(ThreadWorker):  # type: ignore[misc]
    """Answers what the HTTP server itself refuses as every other refusal is answered."""

    def enqueue_req(self, conn: Any) -> None:
        """Give a connection a thread once there is something to read from it."""
        if conn.initialized or conn.data_ready:
            super().enqueue_req(conn)
            return
        conn.sock = PatientSocket.instead_of(conn.sock)
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def handle(self, conn: Any) -> Any:
        conn.sock.begin()
        return super().handle(conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer in place of the application: what the client sent is no HTTP, or our side broke."""
        if isinstance(exc, ParseException) and not isinstance(exc, OUR_FAULTS):
            refusal: DomainError = errors.ValidationError("The request is not HTTP as this server reads it.")
        else:
            self.log.exception("Error handling a request")
            refusal = errors.InternalError()
        try:
            client.sendall(refused(refusal, sent_id(req or getattr(exc, "req", None))))
        except OSError:
            self.log.debug("The client was gone before it could be refused.")

    def _keepalive_after(self, conn: Any, keepalive: bool) -> bool:
        """Take in what the client still sends, so that it reads our answer instead of a broken connection."""
        whole = conn.parser.finish_body(deadline=time.monotonic() + DRAIN_SECONDS, max_bytes=DRAIN_BYTES)
        return keepalive and bool(whole)

    def _cap_keepalive(self, deadline: float) -> None:
        """Let a stopping worker wait no longer for silent connections than for kept ones."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)


def sent_id(req: Any) -> str:
    """The request id of a request that may have been read in part."""
    pairs = getattr(req, "headers", None) or ()
    return safe_or_new(next((value for name, value in pairs if name == "X-REQUEST-ID"), None))


def refused(refusal: DomainError, id: str) -> bytes:
    """A whole HTTP answer; the connection ends with it."""
    body = written(envelope(refusal, id))
    status = STATUS[refusal.kind]
    headers = HEADERS | {
        "Date": http_date(),
        "Connection": "close",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "X-Request-Id": id,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} {REASONS[status]}\r\n{head}\r\n".encode() + body
