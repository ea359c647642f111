"""The load generator: a process of its own that keeps some connections busy, each with one request at a time.

It speaks HTTP over plain sockets, since a whole client would take longer than the server does. A `Task` comes
as JSON on stdin, a `Told` goes as JSON to stdout.
"""

from __future__ import annotations

import json
import selectors
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.benchmarks.processes import environment

SILENCE = 30.0


@dataclass(frozen=True)
class Task:
    """`requests` are sent over and over in turn, until `count` answers are in or `seconds` are over."""

    port: int
    requests: list[str]
    connections: int
    count: int
    seconds: float


@dataclass(frozen=True)
class Told:
    """What came back: how many answers of each status, and how long each took, in seconds."""

    seconds: float
    statuses: dict[str, int]
    latencies: list[float]

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds


@dataclass
class Line:
    """One connection and what has come in on it."""

    socket: socket.socket
    sent_at: float = 0.0
    received: bytearray = field(default_factory=bytearray)

    def status(self) -> str | None:
        """The status once the whole answer is in; then the line is free again."""
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = bytes(self.received[:end]).lower()
        start = head.index(b"content-length:") + 15
        length = int(head[start : head.find(b"\r\n", start) if b"\r\n" in head[start:] else None])
        if len(self.received) < end + 4 + length:
            return None
        status = head[9:12].decode()
        del self.received[: end + 4 + length]
        return status


def request(method: str, path: str, key: str = "", body: bytes = b"") -> str:
    """The text of one HTTP request over a connection that stays open."""
    head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    if key:
        head.append(f"Authorization: Bearer {key}")
    if body:
        head += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", body.decode()])


def generate(task: Task) -> Told:
    """Run a task in this process."""
    texts = [text.encode() for text in task.requests]
    statuses: dict[str, int] = {}
    latencies: list[float] = []
    sent = 0
    with selectors.DefaultSelector() as selector:

        def send(line: Line) -> None:
            nonlocal sent
            line.sent_at = time.perf_counter()
            line.socket.sendall(texts[sent % len(texts)])
            sent += 1

        for _ in range(task.connections):
            line = Line(socket.create_connection(("127.0.0.1", task.port), timeout=SILENCE))
            line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(line.socket, selectors.EVENT_READ, line)
        began = time.perf_counter()
        end = began + task.seconds
        for key in list(selector.get_map().values()):
            if sent < task.count:
                send(key.data)
        while len(latencies) < sent:
            ready = selector.select(SILENCE)
            if not ready:
                raise TimeoutError(f"{sent - len(latencies)} answers are missing")
            for key, _ in ready:
                line = key.data
                data = line.socket.recv(65536)
                if not data:
                    raise ConnectionError("the server hung up")
                line.received += data
                status = line.status()
                if status is None:
                    continue
                now = time.perf_counter()
                latencies.append(now - line.sent_at)
                statuses[status] = statuses.get(status, 0) + 1
                if sent < task.count and now < end:
                    send(line)
        seconds = time.perf_counter() - began
        for key in list(selector.get_map().values()):
            key.data.socket.close()
    return Told(seconds, statuses, latencies)


def load(task: Task) -> Told:
    """Run a task in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.load"],
        input=json.dumps(asdict(task)),
        capture_output=True,
        check=True,
        text=True,
        env=environment(),
        cwd=Path("/"),
        timeout=task.seconds + 2 * SILENCE,
    )
    return Told(**json.loads(done.stdout))


if __name__ == "__main__":
    json.dump(asdict(generate(Task(**json.load(sys.stdin)))), sys.stdout)
