"""Thousands of lives of a few posts, with deaths, stalls, faults and people in between.

Whatever happens, the world sees each post at most once, and each post says how it ended.
`PRESSROOM_SCENARIOS` sets how many lives; a failure names the seed, and `Scenario(seed).run()` repeats it.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import groupby
from uuid import UUID

import pytest

from domain.account import AccountStatus, LoginMethod
from domain.attempt import FollowUpStatus
from domain.errors import DomainError
from domain.post import ALLOWED, Operation, Post, Status
from domain.timing import deadline
from tests.worlds import END, Killed, Late, World

SCENARIOS = int(os.environ.get("PRESSROOM_SCENARIOS", "2000"))
CHUNKS = 20
MOST_POSTS = 3

# An answer that proves that nothing went out never comes after it went out; the others may.
AMBIGUOUS = ({"code": 4, "subcode": 2207051}, {"code": 1}, {"code": 2}, {"code": -1, "subcode": 2207001})
REFUSALS = (
    *AMBIGUOUS,
    {"code": 9, "subcode": 2207042},
    {"code": 80002},
    {"code": 190, "subcode": 463},
    {"code": 25, "subcode": 2207050},
    {"code": 24, "subcode": 2207008},
    {"code": 9007, "subcode": 2207027},
    {"code": 100, "subcode": 33},
    {"code": 36003, "subcode": 2207009},
    {"code": 9004, "subcode": 2207052},
)
OPERATIONS = ("media", "container", *("media_publish",) * 5, "media_list", "media_get", "comments")


class Scenario:
    """One life, drawn from a seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.chance = random.Random(seed)
        self.counts: Counter[str] = Counter(scenarios=1)
        self.danger = self.chance.choice((0.0, 0.03, 0.08, 0.15))
        self.world = World(
            seed,
            login=self.chance.choice(list(LoginMethod)),
            workers=self.chance.randint(1, 3),
            secondPublish=self.chance.choice(("24", "9007", "same_id")),
            permalinkFails=self.chance.random() < 0.1,
        )
        self.posts: list[UUID] = []
        self.people_said: set[UUID] = set()
        self.twins: set[str] = set()

    def run(self) -> Counter[str]:
        with self.world:
            self.world.happen = self._accident
            for _ in range(self.chance.randint(5, 14)):
                self._act()
            self._calm()
            self._judge()
            self.counts += self.world.counts
            return self.counts

    # What people, time and Instagram do.

    def _act(self) -> None:
        acts: dict[Callable[[], object], int] = {
            self._write: 6 if len(self.posts) < MOST_POSTS else 0,
            self._command: 5,
            self._work: 14,
            self._pass_time: 6,
            self._disturb: 5,
            self._post_by_hand: 1,
            self._change_account: 1,
            self._kill_one: 1,
        }
        if not self.posts:
            self._write()
            return
        (act,) = self.chance.choices(list(acts), weights=list(acts.values()))
        act()

    def _write(self) -> None:
        kind = self.chance.choice(("IMAGE", "IMAGE", "IMAGE", "STORIES", "STORIES", "CAROUSEL"))
        more = {"first_comment": "First!"} if kind != "STORIES" and self.chance.random() < 0.2 else {}
        caption = "Same" if self.chance.random() < 0.2 else f"Post {len(self.posts)}"
        after = timedelta(minutes=self.chance.choice((1, 5, 20, 90, 1000)))
        write = self.chance.choice(
            (
                lambda: self.world.publish(caption, kind, **more),
                lambda: self.world.publish(caption, kind, **more),
                lambda: self.world.schedule(caption, kind, after=after, **more),
                lambda: self.world.schedule(caption, kind, after=after, **more),
                lambda: self.world.schedule(caption, kind, after=after, **more),
                lambda: self.world.draft(caption, kind, **more),
            )
        )
        made = self._ask(write)
        if isinstance(made, UUID):
            self.posts.append(made)
            self.counts["posts"] += 1

    def _command(self) -> None:
        if not self.posts:
            return
        post_id = self.chance.choice(self.posts)
        after = timedelta(minutes=self.chance.choice((1, 15, 200)))
        commands: dict[Operation, Callable[[], object]] = {
            Operation.EDIT: lambda: self.world.edit(post_id, caption=f"Changed {self.chance.randrange(100)}"),
            Operation.SCHEDULE: lambda: self.world.move(post_id, after=after),
            Operation.PUBLISH: lambda: self.world.order("publish", post_id),
            Operation.RETRY: lambda: self.world.order("retry", post_id),
            Operation.CANCEL: lambda: self.world.order("cancel", post_id),
            Operation.UNSCHEDULE: lambda: self.world.order("unschedule", post_id),
            Operation.RESOLVE: lambda: self._resolve(post_id),
        }
        status = self.world.row(post_id).status
        sensible = [command for operation, command in commands.items() if status in ALLOWED[operation]]
        if not sensible or self.chance.random() < 0.1:
            sensible = list(commands.values())
        command = self.chance.choice(sensible)
        self._ask(command)

    def _ask(self, command: Callable[[], object]) -> object:
        """A person asks for something, and takes a refusal well."""
        self.world.acting.append(None)
        try:
            return command()
        except DomainError as refusal:
            self.counts[refusal.code] += 1
            return None
        finally:
            self.world.acting.pop()

    def _resolve(self, post_id: UUID) -> None:
        """A person looks at Instagram when all is still, and tells the truth."""
        if any(worker.stalled for worker in self.world.workers) or self.world.wire.under_way:
            return
        live = self.world.live_of(post_id)
        self.world.service.change_post.resolve(
            self.world.caller,
            post_id,
            published=bool(live),
            media_id=live[0]["id"] if live else None,
            by=self.world.cause(),
        )
        self.people_said.add(post_id)

    def _work(self) -> None:
        for _ in range(self.chance.randint(2, 8)):
            if not self.world.turn():
                at = self.world.next_moment()
                if at is None:
                    return
                if at - self.world.now() < timedelta(minutes=self.chance.choice((1, 10))):
                    self.world.forward(max(0.0, (at - self.world.now()).total_seconds()))

    def _pass_time(self) -> None:
        self.world.forward(self.chance.choice((0.3, 1, 2, 4, 10, 30, 60, 300, 900, 7200, 90_000)))

    def _disturb(self) -> None:
        operation = self.chance.choice(OPERATIONS)
        times = self.chance.choice((1, 1, 1, 2, 4))
        self.counts["faults"] += 1
        match self.chance.randrange(6):
            case 0:
                self.world.fault(operation, "drop_before", times=times)
            case 1:
                self.world.fault(operation, "drop_after", times=times)
            case 2:
                self.world.fault(operation, "garbage", times=times)
            case 3:
                self.world.fault(operation, "delay", seconds=self.chance.choice((2, 20, 60)), times=times)
            case 4:
                self.world.fault(operation, error=self.chance.choice(AMBIGUOUS), after=True, times=times)
            case _:
                self.world.fault(operation, error=self.chance.choice(REFUSALS), times=times)
        self._work()

    def _post_by_hand(self) -> None:
        caption = self.chance.choice(("By hand", "Post 0", "Post 1"))
        kind = self.chance.choice(("IMAGE", "STORIES"))
        self.twins.add(caption if kind != "STORIES" else "")
        self.world.human_post(caption, kind)

    def _change_account(self) -> None:
        match self.chance.randrange(4):
            case 0:
                self.world.at_instagram(quota=self.chance.choice((0, 1, None)))
            case 1:
                self.world.at_instagram(blocked=self.chance.choice((True, "permission", False)))
            case 2:
                self.world.at_instagram(tokenState=self.chance.choice(("expired", "valid")))
            case _:
                self._mend()

    def _mend(self) -> None:
        self.world.at_instagram(blocked=False, tokenState="valid", quota=None)
        self._ask(self.world.connect)

    def _kill_one(self) -> None:
        self.world.kill(self.chance.choice(self.world.workers))

    def _accident(self, point: str, about: str) -> None:
        """What befalls a worker at a line that leaves a trace."""
        worker = self.world.acting[-1] if self.world.acting else None
        if worker is None or len(self.world.acting) > 2:
            return
        critical = "media_publish" in about or "PublishAsked" in about or "Published" in about
        if self.chance.random() >= self.danger * (4 if critical else 1):
            return
        fate = self.chance.randrange(5)
        if fate == 0:
            raise Killed
        if fate == 1 and point == "call":
            self.counts["late calls"] += 1
            raise Late(self.chance.uniform(0, 55))
        if fate == 2:
            self._command()
        elif fate == 3:
            self.counts["stalls"] += 1
            with self.world.stalling(worker):
                self.world.forward(self.chance.choice((1, 20, 100)))
                for _ in range(self.chance.randint(0, 4)):
                    if not self.world.turn():
                        self.world.forward(self.chance.choice((1, 5, 30)))
            if self.chance.random() < 0.3:
                raise Killed
        else:
            self.world.forward(self.chance.choice((0.1, 1, 5)))

    # What must be true.

    def _calm(self) -> None:
        """Everything is mended, and time goes on until nothing is left to do."""
        self.world.happen = lambda point, about: None
        self.world.clear_faults()
        self.world.forward(60)
        self.world.at_instagram(blocked=False, tokenState="valid", quota=None)
        if self.chance.random() < 0.8:
            self.world.connect()
        self.world.settle()

    def _judge(self) -> None:
        owners = self.world.containers()
        seen = Counter(owners.get(item["container"]) for item in self.world.live())
        assert None not in seen, "something is live that the log does not know"
        live = {owners[item["container"]]: item for item in self.world.live()}
        for post_id in self.posts:
            post = self.world.post(post_id)
            what = f"{post_id} is {post.status}, seen {seen[post_id]} times: {self._story(post_id)}"
            assert seen[post_id] <= 1, what
            self._judge_end(post, seen[post_id], what)
            if post_id in live:
                assert live[post_id]["caption"] == post.content.caption, f"an old form went out: {what}"
                if not self.counts["stalls"] and not self.counts["late calls"]:
                    assert len(live[post_id]["comments"]) <= 1, what
            self._judge_times(post_id)
            self.counts[str(post.status)] += 1
            self.counts["doubts"] += self.world.happened(post_id).count("Doubted")
        held = Counter(row.media_id for row in map(self.world.row, self.posts) if row.media_id)
        assert max(held.values(), default=1) == 1, "two posts hold one media id"
        report = self.world.service.rebuilder.verify()
        assert report.clean, report

    def _story(self, post_id: UUID) -> str:
        """What happened, with repetitions told once."""
        names = [name for name, _ in groupby(self.world.happened(post_id))]
        return " ".join(names)

    def _judge_end(self, post: Post, seen: int, what: str) -> None:
        twin = post.content.caption in self.twins
        waits = [row for row in self.world._agenda() if row.post_id == post.id]
        if post.status is Status.PUBLISHED:
            assert seen == 1 or twin or post.id in self.people_said, what
            for state in post.follow_ups.values():
                assert state.status in (FollowUpStatus.DONE, FollowUpStatus.FAILED) or waits, what
        elif post.status is Status.UNCONFIRMED:
            blocked = self.world.service.accounts.get(post.account_id)
            assert blocked is not None
            assert twin or blocked.status is AccountStatus.BLOCKED, what
            assert waits, what
            assert post.waiting is not None, what
        else:
            assert post.status in END or post.status is Status.DRAFT, what
            assert seen == 0 or post.id in self.people_said, what
            assert not waits, what

    def _judge_times(self, post_id: UUID) -> None:
        """Nobody asked Instagram later than was allowed."""
        post, pace = None, self.world.service.pace
        for entry in self.world.events(post_id):
            post = entry.event.mutate(post)
            if isinstance(entry.event, Post.PublishAsked):
                assert post.schedule is not None
                last = deadline(post.schedule.at, pace.allowed_lateness, post.announced_until)
                assert entry.at <= last + timedelta(seconds=120), f"{post_id}: {self._story(post_id)}"


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_world_sees_each_post_at_most_once(
    chunk: int, record_property: Callable[[str, object], None]
) -> None:
    counts: Counter[str] = Counter()
    for seed in range(chunk, SCENARIOS, CHUNKS):
        try:
            counts += Scenario(seed).run()
        except Exception as failure:
            raise AssertionError(f"Scenario({seed}): {failure}") from failure
    record_property("scenarios", dict(counts))
    assert counts["scenarios"] == len(range(chunk, SCENARIOS, CHUNKS))
