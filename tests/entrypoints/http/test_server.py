"""The real server processes, asked by raw sockets, stopped and killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ARBITER = """
import sys
from entrypoints.http.server import run
from tests.fakes.door import FakeDoor
run(FakeDoor, host="127.0.0.1", port=0, workers=1, threads=4, lifeline_fd=int(sys.argv[1]),
    ready=lambda port: print(port, flush=True))
"""
PARENT = """
import os, subprocess, sys, time
reading, writing = os.pipe()
command = [sys.executable, "-c", sys.argv[1], str(reading)]
child = subprocess.Popen(command, pass_fds=[reading], stdout=sys.stdout)
os.close(reading)
print(child.pid, flush=True)
time.sleep(60)
"""


class Running:
    """A server of its own process group, with the port it was given."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def ask(self, raw: bytes) -> tuple[int, dict[str, str], bytes]:
        with self.connect() as connection:
            connection.sendall(raw)
            return read_answer(connection)


def read_answer(connection: socket.socket) -> tuple[int, dict[str, str], bytes]:
    with connection.makefile("rb") as answer:
        status = int(answer.readline().split()[1])
        headers = {}
        while line := answer.readline().strip():
            name, _, value = line.decode().partition(": ")
            headers[name.lower()] = value
        return status, headers, answer.read(int(headers.get("content-length", 0)))


@contextmanager
def running() -> Iterator[Running]:
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", ARBITER, str(reading)],
        cwd=ROOT,
        pass_fds=[reading],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(reading)
    assert process.stdout
    try:
        yield Running(process, int(process.stdout.readline()))
    finally:
        os.close(writing)
        process.terminate()
        process.communicate(timeout=10)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as found:
        yield found


@pytest.mark.parametrize(
    "raw",
    [
        b"nonsense\r\n\r\n",
        b"GET  /healthz HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/9.9\r\n\r\n",
        b"GET /healthz\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nX-Big: " + b"a" * 20_000 + b"\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n" + b"".join(b"X-%d: 1\r\n" % n for n in range(200)) + b"\r\n",
        b"GET /healthz HTTP/1.1\r\nBad Name: 1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nX: a\x00b\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nX: a\r\n folded\r\n\r\n",
        b"POST /healthz HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"POST /healthz HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /healthz HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST /healthz HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /healthz HTTP/1.1\r\nTransfer-Encoding: rot13\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nExpect: a miracle\r\n\r\n",
    ],
)
def test_what_is_no_http_gets_the_envelope(server: Running, raw: bytes) -> None:
    status, headers, body = server.ask(raw)
    found = json.loads(body)
    assert (status, found["status"], found["code"]) == (400, 400, "VALIDATION_ERROR")
    assert headers["x-request-id"] == found["requestId"]
    assert headers["content-type"] == "application/json"
    assert headers["x-content-type-options"] == "nosniff"
    assert set(found) >= {"error", "fallback", "recovery"}


def test_a_request_id_survives_a_refusal_of_the_server(server: Running) -> None:
    raw = b"POST /healthz HTTP/1.1\r\nX-Request-Id: mine-7\r\nContent-Length: many\r\n\r\n"
    assert json.loads(server.ask(raw)[2])["requestId"] == "mine-7"


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"FOO /healthz HTTP/1.1\r\n\r\n", 405, "METHOD_NOT_ALLOWED"),
        (b"WEBSOCKET /healthz HTTP/1.1\r\n\r\n", 405, "METHOD_NOT_ALLOWED"),
        (b"CONNECT example.com:443 HTTP/1.1\r\n\r\n", 404, "NOT_FOUND"),
        (b"GET /%ff%00 HTTP/1.1\r\n\r\n", 404, "NOT_FOUND"),
        (b"OPTIONS * HTTP/1.1\r\n\r\n", 404, "NOT_FOUND"),
        (b"GET /healthz HTTP/1.1\r\nSCRIPT_NAME: /x\r\n\r\n", 200, None),
        (b"GET http://elsewhere/healthz HTTP/1.1\r\n\r\n", 200, None),
        (b"GET /healthz HTTP/1.0\r\n\r\n", 200, None),
    ],
)
def test_unusual_requests_are_answered(server: Running, raw: bytes, status: int, code: str | None) -> None:
    found, headers, body = server.ask(raw)
    assert (found, json.loads(body).get("code")) == (status, code)
    assert not any(part.isdigit() for part in headers.get("server", ""))


def test_clients_that_leave_or_say_nothing_do_no_harm(server: Running) -> None:
    silent = [server.connect() for _ in range(12)]
    for raw in (b"", b"GET /heal", b"POST /api/v1/errors HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf"):
        with server.connect() as connection:
            connection.sendall(raw)
    began = time.monotonic()
    assert server.ask(b"GET /healthz HTTP/1.1\r\n\r\n")[0] == 200
    assert time.monotonic() - began < 4
    for connection in silent:
        connection.close()


@pytest.mark.parametrize("connection_header", [b"keep-alive", b"close"])
def test_a_refusal_is_read_even_by_who_sends_a_big_body_first(
    server: Running, connection_header: bytes
) -> None:
    size = 8 * 1024 * 1024
    head = b"POST /api/v1/media HTTP/1.1\r\nConnection: %b\r\nContent-Length: %d\r\n\r\n"
    status, _, body = server.ask(head % (connection_header, size) + b"a" * size)
    assert (status, json.loads(body)["code"]) == (401, "AUTH_REQUIRED")


def test_a_connection_is_kept_for_the_next_request(server: Running) -> None:
    with server.connect() as connection:
        for _ in range(3):
            connection.sendall(b"GET /healthz HTTP/1.1\r\n\r\n")
            assert read_answer(connection)[0] == 200


def test_the_server_stops_at_sigterm_although_connections_are_open() -> None:
    with running() as server:
        assert server.ask(b"GET /healthz HTTP/1.1\r\n\r\n")[0] == 200
        silent = server.connect()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=15) == 0
        silent.close()


def test_all_processes_end_when_the_parent_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, ARBITER], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        arbiter, port = int(parent.stdout.readline()), int(parent.stdout.readline())
        server = Running(parent, port)
        assert server.ask(b"GET /healthz HTTP/1.1\r\n\r\n")[0] == 200
        workers = children(arbiter)
        assert workers
        parent.kill()
        for process in (arbiter, *workers):
            assert gone(process, seconds=10)


def test_workers_end_when_the_arbiter_is_killed() -> None:
    with running() as server:
        assert server.ask(b"GET /healthz HTTP/1.1\r\n\r\n")[0] == 200
        workers = children(server.process.pid)
        server.process.kill()
        assert all(gone(process, seconds=10) for process in workers)


def children(process: int) -> list[int]:
    found = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(child) for child in found.split()]


def gone(process: int, *, seconds: float) -> bool:
    """Whether a process has ended, or is a zombie nobody waits for."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False
