"""The due loop: finds posts that want something done, holds them by leases, and advances them in slots."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import structlog

from application.log import LogReader
from application.posts.advance import Grip, Rest
from application.posts.ports import Leases
from application.views.posts import PostList

log = structlog.get_logger("worker")

TICK = 0.1
CHORE_SECONDS = 10.0
DENIED_SECONDS = 1.0
STUMBLE_SECONDS = 5.0


class Advance(Protocol):
    """The use-case that brings one post a step further."""

    def __call__(self, post_id: UUID, grip: Grip) -> Rest: ...


class Now(Protocol):
    def __call__(self) -> datetime: ...


@dataclass
class Held:
    """A post in this worker's hand: being worked on, or resting until `at`."""

    running: bool
    at: datetime | None = None


@dataclass
class LeaseGrip:
    """Whether one lease is still certainly ours, by this machine's own monotonic clock."""

    worker: str
    name: str
    hands: Hands

    def sure(self) -> bool:
        return self.hands.holds(self.name)


@dataclass
class Hands:
    """The leases this worker holds, kept alive by a heartbeat."""

    leases: Leases
    worker: str
    seconds: float
    _until: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, name: str) -> bool:
        asked = time.monotonic()
        if not self.leases.acquire(name, self.worker, seconds=self.seconds):
            return False
        with self._lock:
            self._until[name] = asked + self.seconds
        return True

    def let_go(self, name: str) -> None:
        with self._lock:
            self._until.pop(name, None)
        self.leases.release(name, self.worker)

    def holds(self, name: str) -> bool:
        """True only while the lease has a quarter of its life left."""
        with self._lock:
            return time.monotonic() < self._until.get(name, 0.0) - self.seconds / 4

    def beat(self) -> None:
        """Lengthen everything that is held; what was lost is forgotten."""
        asked = time.monotonic()
        kept = self.leases.renew(self.worker, seconds=self.seconds)
        with self._lock:
            for name in list(self._until):
                if name in kept:
                    self._until[name] = asked + self.seconds

    def let_all_go(self) -> None:
        for name in list(self._until):
            self.let_go(name)


class Worker:
    """Runs until it is told to stop; any number of them may share a store."""

    def __init__(
        self,
        *,
        name: str,
        advance: Advance,
        posts: PostList,
        reader: LogReader,
        leases: Leases,
        now: Now,
        slots: int,
        lease_seconds: float,
        chore: Callable[[str], object] = lambda worker: None,
    ) -> None:
        self._name = name
        self._advance = advance
        self._posts = posts
        self._reader = reader
        self._now = now
        self._slots = slots
        self._chore = chore
        self._hands = Hands(leases, name, lease_seconds)
        self._held: dict[UUID, Held] = {}
        self._denied: dict[UUID, float] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(slots, thread_name_prefix="slot")

    def stop(self) -> None:
        """Finish the steps in hand and end."""
        self._stop.set()
        self._wake.set()

    def run(self) -> None:
        """Work until stopped. What was in hand is let go, so that another worker takes it at once."""
        self._hands.take(f"worker:{self._name}")
        threads = [
            threading.Thread(target=self._beat, name="heartbeat", daemon=True),
            threading.Thread(target=self._watch, name="watch", daemon=True),
            threading.Thread(target=self._do_chores, name="chores", daemon=True),
        ]
        for thread in threads:
            thread.start()
        log.info("worker.started", worker=self._name, slots=self._slots)
        next_at: datetime | None = None
        look = True
        while not self._stop.is_set():
            now = self._now()
            self._resume(now)
            if look or (next_at is not None and next_at <= now):
                next_at = self._find_work(now)
            look = self._wake.wait(self._patience(now, next_at))
            self._wake.clear()
        self._pool.shutdown(wait=True)
        for thread in threads:
            thread.join()
        self._hands.let_all_go()
        log.info("worker.stopped", worker=self._name)

    def _find_work(self, now: datetime) -> datetime | None:
        """Start what is due and free; when to look for more."""
        free = self._free()
        if free == 0:
            return None
        moment = time.monotonic()
        self._denied = {post_id: until for post_id, until in self._denied.items() if until > moment}
        due = self._posts.agenda(until=now, limit=4 * self._slots + len(self._held) + len(self._denied))
        open_ones = [row for row in due if row.post_id not in self._held and row.post_id not in self._denied]
        urgent = open_ones[: 4 * free]
        random.shuffle(urgent)  # so that several workers do not run for the same post
        for row in urgent:
            if free == 0:
                break
            if self._hands.take(_lease(row.post_id)):
                self._start(row.post_id)
                free -= 1
            else:
                self._denied[row.post_id] = moment + DENIED_SECONDS
        if open_ones:
            return now + timedelta(seconds=TICK)
        return min(
            (at for at in (self._posts.next_after(now), self._denied_at(now)) if at is not None), default=None
        )

    def _denied_at(self, now: datetime) -> datetime | None:
        if not self._denied:
            return None
        return now + timedelta(seconds=max(0.0, min(self._denied.values()) - time.monotonic()))

    def _resume(self, now: datetime) -> None:
        """Go on with posts in hand whose rest is over."""
        with self._lock:
            rested = [
                post_id
                for post_id, held in self._held.items()
                if not held.running and held.at is not None and held.at <= now
            ]
        for post_id in rested[: self._free()]:
            self._start(post_id)

    def _start(self, post_id: UUID) -> None:
        with self._lock:
            self._held[post_id] = Held(running=True)
        self._pool.submit(self._work, post_id)

    def _work(self, post_id: UUID) -> None:
        grip = LeaseGrip(self._name, _lease(post_id), self._hands)
        try:
            rest = self._advance(post_id, grip)
        except Exception:
            # A slot must outlive whatever one post does to it; the post is looked at again.
            log.exception("worker.stumbled", post_id=str(post_id))
            rest = Rest()
            self._denied[post_id] = time.monotonic() + STUMBLE_SECONDS
        if rest.keep and rest.at is not None and not self._stop.is_set():
            with self._lock:
                self._held[post_id] = Held(running=False, at=rest.at)
        else:
            if rest.at is not None:
                # Should the agenda ask sooner than there is anything to do, it is not asked again at once.
                wait = (rest.at - self._now()).total_seconds()
                self._denied[post_id] = time.monotonic() + min(DENIED_SECONDS, max(wait, 0.0))
            self._hands.let_go(_lease(post_id))
            with self._lock:
                self._held.pop(post_id, None)
        self._wake.set()

    def _free(self) -> int:
        with self._lock:
            return self._slots - sum(held.running for held in self._held.values())

    def _patience(self, now: datetime, next_at: datetime | None) -> float:
        """Seconds to sleep: until something is due, and never long, since a sandbox's clock may be moved.

        While every slot is taken nothing can be begun, whatever is due: a slot that gets free wakes us.
        """
        if self._free() == 0:
            return TICK
        with self._lock:
            times = [held.at for held in self._held.values() if not held.running and held.at]
        if next_at is not None:
            times.append(next_at)
        if not times:
            return TICK
        return min(TICK, max(0.0, (min(times) - now).total_seconds()))

    def _beat(self) -> None:
        while not self._stop.wait(self._hands.seconds / 4):
            try:
                self._hands.beat()
            except Exception:
                # A lease that is not renewed lapses, and that is safe; the next beat may succeed.
                log.exception("worker.heartbeat_failed")

    def _do_chores(self) -> None:
        """What is due now and then, by one worker at a time."""
        while not self._stop.wait(CHORE_SECONDS):
            if not self._hands.take("chore"):
                continue
            try:
                self._chore(self._name)
            except Exception:
                log.exception("worker.chore_failed")
            finally:
                self._hands.let_go("chore")

    def _watch(self) -> None:
        position = self._reader.last_position()
        while not self._stop.is_set():
            if self._reader.wait(after=position, seconds=1.0):
                position = self._reader.last_position()
                self._wake.set()


def _lease(post_id: UUID) -> str:
    return f"post:{post_id}"
