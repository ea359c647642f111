"""A whole Pressroom in real processes, on ports the system chose, for tests to disturb.

`Ensemble` starts simulator and server and as many workers as asked; each can be killed by its own handle.
`Served` runs `pressroom serve --sandbox` as anybody would. Everything ends with the `with` block.
"""

from __future__ import annotations

import io
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

import entrypoints.cli.ensemble
from application.service import Service
from domain.account import LoginMethod
from domain.aggregate import Cause
from entrypoints.bootstrap import open_service
from entrypoints.children import Child
from entrypoints.cli.ensemble import STUDIO
from entrypoints.installation import Installation
from entrypoints.settings import Settings

ROOT = Path(__file__).parents[1]
PATIENCE = 45.0
FINAL = ("PUBLISHED", "FAILED", "MISSED", "CANCELLED")
SETTINGS = {"PRESSROOM_LEASE_SECONDS": 1.5, "PRESSROOM_QUIET_SECONDS": 1, "PRESSROOM_RATE_PER_MINUTE": 0}


def environment(folder: Path, **more: object) -> dict[str, str]:
    """What a child reads its settings from; nothing of the caller's own settings reaches it."""
    chosen = (
        SETTINGS
        | {"PRESSROOM_RATE_PER_MINUTE": 0, "PRESSROOM_RATE_PER_HOUR": 0}
        | {"PRESSROOM_DATA_DIR": folder, "PRESSROOM_PORT": 0, "PRESSROOM_SANDBOX_PORT": 0}
        | more
    )
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PRESSROOM_")}
    return inherited | {name: str(value) for name, value in chosen.items()}


def picture() -> bytes:
    """A small JPEG no other has."""
    colour = tuple(random.randrange(256) for _ in range(3))
    file = io.BytesIO()
    image = Image.new("RGB", (640, 640), colour)
    image.putpixel((random.randrange(640), random.randrange(640)), (255, 255, 255))
    image.save(file, "JPEG", quality=90)
    return file.getvalue()


class Api:
    """A client with a key, and the control face of the simulator beside it."""

    def __init__(self, server: str, sandbox: str, key: str) -> None:
        self.key = key
        headers = {"Authorization": f"Bearer {key}"}
        self.http = httpx.Client(base_url=f"{server}/api/v1", headers=headers, timeout=30)
        self.control = httpx.Client(base_url=f"{sandbox}/_sandbox", timeout=30)
        self._media: str | None = None

    def close(self) -> None:
        self.http.close()
        self.control.close()

    # The public API.

    def account(self, username: str = "sandbox_creator") -> str:
        accounts = told(self.http.get("/auth/me"))["accounts"]
        return next(account["id"] for account in accounts if account["username"] == username)

    def upload(self, content: bytes | None = None) -> str:
        files = {"file": ("picture.jpg", content or picture())}
        return str(told(self.http.post("/media", files=files))["id"])

    def draft(self, caption: str, **more: Any) -> dict[str, Any]:
        """The body of an image post; one picture serves all that name none."""
        if self._media is None:
            self._media = self.upload()
        account = self.account(more.pop("account", "sandbox_creator"))
        body = {"accountId": account, "mediaType": "IMAGE", "caption": caption, "allowDuplicate": True}
        return body | {"mediaFileIds": [self._media]} | more

    def publish(self, caption: str, **more: Any) -> str:
        return str(told(self.http.post("/posts/publish", json=self.draft(caption, **more)))["id"])

    def schedule(self, caption: str, *, seconds: float, **more: Any) -> str:
        due = datetime.now(UTC) + timedelta(seconds=seconds)
        body = self.draft(caption, **more) | {"scheduledFor": due.isoformat()}
        return str(told(self.http.post("/schedule", json=body))["id"])

    def post(self, post_id: str) -> dict[str, Any]:
        return told(self.http.get(f"/posts/{post_id}"))

    def timeline(self, post_id: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = told(self.http.get(f"/posts/{post_id}/timeline"))["items"]
        return items

    def types(self, post_id: str) -> list[str]:
        return [item["type"].removeprefix("post.") for item in self.timeline(post_id)]

    def until(self, post_id: str, event: str) -> None:
        """Wait for an event of a post."""
        wait_for(lambda: event in self.types(post_id), f"{event} of {post_id}")

    def settled(self, post_id: str, *, hurry: bool = False) -> dict[str, Any]:
        """The post once nothing more will happen; `hurry` moves the sandbox's clock over announced waits."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            post = self.post(post_id)
            if post["status"] in FINAL and (
                post["status"] != "PUBLISHED" or (post["instagram"] or {}).get("permalink")
            ):
                return post
            if hurry:
                self.skip(1)
            time.sleep(0.1)
        raise AssertionError(f"{post['status']} after {PATIENCE} s: {self.types(post_id)}")

    # The simulated Instagram.

    def fault(self, operation: str, action: str | None = None, **more: Any) -> None:
        body = {"operation": operation, **({"action": action} if action else {}), **more}
        told(self.control.post("/faults", json=body))

    def calm(self) -> None:
        """No faults any more."""
        self.control.delete("/faults").raise_for_status()

    def skip(self, seconds: float) -> None:
        told(self.control.post("/clock", json={"advance": seconds}))

    def world(self, **settings: Any) -> None:
        told(self.control.post("/settings", json=settings))

    def human(self, caption: str, account: str = "sandbox_creator") -> str:
        return str(
            told(self.control.post("/human-post", json={"account": account, "caption": caption}))["id"]
        )

    def published(self, caption: str) -> list[dict[str, Any]]:
        """What the world sees under a caption."""
        return [item for item in told(self.control.get("/published"))["items"] if item["caption"] == caption]

    def calls(self, operation: str, caption: str | None = None) -> list[dict[str, Any]]:
        items = told(self.control.get("/calls", params={"operation": operation}))["items"]
        return [item for item in items if caption in (None, item["caption"])]


class Ensemble:
    """Simulator and server of one data folder, and workers that come and go."""

    def __init__(self, folder: Path, *, image_seconds: float = 0.3, **settings: object) -> None:
        self.folder = folder
        self.image_seconds = image_seconds
        self.environment = environment(folder, **settings)
        self.workers: list[Child] = []
        self.api: Api
        self._errors = folder.parent / f"{folder.name}.stderr"
        self._inner: entrypoints.cli.ensemble.Ensemble

    def __enter__(self) -> Ensemble:
        with as_environment(self.environment):
            self.settings = Settings(_env_file=None)  # type: ignore[call-arg]
        self.installation = Installation.open(self.folder, sandbox=True)
        self._inner = entrypoints.cli.ensemble.Ensemble(self.settings, self.installation, self.image_seconds)
        try:
            with as_environment(self.environment), self._stderr():
                self._inner.start()
            self.workers = [child for child in self._inner.children if child.name == "worker"]
            self._inner.children = [child for child in self._inner.children if child.name != "worker"]
            with self.service() as service:
                by = Cause(at=service.now(), actor="system:test")
                studio = service.ensure_user(STUDIO, operator=True, by=by)
                key = service.create_key(user_id=studio.id, name="test", by=by).key
            self.api = Api(self._inner.server, self._inner.sandbox, key)
        except BaseException:
            self._inner.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.api.close()
        for worker in self.workers:
            worker.stop()
        self._inner.stop()

    @contextmanager
    def service(self) -> Iterator[Service]:
        """The same data folder, opened in this process."""
        service = open_service(self.settings, self.installation)
        try:
            yield service
        finally:
            service.close()

    def connect(self, username: str) -> None:
        """One more account of the simulated Instagram, connected."""
        answer = told(self.api.control.post("/accounts", json={"username": username}))
        with self.service() as service:
            by = Cause(at=service.now(), actor="system:test")
            user = service.ensure_user(STUDIO, operator=True, by=by)
            service.connect_account(
                user_id=user.id, token=answer["accessToken"], login_method=LoginMethod.INSTAGRAM, by=by
            )

    def start_worker(self) -> Child:
        child = Child("worker", ["entrypoints.worker", "--data", str(self.folder)], self.environment)
        with self._stderr():
            child.start()
        self.workers.append(child)
        return child

    def stop_workers(self) -> None:
        """Ask all to end; each finishes its steps in hand."""
        while self.workers:
            self.workers.pop().stop()

    def kill(self, worker: Child | None = None) -> None:
        """kill -9 of a worker; without one, of the only one there is."""
        if worker is None:
            (worker,) = self.workers
        os.kill(worker.pid, signal.SIGKILL)
        worker.stop()
        self.workers.remove(worker)

    def errors(self) -> str:
        """What the processes wrote to stderr."""
        return self._errors.read_text() if self._errors.exists() else ""

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return cli(self.environment, *arguments)

    @contextmanager
    def _stderr(self) -> Iterator[None]:
        """Children that are started within write their stderr to our file."""
        kept = os.dup(2)
        with self._errors.open("ab") as file:
            os.dup2(file.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


class Served:
    """`pressroom serve --sandbox` as a process of its own, on ports that stay the same over restarts."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder = folder
        ports = {"PRESSROOM_PORT": free_port(), "PRESSROOM_SANDBOX_PORT": free_port()}
        self.environment = environment(folder, **ports, **settings)
        self.server = f"http://127.0.0.1:{self.environment['PRESSROOM_PORT']}"
        self.sandbox = f"http://127.0.0.1:{self.environment['PRESSROOM_SANDBOX_PORT']}"
        self.process: subprocess.Popen[bytes]
        self._key: str | None = None
        self._read = 0
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 — closed with the rest

    def __enter__(self) -> Served:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._errors.close()

    def start(self) -> None:
        command = [sys.executable, "-m", "entrypoints.cli", "serve", "--sandbox"]
        self.process = subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=self._errors, cwd=ROOT
        )
        wait_for(self._is_up, "the server")

    def errors(self) -> str:
        """What all its processes wrote to stderr since it was last forgotten."""
        return os.pread(self._errors.fileno(), 1 << 24, self._read).decode()

    def forget_errors(self) -> None:
        self._read = os.fstat(self._errors.fileno()).st_size

    def key(self) -> str:
        """A key for everything, made at the first call."""
        if self._key is None:
            made = cli(self.environment, "keys", "create", "--name", "test")
            assert made.returncode == 0, made.stderr
            self._key = made.stdout.strip()
        return self._key

    def family(self) -> list[int]:
        """Every process below it."""
        return descendants(self.process.pid)

    def _is_up(self) -> bool:
        assert self.process.poll() is None, self.errors()
        try:
            answer = httpx.get(f"{self.server}/readyz")
            return answer.status_code == 200 and answer.json()["worker"]["alive"] is True
        except httpx.HTTPError:
            return False


def cli(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """`pressroom` with its outputs; never raises for its exit code."""
    command = [sys.executable, "-m", "entrypoints.cli", *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60)


def told(answer: httpx.Response) -> dict[str, Any]:
    """The JSON of an answer that must be a good one."""
    assert answer.is_success, f"{answer.status_code} {answer.text}"
    body: dict[str, Any] = answer.json()
    return body


def wait_for(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s in vain for {what}"
        time.sleep(0.02)


def descendants(pid: int) -> list[int]:
    """Children and their children, as the system knows them."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return [*children, *(further for child in children for further in descendants(child))]


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def as_environment(wanted: dict[str, str]) -> Iterator[None]:
    """The environment of this process replaced for a moment, since children inherit it."""
    kept = dict(os.environ)
    os.environ.clear()
    os.environ.update(wanted)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)
