"""A whole Pressroom over a simulated Instagram, in one process and under one clock.

Real are the use-cases, the store (in memory), the adapters that speak to Instagram and the simulation they
speak to. A world can stop the time, kill a worker between any two lines that leave a trace, and let one
stall while others take over.
"""

from __future__ import annotations

import functools
import io
import itertools
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from PIL import Image

from adapters.graph_api.client import Graph, Hosts
from adapters.sqlite.leases import SqliteLeases
from adapters.sqlite.store import SqliteStore
from application import views
from application.access import SCOPES, Caller
from application.log import Log, LogReader
from application.media.ports import Stored
from application.media.renditions import MakeRenditions
from application.posts.advance import Rest
from application.posts.ports import Leases
from application.service import Service
from application.views.accounts import AccountRow
from application.views.posts import PostRow
from domain.account import LoginMethod
from domain.aggregate import Aggregate, Cause
from domain.attempt import Schedule
from domain.content import Content, MediaType
from domain.media import Facts, Kind, MediaFile, Rendition, Use
from domain.post import Post, Status
from entrypoints.bootstrap import open_service
from entrypoints.installation import Installation
from entrypoints.sandbox.app import create_app
from entrypoints.sandbox.fetching import Fetcher
from entrypoints.sandbox.world import World as Simulation
from entrypoints.settings import Settings
from tests.fakes.service import OneKey
from tests.fakes.workshop import MemoryWorkshop

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE = 15.0
TICK = 0.1
INSTAGRAM = "http://instagram.test"
OURSELVES = "http://pressroom.test"
END = frozenset({Status.PUBLISHED, Status.FAILED, Status.MISSED, Status.CANCELLED, Status.DELETED})


class Killed(BaseException):
    """A process ended at this very line; nothing of it runs any more."""


@dataclass
class Moment:
    """The one time of a world, as ours tell it; it stands still until it is moved."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return self.at.timestamp()


class SimulatedTime:
    """The same time as the simulation tells it."""

    def __init__(self, moment: Moment, forward: Callable[[float], None]) -> None:
        self._moment, self._forward = moment, forward

    def now(self) -> float:
        return self._moment.seconds()

    def advance(self, seconds: float) -> float:
        self._forward(seconds)
        return self.now()

    def reset(self) -> None:
        """A world's time never goes back."""


Happen = Callable[[str, str], None]
"""Told of a point (`call`, `answer`, `save`, `saved`) and what it is about; may raise Killed."""


class Late(Exception):
    """Raised at a call: it reaches Instagram only `seconds` after the caller gave up waiting."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Wire(httpx.BaseTransport):
    """Carries our calls to the simulation; something may happen before a call and after its effect."""

    def __init__(self, inner: httpx.BaseTransport, happen: Happen, moment: Moment) -> None:
        self._inner, self._happen, self._moment = inner, happen, moment
        self.under_way: list[tuple[datetime, httpx.Request]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        what = f"{request.method} {request.url.path.rsplit('/', 1)[-1]}"
        patience = timedelta(seconds=request.extensions["timeout"]["read"])
        begun = self._moment.now()
        try:
            self._happen("call", what)
        except Late as late:
            self.under_way.append((begun + patience + timedelta(seconds=late.seconds), request))
            self._happen("wait", str(patience.total_seconds()))
            raise httpx.ReadTimeout("no answer came", request=request) from None
        sent = self._moment.now()
        try:
            answer = self._inner.handle_request(request)
            if self._moment.now() - sent > patience:
                raise httpx.ReadTimeout("the answer came too late", request=request)
            return answer
        finally:
            self._happen("answer", what)

    def next_arrival(self, until: datetime) -> datetime | None:
        return min((at for at, _ in self.under_way if at <= until), default=None)

    def arrive(self) -> None:
        """Let the calls take effect that were under way until now; nobody hears their answers."""
        arrived = [request for at, request in self.under_way if at <= self._moment.now()]
        self.under_way = [(at, request) for at, request in self.under_way if at > self._moment.now()]
        for request in arrived:
            with suppress(httpx.HTTPError):
                self._inner.handle_request(request)


class Outside(httpx.BaseTransport):
    """The internet as Instagram sees it: our own media under their signed addresses."""

    def __init__(self, open_blob: Callable[[str], bytes | None]) -> None:
        self._open_blob = open_blob

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        content = self._open_blob(request.url.path.rsplit("/", 1)[-1].partition(".")[0])
        return httpx.Response(404) if content is None else httpx.Response(200, content=content)


class Journal(Log, LogReader):
    """The log, where something may happen before a save and after it."""

    def __init__(self, inner: Any, happen: Happen) -> None:
        self._inner, self._happen = inner, happen
        self.retelling = True

    def load(self, kind: type[Any], id: UUID) -> Any:
        return self._inner.load(kind, id)

    def save(self, *aggregates: Aggregate) -> int:
        names = [type(event).__qualname__ for one in aggregates for event in one.pending_events]
        about = " ".join(names)
        self._happen("save", about)
        position: int = self._inner.save(*aggregates)
        if self.retelling:
            for one in aggregates:
                told = self._inner.load(type(one), one.id)
                assert vars(told) == vars(one), f"history tells another {one!r}: {told!r}"
        self._happen("saved", about)
        return position

    def entries(self, **wanted: Any) -> Iterator[Any]:
        return iter(self._inner.entries(**wanted))

    def last_position(self) -> int:
        return int(self._inner.last_position())

    def wait(self, *, after: int, seconds: float) -> bool:
        return self.last_position() > after


class MortalLeases(Leases):
    """Leases in the world's time; the dead do not let go of anything."""

    def __init__(self, inner: SqliteLeases) -> None:
        self._inner = inner
        self.dead: set[str] = set()

    def acquire(self, name: str, holder: str, *, seconds: float) -> bool:
        return self._inner.acquire(name, holder, seconds=seconds)

    def renew(self, holder: str, *, seconds: float) -> set[str]:
        return self._inner.renew(holder, seconds=seconds)

    def release(self, name: str, holder: str) -> None:
        if holder not in self.dead:
            self._inner.release(name, holder)

    def held_until(self, prefix: str) -> datetime | None:
        return self._inner.held_until(prefix)


@dataclass
class Hold:
    """A worker's grip on one post; `rests` is when it wants to go on, None while it works."""

    worker: str
    post_id: UUID
    until: datetime
    moment: Moment
    rests: datetime | None = None

    def sure(self) -> bool:
        return self.moment.now() < self.until - timedelta(seconds=LEASE / 4)


@dataclass
class Worker:
    """One worker process as the world sees it; one that is stalled does not renew its leases."""

    name: str
    holds: dict[UUID, Hold] = field(default_factory=dict)
    stalled: bool = False


@functools.cache
def _installation() -> Installation:
    folder = tempfile.TemporaryDirectory(prefix="pressroom-world-")
    _KEPT.append(folder)
    return Installation.open(Path(folder.name), sandbox=True)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


@functools.cache
def jpeg(seed: int = 0) -> bytes:
    """A tiny picture that Instagram takes, with bytes of its own for every seed."""
    stream = io.BytesIO()
    Image.new("RGB", (16, 20), (seed % 256, seed // 256 % 256, 90)).save(stream, "JPEG", quality=60)
    return stream.getvalue()


class World:
    """Service, simulation, workers and time, with the means to bring them into any state."""

    def __init__(
        self,
        seed: int = 0,
        *,
        login: LoginMethod = LoginMethod.FACEBOOK,
        workers: int = 2,
        **knobs: Any,
    ) -> None:
        self.random = random.Random(seed)
        self.moment = Moment()
        self.happen: Happen = _nothing_happens
        self.counts: Counter[str] = Counter()
        self.workers = [Worker(f"w{number}") for number in range(1, workers + 1)]
        self._names = itertools.count(workers + 1)
        self._later: dict[UUID, datetime] = {}
        self.acting: list[Worker | None] = []
        self._pictures = itertools.count()
        self._make_instagram(seed, knobs)
        self._make_service(seed)
        self.user = self.service.ensure_user("studio@sandbox.example", operator=True, by=self.cause("test"))
        self.caller = Caller(self.user.id, self.user.email, None, frozenset(SCOPES), None, livemode=False)
        self.username = "sandbox_studio" if login is LoginMethod.FACEBOOK else "sandbox_creator"
        self.login = login
        self.account = self.connect()

    # How it is put together.

    def _make_instagram(self, seed: int, knobs: dict[str, Any]) -> None:
        self.simulation = Simulation(
            clock=SimulatedTime(self.moment, self.forward),
            fetcher=Fetcher(Outside(self._blob)),
            seed=seed,
            settings=knobs,
            base_url=INSTAGRAM,
            pause=self.forward,
        )
        inside = httpx.WSGITransport(app=create_app(self.simulation))
        self.wire = Wire(inside, self._point, self.moment)
        self._control = httpx.Client(transport=inside, base_url=f"{INSTAGRAM}/_sandbox")

    def _make_service(self, seed: int) -> None:
        self.store = SqliteStore.in_memory(views.ALL, OneKey())
        self.store.log = Journal(self.store.log, self._point)  # type: ignore[assignment]
        self.leases = MortalLeases(SqliteLeases(self.store.volatile, now=self.moment.seconds))
        self.store.leases = self.leases  # type: ignore[assignment]
        service = open_service(
            Settings.model_construct(public_url=OURSELVES),
            _installation(),
            store=self.store,
            clock=self.moment,
            graph=Graph(Hosts.under(INSTAGRAM), transport=self.wire),
            chance=self.random.random,
        )
        ids = random.Random(seed)
        new_id = lambda: UUID(int=ids.getrandbits(128), version=4)  # noqa: E731
        self.new_id = new_id
        workshop = MemoryWorkshop(service.blobs)
        advance = service.advance_post
        renditions = MakeRenditions(
            self.store.log, service.media, service.blobs, workshop, advance.orders.fit
        )
        self.service: Service = replace(
            service,
            create_post=replace(service.create_post, new_id=new_id),
            receive_media=replace(service.receive_media, new_id=new_id, workshop=workshop),
            advance_post=replace(advance, renditions=renditions),
        )

    def _blob(self, token: str) -> bytes | None:
        sha256 = self.service.media_urls.blob_of(token)
        if sha256 is None or self.service.blobs.size(sha256) is None:
            return None
        with self.service.blobs.open(sha256) as file:
            return file.read()

    def _point(self, point: str, about: str) -> None:
        if point == "wait":
            self.forward(float(about))
        else:
            self.happen(point, about)

    def close(self) -> None:
        self.service.close()

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Time.

    def now(self) -> datetime:
        return self.moment.now()

    def forward(self, seconds: float = 0.0, **span: float) -> None:
        """Let time pass; whoever is alive and awake renews the leases it holds meanwhile."""
        end = self.moment.at + timedelta(seconds=seconds, **span)
        while (arrival := self.wire.next_arrival(end)) is not None:
            self._pass(max(timedelta(0), arrival - self.moment.at))
            self.wire.arrive()
        self._pass(max(timedelta(0), end - self.moment.at))

    def _pass(self, by: timedelta) -> None:
        until = self.moment.at + by + timedelta(seconds=LEASE)
        for worker in self.workers:
            if worker.holds and not worker.stalled:
                kept = self.leases.renew(worker.name, seconds=by.total_seconds() + LEASE)
                for hold in worker.holds.values():
                    if _lease(hold.post_id) in kept:
                        hold.until = until
        self.moment.at += by

    def cause(self, actor: str | None = None) -> Cause:
        return Cause(self.now(), actor or self.caller.actor)

    # What people do.

    def connect(self) -> AccountRow:
        """Connect (or reconnect) the account of this world by its token at Instagram."""
        token = self.simulation.accounts[self.username].token
        (row,) = self.service.connect_account(
            user_id=self.user.id, token=token, login_method=self.login, by=self.cause()
        )
        return row

    def picture(self, *, video: bool = False) -> UUID:
        """A file that is ready, though nothing was decoded."""
        stored = _stored(self.service, next(self._pictures) % 64)
        return self._ready(stored, Facts(Kind.IMAGE, "image/jpeg", 1080, 1350), _PICTURE_USES)

    def film(self, content: bytes) -> UUID:
        """A video that is ready to be sent as it is."""
        stored = self.service.blobs.store([content], limit=len(content))
        return self._ready(
            stored, Facts(Kind.VIDEO, "video/mp4", 540, 960, 4_000), (Use.REEL, Use.STORY, Use.CAROUSEL)
        )

    def _ready(self, stored: Stored, facts: Facts, uses: tuple[Use, ...]) -> UUID:
        file = MediaFile.receive(
            id=self.new_id(),
            user_id=self.user.id,
            sha256=stored.sha256,
            size_bytes=stored.size_bytes,
            by=self.cause(),
        )
        made = tuple(
            Rendition(use, stored.sha256, facts.mime_type, facts.width, facts.height, stored.size_bytes)
            for use in uses
        )
        file.prepared(facts, (), made, by=self.cause())
        self.service.log.save(file)
        return file.id

    def content(self, caption: str = "Hello", media_type: str = "IMAGE", **more: Any) -> Content:
        kind = MediaType(media_type)
        files = more.pop("media_ids", None)
        if files is None:
            files = tuple(self.picture() for _ in range(3 if kind is MediaType.CAROUSEL else 1))
        return Content(kind, files, "" if kind is MediaType.STORIES else caption, **more)

    def draft(self, caption: str = "Hello", media_type: str = "IMAGE", **more: Any) -> UUID:
        content = self.content(caption, media_type, **more)
        return self.service.create_post.draft(self.caller, self.account.id, content, None, by=self.cause()).id

    def publish(self, caption: str = "Hello", media_type: str = "IMAGE", **more: Any) -> UUID:
        content = self.content(caption, media_type, **more)
        return self.service.create_post.publish(self.caller, self.account.id, content, by=self.cause()).id

    def schedule(
        self, caption: str = "Hello", media_type: str = "IMAGE", *, after: timedelta, **more: Any
    ) -> UUID:
        content = self.content(caption, media_type, **more)
        return self.service.create_post.schedule(
            self.caller, self.account.id, content, Schedule(self.now() + after), by=self.cause()
        ).id

    def edit(self, post_id: UUID, **changes: Any) -> PostRow:
        return self.service.change_post.edit(
            self.caller,
            post_id,
            lambda content: replace(content, **changes),
            None,
            version=None,
            by=self.cause(),
        )

    def move(self, post_id: UUID, *, after: timedelta) -> PostRow:
        at = Schedule(self.now() + after)
        return self.service.change_post.schedule(self.caller, post_id, at, by=self.cause())

    def order(self, operation: str, post_id: UUID) -> PostRow:
        """One of the commands that need nothing but the post: publish, retry, cancel, unschedule."""
        command = getattr(self.service.change_post, operation)
        row: PostRow = command(self.caller, post_id, by=self.cause())
        return row

    # What happens at Instagram.

    def fault(self, operation: str, action: str | None = None, **more: Any) -> None:
        """Disturb calls to come, as the control face takes it."""
        self._ask("POST", "faults", {"operation": operation, "action": action, **more})

    def clear_faults(self) -> None:
        self._ask("DELETE", "faults")

    def at_instagram(self, **changes: Any) -> None:
        """Change the account there: quota, blocked, tokenState."""
        self._ask("PATCH", f"accounts/{self.username}", changes)

    def human_post(self, caption: str, media_type: str = "IMAGE") -> str:
        wanted = {"account": self.username, "caption": caption, "mediaType": media_type}
        return str(self._ask("POST", "human-post", wanted)["id"])

    def live(self, *, human: bool = False) -> list[dict[str, Any]]:
        """What the world can see of what was published through the API, or by hand."""
        found = self._ask("GET", "published")["items"]
        return [item for item in found if item["human"] is human and item["target"] != "facebook"]

    def calls(self, operation: str) -> list[dict[str, Any]]:
        return list(self._ask("GET", f"calls?operation={operation}")["items"])

    def _ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = self._control.request(method, path, json=body)
        assert answer.is_success, answer.text
        return dict(answer.json()) if answer.content else {}

    # Workers.

    def worker(self, name: str) -> Worker:
        return next(worker for worker in self.workers if worker.name == name)

    def step(self, post_id: UUID, worker: Worker | None = None) -> Rest | None:
        """Let a worker do what it can for a post. None: another holds it, or the worker died of it."""
        worker = worker or self.workers[0]
        hold = self._hold(worker, post_id)
        if hold is None:
            return None
        hold.rests = None
        self.acting.append(worker)
        try:
            rest = self.service.advance_post(post_id, hold)
        except Killed:
            self.kill(worker)
            return None
        finally:
            self.acting.pop()
        if rest.keep and rest.at is not None:
            hold.rests = rest.at
        else:
            self._let_go(worker, post_id)
        return rest

    def _hold(self, worker: Worker, post_id: UUID) -> Hold | None:
        if post_id in worker.holds:
            return worker.holds[post_id]
        if not self.leases.acquire(_lease(post_id), worker.name, seconds=LEASE):
            return None
        until = self.now() + timedelta(seconds=LEASE)
        worker.holds[post_id] = Hold(worker.name, post_id, until, self.moment)
        return worker.holds[post_id]

    def _let_go(self, worker: Worker, post_id: UUID) -> None:
        worker.holds.pop(post_id, None)
        self.leases.release(_lease(post_id), worker.name)

    def kill(self, worker: Worker) -> Worker:
        """End a worker like kill -9, and start another in its place."""
        self.counts["kills"] += 1
        self.leases.dead.add(worker.name)
        fresh = Worker(f"w{next(self._names)}")
        self.workers[self.workers.index(worker)] = fresh
        return fresh

    @contextmanager
    def stalling(self, worker: Worker) -> Iterator[None]:
        """Meanwhile a worker stands still and renews nothing, as in a long pause of its machine."""
        worker.stalled = True
        try:
            yield
        finally:
            worker.stalled = False

    def turn(self) -> bool:
        """One step of one worker for something that is due; False when nothing is."""
        ready = [(worker, post_id) for worker in self._awake() for post_id in self._rested(worker)]
        held = {post_id for worker in self.workers for post_id in worker.holds if not worker.stalled}
        busy = {post_id for worker in self.workers if worker.stalled for post_id in worker.holds}
        for row in self.service.posts.agenda(until=self.now(), limit=50):
            if row.post_id not in held and self._later.get(row.post_id, self.now()) <= self.now():
                takers = [w for w in self._awake() if row.post_id not in w.holds]
                if takers and (row.post_id not in busy or not self._leased(row.post_id)):
                    ready.append((self.random.choice(takers), row.post_id))
        if not ready:
            return False
        worker, post_id = self.random.choice(ready)
        before = self.service.reader.last_position()
        rest = self.step(post_id, worker)
        if rest is None or self.service.reader.last_position() == before:
            self._later[post_id] = self.now() + timedelta(seconds=1.0 if rest is None else TICK)
        else:
            self._later.pop(post_id, None)
        return True

    def _awake(self) -> list[Worker]:
        return [worker for worker in self.workers if not worker.stalled]

    def _rested(self, worker: Worker) -> list[UUID]:
        return [
            hold.post_id
            for hold in worker.holds.values()
            if hold.rests is not None and hold.rests <= self.now()
        ]

    def _leased(self, post_id: UUID) -> bool:
        until = self.leases.held_until(_lease(post_id))
        return until is not None and until > self.now()

    def next_moment(self) -> datetime | None:
        """When there is something to do again, as far as workers know."""
        times = [hold.rests for worker in self._awake() for hold in worker.holds.values() if hold.rests]
        due = self.service.posts.agenda(until=self.now(), limit=50)
        held = {post_id for worker in self.workers for post_id in worker.holds}
        times += [
            max(self._later.get(row.post_id, self.now()), self.now() + timedelta(seconds=TICK))
            for row in due
            if row.post_id not in held
        ]
        following = self.service.posts.next_after(self.now())
        if following is not None:
            times.append(following)
        return min(times, default=None)

    def settle(self, *, until: timedelta = timedelta(days=3), turns: int = 3000) -> None:
        """Let the workers work, and time pass whenever there is nothing to do, until all is quiet."""
        end = self.now() + until
        for _ in range(turns):
            if self.turn():
                continue
            at = self.next_moment()
            if at is None or at > end:
                if until < timedelta(days=3):
                    self.forward(max(0.0, (end - self.now()).total_seconds()))
                return
            self.forward(max(0.0, (at - self.now()).total_seconds()))
        raise AssertionError(f"no quiet after {turns} turns; at {self.now()}: {self._restless()}")

    def _restless(self) -> list[str]:
        return [f"{row.post_id} {self.row(row.post_id).status}" for row in self._agenda()]

    def _agenda(self) -> list[Any]:
        return self.service.posts.agenda(until=self.now() + timedelta(days=9), limit=50)

    # What became of it.

    def row(self, post_id: UUID) -> PostRow:
        row = self.service.posts.get(post_id)
        assert row is not None
        return row

    def post(self, post_id: UUID) -> Post:
        return self.service.log.load(Post, post_id)

    def status(self, post_id: UUID) -> str:
        return str(self.row(post_id).status)

    def happened(self, post_id: UUID) -> list[str]:
        """The names of a post's events, in order."""
        return [type(entry.event).__name__ for entry in self.events(post_id)]

    def events(self, post_id: UUID) -> list[Any]:
        return list(self.service.reader.entries(aggregate_id=post_id))

    def containers(self) -> dict[str, UUID]:
        """Which post each container belongs to that the log knows as one to publish."""
        return {
            entry.event.container_id: entry.aggregate_id
            for entry in self.service.reader.entries()
            if isinstance(entry.event, Post.ContainerCreated)
        }

    def live_of(self, post_id: UUID) -> list[dict[str, Any]]:
        """What the world can see of one post."""
        owners = self.containers()
        return [item for item in self.live() if owners.get(item["container"]) == post_id]


_PICTURE_USES = (Use.FEED, Use.STORY, Use.CAROUSEL, Use.COVER)


@functools.cache
def _store_once(number: int) -> Stored:
    blobs = _KEPT_BLOBS[0]
    content = jpeg(number)
    return blobs.store([content], limit=len(content))  # type: ignore[no-any-return]


_KEPT_BLOBS: list[Any] = []


def _stored(service: Service, number: int) -> Stored:
    """The blobs of all worlds of a process stand in one folder."""
    if not _KEPT_BLOBS:
        _KEPT_BLOBS.append(service.blobs)
    return _store_once(number)


def _lease(post_id: UUID) -> str:
    return f"post:{post_id}"


def _nothing_happens(point: str, about: str) -> None:
    """Most worlds are peaceful."""
