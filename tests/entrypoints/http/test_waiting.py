from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from entrypoints.http.waiting import WaitingRoom


def test_a_quarter_of_the_threads_may_wait_and_the_rest_answer_at_once() -> None:
    room = WaitingRoom(threads=8)
    with ThreadPoolExecutor(6) as pool:
        began = time.monotonic()

        def ask(_: int) -> float:
            with room.seat() as seated:
                if seated:
                    room.watch(lambda done: done, lambda: False, seconds=1.0)
            return time.monotonic() - began

        took = sorted(pool.map(ask, range(6)))
    assert [seconds < 0.8 for seconds in took] == [True] * 4 + [False] * 2


def test_a_seat_is_free_again_after_a_failure() -> None:
    room = WaitingRoom(threads=4)
    for _ in range(3):
        try:
            with room.seat() as seated:
                assert seated
                raise RuntimeError
        except RuntimeError:
            pass


def test_waiting_ends_when_it_is_done() -> None:
    looks = iter([1, 2, 3])
    assert WaitingRoom(threads=4).watch(lambda seen: seen == 3, lambda: next(looks), seconds=30) == 3


def test_nobody_waits_in_a_server_that_closes() -> None:
    began = time.monotonic()
    WaitingRoom(threads=4, open=lambda: False).watch(lambda done: done, lambda: False, seconds=5)
    assert time.monotonic() - began < 1


def test_a_server_of_few_threads_lets_nobody_wait() -> None:
    with WaitingRoom(threads=3).seat() as seated:
        assert not seated


def test_there_is_always_one_look() -> None:
    looks: list[int] = []
    WaitingRoom(threads=8).watch(lambda done: False, lambda: looks.append(1), seconds=0)
    assert looks == [1]
