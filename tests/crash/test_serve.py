"""`pressroom serve` as a process: stopped, killed, killed in part, and started again."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest

from tests.ensembles import Api, Served, alive, cli, wait_for

CHILDREN_END_SECONDS = 5.0


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One data folder for all; what a test has ended is started again for the next."""
    with Served(tmp_path_factory.mktemp("serve")) as found:
        found.key()
        yield found


@pytest.fixture
def served(house: Served) -> Served:
    if house.process.poll() is not None:
        house.start()
    house.forget_errors()
    return house


@pytest.fixture
def api(served: Served) -> Iterator[Api]:
    with closing(Api(served.server, served.sandbox, served.key())) as found:
        found.world(secondPublish="duplicate", imageSeconds=0.5)
        yield found
        with suppress(httpx.HTTPError):
            found.calm()


def family_of(served: Served) -> list[int]:
    """All its processes; the one that decodes pictures is there once something was uploaded."""
    family = served.family()
    assert len(family) >= 5, "simulator and server are two processes each, the worker is one"
    return family


def command(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def test_sigterm_ends_all_cleanly(served: Served, api: Api) -> None:
    api.settled(api.publish("before the end"))
    api.schedule("after the end", seconds=600)
    family = family_of(served)
    served.process.terminate()
    assert served.process.wait(30) == 0
    assert not [pid for pid in family if alive(pid)]
    assert "Traceback" not in served.errors()
    assert '"level": "error"' not in served.errors()


def test_sigterm_in_the_middle_of_publishing_loses_nothing(served: Served, api: Api) -> None:
    api.fault("media_publish", "delay", seconds=1)
    post_id = api.publish("stopped in the middle")
    api.until(post_id, "publish_asked")
    served.process.terminate()
    assert served.process.wait(30) == 0
    served.start()
    assert api.settled(post_id)["status"] == "PUBLISHED"
    assert len(api.published("stopped in the middle")) == 1
    assert "Traceback" not in served.errors()


def test_when_the_supervisor_is_killed_every_child_ends(served: Served, api: Api) -> None:
    api.settled(api.publish("before the kill"))
    family = family_of(served)
    served.process.kill()
    served.process.wait()
    wait_for(lambda: not [pid for pid in family if alive(pid)], "all children to end", CHILDREN_END_SECONDS)


@pytest.mark.parametrize("lost", ["nothing", "drop_before", "drop_after"])
def test_everything_is_killed_in_the_middle_of_publishing(served: Served, api: Api, lost: str) -> None:
    caption = f"everything killed, {lost} lost"
    if lost != "nothing":
        api.fault("media_publish", lost, seconds=2)
    posts = [api.publish(caption), api.schedule(f"{caption}, scheduled", seconds=2)]
    api.until(posts[0], "outcome_unknown" if lost == "drop_before" else "publish_asked")
    for pid in (served.process.pid, *family_of(served)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    served.process.wait()
    served.start()
    for post_id in posts:
        post = api.settled(post_id)
        (seen,) = api.published(post["caption"])
        assert post["instagram"]["permalink"] == seen["permalink"]
    assert "Traceback" not in served.errors()


@pytest.mark.parametrize("module", ["entrypoints.http", "entrypoints.sandbox", "entrypoints.worker"])
def test_a_child_that_is_killed_is_started_again(served: Served, api: Api, module: str) -> None:
    caption = f"{module} was killed"
    post_id = api.schedule(caption, seconds=4)
    first = next(pid for pid in served.family() if module in command(pid))
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: not alive(first), "its end")

    def back() -> bool:
        with suppress(httpx.HTTPError, AssertionError):
            api.control.get("/clock").raise_for_status()
            return bool(api.post(post_id)) and any(module in command(pid) for pid in served.family())
        return False

    wait_for(back, f"another {module}")
    assert api.settled(post_id)["status"] == "PUBLISHED"
    assert len(api.published(caption)) == 1
    assert served.process.poll() is None


def test_a_view_that_was_damaged_by_hand_is_found_and_healed(served: Served, api: Api) -> None:
    """Last, so that everything above stands in the log that is told again."""
    post_id = api.publish("as the log tells it")
    api.settled(post_id)
    assert cli(served.environment, "replay", "verify").returncode == 0
    with closing(sqlite3.connect(served.folder / "pressroom.db")) as database, database:
        changed = database.execute("UPDATE posts SET status = 'DRAFT' WHERE id = ?", (post_id,))
        assert changed.rowcount == 1
    verified = cli(served.environment, "replay", "verify")
    assert verified.returncode == 3
    assert f"posts/{post_id}.status" in verified.stdout
    assert cli(served.environment, "replay", "run").returncode == 0
    assert api.post(post_id)["status"] == "PUBLISHED"
    assert cli(served.environment, "replay", "verify").returncode == 0
