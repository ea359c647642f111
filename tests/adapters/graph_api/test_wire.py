"""Real sockets: what a hang-up, a silence and a closed door look like, and many threads at once."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest

from adapters.graph_api.client import Graph, Hosts, Patience
from adapters.graph_api.publisher import GraphPublisher
from application.posts.ports import Access
from tests.fakes.meta import verdict_of

OK = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"id":"180"}'
Answer = Callable[[socket.socket], None]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """A server that reads each request and then does as it is told."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=speak, args=(connection,), daemon=True).start()

    def speak(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while asked(connection):
                answer(connection)

    def asked(connection: socket.socket) -> bool:
        """Whether another request came; its head and its body may come apart."""
        heard = b""
        while b"creation_id=" not in heard:
            piece = connection.recv(65_536)
            if not piece:
                return False
            heard += piece
        return True

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def publisher(address: str) -> GraphPublisher:
    return GraphPublisher(Graph(Hosts.under(address), Patience(connect=1.0, publish=0.3)))


ANSWERS: dict[str, Answer] = {
    "hangs up": lambda connection: connection.shutdown(socket.SHUT_RDWR),
    "resets": lambda connection: connection.close(),
    "stops halfway": lambda connection: (connection.sendall(OK[:80]), connection.shutdown(socket.SHUT_RDWR))[
        1
    ],
    "keeps silent": lambda connection: time.sleep(1.0),
    "speaks no HTTP": lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.9\r\n\r\n"),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_a_call_that_arrived_and_was_not_answered_is_doubtful(facebook: Access, answer: Answer) -> None:
    with serving(answer) as address:
        judged = verdict_of(lambda: publisher(address).publish(facebook, "179"))
    assert (judged.code, judged.doubtful) == ("OUTCOME_UNKNOWN", True)


def test_a_closed_door_is_no_doubt(facebook: Access) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        judged = verdict_of(lambda: publisher(address).publish(facebook, "179"))
    assert (judged.code, judged.doubtful) == ("UNKNOWN_ERROR", False)


def test_a_name_nobody_has_is_no_doubt(facebook: Access) -> None:
    judged = verdict_of(lambda: publisher("http://graph.invalid").publish(facebook, "179"))
    assert not judged.doubtful


def test_many_threads_share_one_client(facebook: Access) -> None:
    with serving(lambda connection: connection.sendall(OK)) as address, ThreadPoolExecutor(24) as threads:
        one = GraphPublisher(Graph(Hosts.under(address)))
        found = list(threads.map(lambda number: one.publish(facebook, str(number)), range(480)))
    assert found == ["180"] * 480
