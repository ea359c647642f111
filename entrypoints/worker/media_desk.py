"""The media loop: videos that wait to be made fit, a few at once on one machine, beside the publishing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol
from uuid import UUID

import structlog

from application.posts.ports import Leases
from application.views.media import MediaShelf
from domain import errors
from entrypoints.worker.loop import Hands

log = structlog.get_logger("worker")

LOOK_SECONDS = 0.5
DENIED_SECONDS = 2.0
STUMBLE_SECONDS = 30.0
_AT_ONCE = 50


class Process(Protocol):
    """The use-case that makes of one video what it lacks."""

    def __call__(self, media_id: UUID, worker: str, sure: Callable[[], bool]) -> None: ...


class MediaDesk:
    """Works on at most `places` videos at once, counted over all workers of one machine.

    A video is held by the lease `media:{id}`, a place by `encoder:{machine}:{number}`.
    """

    def __init__(
        self,
        *,
        name: str,
        machine: str,
        places: int,
        process: Process,
        media: MediaShelf,
        leases: Leases,
        lease_seconds: float,
    ) -> None:
        self._name = name
        self._places = [f"encoder:{machine}:{number}" for number in range(places)]
        self._process = process
        self._media = media
        self._hands = Hands(leases, f"{name}:media", lease_seconds)
        self._denied: dict[UUID, float] = {}
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._serve, args=(place,), name=place, daemon=True)
            for place in self._places
        ]
        self._threads.append(threading.Thread(target=self._beat, name="media-heartbeat", daemon=True))

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let go of what is in hand, so that another worker takes it, and end."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._hands.let_all_go()

    def _serve(self, place: str) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            try:
                self._look(place)
            except Exception:
                # The place must outlive whatever one file, or a store that is away, does to it.
                log.exception("worker.media_stumbled")

    def _look(self, place: str) -> None:
        """Work on the first video that nobody holds, if this machine has a place left."""
        waiting = self._open_jobs()
        if not waiting or not self._hands.take(place):
            return
        try:
            for media_id in waiting:
                if self._hands.take(_lease(media_id)):
                    self._work(media_id)
                    return
                self._denied[media_id] = time.monotonic() + DENIED_SECONDS
        finally:
            self._hands.let_go(place)

    def _open_jobs(self) -> list[UUID]:
        moment = time.monotonic()
        jobs = self._media.agenda(limit=_AT_ONCE)
        return [job.media_id for job in jobs if self._denied.get(job.media_id, 0.0) <= moment]

    def _work(self, media_id: UUID) -> None:
        lease = _lease(media_id)
        try:
            self._process(media_id, self._name, lambda: self._hands.holds(lease) and not self._stop.is_set())
        except errors.ServiceUnavailable as reason:
            log.warning("worker.media_put_off", media_id=str(media_id), reason=reason.sentence)
            self._denied[media_id] = time.monotonic() + STUMBLE_SECONDS
        except Exception:
            log.exception("worker.media_stumbled", media_id=str(media_id))
            self._denied[media_id] = time.monotonic() + STUMBLE_SECONDS
        else:
            self._denied.pop(media_id, None)
        finally:
            self._hands.let_go(lease)

    def _beat(self) -> None:
        while not self._stop.wait(self._hands.seconds / 4):
            try:
                self._hands.beat()
            except Exception:
                # A lease that is not renewed lapses, and whoever works on it notices.
                log.exception("worker.heartbeat_failed")


def _lease(media_id: UUID) -> str:
    return f"media:{media_id}"
