"""The state of the simulation: its things, their indexes, one lock, and the write-through to storage."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from entrypoints.sandbox.blobs import Blobs
from entrypoints.sandbox.chance import Chance
from entrypoints.sandbox.clock import Clock, SharedClock
from entrypoints.sandbox.fetching import Fetcher
from entrypoints.sandbox.records import (
    Account,
    CallRecord,
    Comment,
    Container,
    Fault,
    Media,
    OAuthCode,
    PagePost,
    Record,
    Token,
)
from entrypoints.sandbox.settings import Settings
from entrypoints.sandbox.storage import MemoryStorage, Storage

_CLASSES: dict[str, type[Record]] = {
    cls.kind: cls
    for cls in (Account, Token, OAuthCode, Container, Media, Comment, PagePost, Fault, CallRecord, Settings)
}
_CALLS_KEPT = 20_000
R = TypeVar("R", bound=Record)


def run_at_once(task: Callable[[], None]) -> None:
    """The background of a test: the foreground."""
    task()


class World:
    """Everything that exists in the simulation; clock, chance, storage and the network are given to it."""

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        storage: Storage | None = None,
        blobs: Blobs | None = None,
        fetcher: Fetcher | None = None,
        seed: int | None = None,
        settings: dict[str, Any] | None = None,
        base_url: str = "http://sandbox.test",
        pause: Callable[[float], None] = time.sleep,
        background: Callable[[Callable[[], None]], object] = run_at_once,
    ) -> None:
        self.clock = clock or SharedClock()
        self.storage = storage or MemoryStorage()
        self.blobs = blobs or Blobs()
        self.fetcher = fetcher or Fetcher()
        self.chance = Chance(seed)
        self.base_url = base_url
        self.pause = pause
        self.background = background
        self.lock = threading.RLock()
        self._depth = 0
        self._afresh = False
        self._dirty: dict[tuple[str, str], Record | None] = {}
        self._given_settings = settings or {}
        self._forget()
        with self.lock:
            for kind, fields in self.storage.load():
                self._take_in(_CLASSES[kind](**fields))
        self.settings.change(self._given_settings)
        self._trim_calls()

    def _forget(self) -> None:
        self.settings = Settings()
        self.accounts: dict[str, Account] = {}
        self.tokens: dict[str, Token] = {}
        self.codes: dict[str, OAuthCode] = {}
        self.containers: dict[str, Container] = {}
        self.faults: dict[str, Fault] = {}
        self.calls: deque[CallRecord] = deque(maxlen=_CALLS_KEPT)
        self.publish_calls: list[CallRecord] = []
        self.call_number = 0
        self.calls_this_hour: dict[str, tuple[int, int]] = {}
        self.nodes: dict[str, tuple[str, Record]] = {}
        self.containers_of: dict[str, list[Container]] = defaultdict(list)
        self.media_of: dict[str, list[Media]] = defaultdict(list)
        self.page_posts_of: dict[str, list[PagePost]] = defaultdict(list)
        self.comments_of: dict[str, list[Comment]] = defaultdict(list)

    @contextmanager
    def change(self) -> Iterator[None]:
        """Hold the lock; what was kept meanwhile is stored in one transaction before it is let go."""
        with self.lock:
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0 and (self._dirty or self._afresh):
                    self._store()

    def _store(self) -> None:
        dirty, self._dirty = self._dirty, {}
        afresh, self._afresh = self._afresh, False
        changes = ((kind, key, vars(record) if record else None) for (kind, key), record in dirty.items())
        self.storage.commit(changes, afresh=afresh)

    def keep(self, record: R) -> R:
        """Make or change a thing; only within `change`."""
        self._take_in(record)
        self._dirty[record.kind, record.key] = record
        return record

    def drop(self, record: Fault | Token) -> None:
        """Make a thing disappear; only within `change`."""
        (self.faults if isinstance(record, Fault) else self.tokens).pop(record.key, None)
        self._dirty[record.kind, record.key] = None

    def clear(self) -> None:
        """Forget everything, stored things too; only within `change`."""
        self._dirty.clear()
        self._afresh = True
        self.blobs.clear()
        self.clock.reset()
        self._forget()
        self.settings.change(self._given_settings)

    def new_id(self, prefix: str, length: int = 17) -> str:
        """An id no other thing has."""
        while True:
            drawn = self.chance.digits(prefix, length)
            if drawn not in self.nodes:
                return drawn

    def url(self, path: str) -> str:
        return self.base_url + path

    def _take_in(self, record: Record) -> None:
        match record:
            case Account():
                self.accounts[record.username] = record
                for kind, node in (
                    ("account", record.ig_id),
                    ("account", record.scoped_id),
                    ("page", record.page_id),
                    ("person", record.person_id),
                ):
                    if node:
                        self.nodes[node] = (kind, record)
            case Token():
                self.tokens[record.value] = record
            case OAuthCode():
                self.codes[record.value] = record
            case Fault():
                self.faults[record.id] = record
            case Settings():
                self.settings = record
            case CallRecord():
                self._take_in_call(record)
            case Container() | Media() | Comment() | PagePost():
                self._take_in_node(record)

    def _take_in_node(self, record: Container | Media | Comment | PagePost) -> None:
        known = record.id in self.nodes
        self.nodes[record.id] = (record.kind, record)
        if isinstance(record, PagePost) and record.post_id:
            self.nodes[record.post_id] = (record.kind, record)
        if known:
            return
        match record:
            case Container():
                self.containers[record.id] = record
                self.containers_of[record.account].append(record)
            case Media():
                self.media_of[record.account].append(record)
            case Comment():
                self.comments_of[record.media].append(record)
            case PagePost():
                self.page_posts_of[record.account].append(record)

    def _take_in_call(self, record: CallRecord) -> None:
        self.call_number = max(self.call_number, record.number)
        if record.operation == "media_publish":
            self.publish_calls.append(record)
        else:
            self.calls.append(record)

    def _trim_calls(self) -> None:
        """Stored calls beyond the newest thousands are dropped at start; calls to publish never are."""
        # The deque forgot the oldest already; the store learns it here.
        kept = {c.number for c in self.calls} | {c.number for c in self.publish_calls}
        gone = [n for n in range(1, self.call_number + 1) if n not in kept]
        if gone:
            self.storage.commit(("call", str(n), None) for n in gone)
