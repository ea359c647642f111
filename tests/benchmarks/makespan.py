"""Many posts that are due in the same second: how long until all are live, and was any published twice?"""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from application.access import SCOPES, Caller
from application.service import Service
from domain.account import LoginMethod
from domain.aggregate import Cause
from domain.attempt import Schedule
from domain.content import Content, MediaType
from domain.post import Status
from entrypoints.children import Child
from entrypoints.cli.ensemble import STUDIO
from tests.benchmarks.figures import Figure, head, quantile, tell
from tests.benchmarks.processes import family, named, processor_seconds
from tests.ensembles import Ensemble, told
from tests.pictures import encode, make_picture

PATIENCE = 900.0
LOAD_SECONDS = 5.0
ACTOR = "system:benchmark"


class Wrong(Exception):
    """A post was published twice, or not at all."""


@dataclass(frozen=True)
class Outcome:
    """What one run came to; times are in seconds."""

    posts: int
    published: int
    twice: int
    calls: int
    makespan: float
    ideal: float
    lateness: list[float]
    processor: dict[str, float]


def stage(ensemble: Ensemble, posts: int, accounts: int, due: datetime) -> None:
    """Connect the accounts and schedule the posts, in turn over the accounts."""
    with ensemble.service() as service:
        by = Cause(at=service.now(), actor=ACTOR)
        user = service.ensure_user(STUDIO, operator=True, by=by)
        caller = Caller(user.id, user.email, None, frozenset(SCOPES), None, False)
        ids = []
        for number in range(accounts):
            name = f"benchmark_{number}"
            token = told(ensemble.api.control.post("/accounts", json={"username": name}))["accessToken"]
            rows = service.connect_account(
                user_id=user.id, token=token, login_method=LoginMethod.INSTAGRAM, by=by
            )
            ids.append(rows[0].id)
        picture = encode(make_picture(1080, 1350), "JPEG", quality=90)
        media = service.receive_media(caller, [picture], by=by)
        for number in range(posts):
            content = Content(MediaType.IMAGE, (media.id,), f"Post {number}", allow_duplicate=True)
            account = ids[number % accounts]
            service.create_post.schedule(caller, account, content, Schedule(due), by=by)


def loaded(ensemble: Ensemble, workers: int) -> list[Child]:
    """Workers that have loaded what they need and wait for the word, so that all begin at once."""
    ready = []
    for _ in range(workers):
        child = Child("worker", ["entrypoints.worker", "--data", str(ensemble.folder)], ensemble.environment)
        child.load()
        ensemble.workers.append(child)
        ready.append(child)
    time.sleep(LOAD_SECONDS)
    return ready


def wait_until_all_are_done(service: Service, posts: int) -> None:
    """Until everything is published and nothing is left to do for it."""
    end = time.monotonic() + PATIENCE
    far = service.now() + timedelta(days=365)
    while service.posts.agenda(until=far, limit=1):
        if time.monotonic() > end:
            raise Wrong(f"posts are still under way after {PATIENCE} s")
        time.sleep(0.2)


def measure(
    folder: Path, *, posts: int, accounts: int, workers: int, slots: int, latency: float, ahead: float
) -> Outcome:
    """`ahead` is how many seconds before they are due the workers start; 0 leaves nothing prepared."""
    with Ensemble(folder, image_seconds=0.0, worker_slots=slots) as ensemble:
        ensemble.stop_workers()
        with ensemble.service() as service:
            due = service.now() + timedelta(seconds=3 + 0.02 * posts + 0.1 * accounts + LOAD_SECONDS + ahead)
        stage(ensemble, posts, accounts, due)
        ensemble.api.world(latencySeconds=latency)
        last = max((int(call["number"]) for call in _calls(ensemble, 0)), default=0)
        with ensemble.service() as service:
            ready = loaded(ensemble, workers)
            before = _processor()
            time.sleep(max(0.0, (due - service.now()).total_seconds() - ahead))
            for worker in ready:
                worker.go()
            for worker in ready:
                worker.start()
            wait_until_all_are_done(service, posts)
            used = _processor()
            live = service.posts.page(service.people.users()[0].id, status=Status.PUBLISHED, limit=2 * posts)
        calls = _calls(ensemble, last)
        seen = told(ensemble.api.control.get("/published"))["items"]
    asked = [call["time"] for call in calls if call["operation"] == "media_publish"]
    begun = [call["time"] for call in calls]
    done = [call["time"] + call["seconds"] for call in calls]
    start = due.timestamp() if ahead else min(begun)
    after = [call for call in calls if call["time"] >= start]
    captions = Counter(item["caption"] for item in seen if item["caption"].startswith("Post "))
    return Outcome(
        posts=posts,
        published=min(len(live), len(captions)),
        twice=sum(count - 1 for count in captions.values()) + max(0, len(asked) - posts),
        calls=len(calls),
        makespan=max(done) - start,
        ideal=len(after) * latency / (workers * slots),
        lateness=[moment - due.timestamp() for moment in asked],
        processor={name: seconds - before.get(name, 0.0) for name, seconds in used.items()},
    )


def _processor() -> dict[str, float]:
    """Seconds of processor used so far, by kind of process; `other` is this one."""
    used: Counter[str] = Counter()
    for pid in family(os.getpid()):
        used[named(pid)] += processor_seconds([pid])
    return dict(used)


def _calls(ensemble: Ensemble, after: int) -> list[dict[str, float | str]]:
    items: list[dict[str, float | str]] = told(ensemble.api.control.get("/calls", params={"after": after}))[
        "items"
    ]
    return items


def main(
    folder: Path,
    *,
    posts: int = 200,
    accounts: int = 100,
    workers: int = 3,
    slots: int = 8,
    latency: float = 0.3,
    aheads: tuple[float, ...] = (0.0, 30.0),
) -> list[Outcome]:
    head(
        f"{posts} posts over {accounts} accounts, due in the same second; "
        f"{workers} workers of {slots} slots, {latency} s a call"
    )
    outcomes = []
    for ahead in aheads:
        outcome = measure(
            folder / f"makespan-{ahead:.0f}",
            posts=posts,
            accounts=accounts,
            workers=workers,
            slots=slots,
            latency=latency,
            ahead=ahead,
        )
        how = f"workers up {ahead:.0f} s before" if ahead else "nothing prepared"
        span = Figure(f"makespan, {how}", "s", "calls x latency / slots")
        span.ours, span.floor = [outcome.makespan], [outcome.ideal]
        p50, p99 = (Figure(f"lateness p{n}, {how}", "s", "") for n in (50, 99))
        p50.ours, p99.ours = [quantile(outcome.lateness, 0.5)], [quantile(outcome.lateness, 0.99)]
        tell(span, p50, p99)
        shares = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in outcome.processor.items())
        print(f"{outcome.published} published, {outcome.twice} twice, {outcome.calls} calls; used: {shares}")
        if outcome.published != posts or outcome.twice:
            raise Wrong(f"{outcome.published} of {posts} published, {outcome.twice} twice")
        outcomes.append(outcome)
    return outcomes
