from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from adapters.filesystem.key_file import KeyFile
from adapters.sqlite.store import SqliteStore
from application import views
from application.posts.advance import Grip, Rest
from application.views.posts import AgendaRow
from entrypoints.worker.loop import Worker

RESTING, LONG = uuid4(), uuid4()
MOMENT = timedelta(milliseconds=50)


class Agenda:
    """Two posts, due long ago; the one that will rest comes first."""

    def agenda(self, *, until: datetime, limit: int) -> list[AgendaRow]:
        return [AgendaRow(post_id, uuid4(), until, until, False) for post_id in (RESTING, LONG)]

    def next_after(self, now: datetime) -> None:
        return None


class OneSlot:
    """A worker whose only slot is taken by a long step, while a post in its hand has rested enough."""

    def __init__(self, store: SqliteStore) -> None:
        self.busy, self.over = threading.Event(), threading.Event()
        self.steps: list[UUID] = []
        self.looks = 0
        self.worker = Worker(
            name="one",
            advance=self.advance,
            posts=Agenda(),  # type: ignore[arg-type]
            reader=store.log,
            leases=store.leases,
            now=self.now,
            slots=1,
            lease_seconds=60,
        )

    def now(self) -> datetime:
        self.looks += 1
        return datetime.now(UTC)

    def advance(self, post_id: UUID, grip: Grip) -> Rest:
        self.steps.append(post_id)
        if len(self.steps) > 2:
            self.worker.stop()
            return Rest()
        if len(set(self.steps)) == 1:
            return Rest(datetime.now(UTC) + 4 * MOMENT, keep=True)
        self.busy.set()
        self.over.wait(10)
        return Rest()


def test_a_worker_with_every_slot_taken_sleeps_until_one_is_free(tmp_path: Path) -> None:
    store = SqliteStore.in_memory(views.ALL, KeyFile.open(tmp_path / "keys.json"))
    one = OneSlot(store)
    running = threading.Thread(target=one.worker.run)
    running.start()
    assert one.busy.wait(10)
    threading.Event().wait(8 * MOMENT.total_seconds())
    before = one.looks
    threading.Event().wait(8 * MOMENT.total_seconds())
    seen = one.looks - before
    one.over.set()
    running.join(10)
    assert not running.is_alive()
    assert seen < 20
    assert len(one.steps) == 3
    store.close()
