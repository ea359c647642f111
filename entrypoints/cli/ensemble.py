"""Everything on one machine: simulator, HTTP server and worker as children of one supervisor."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from domain.account import LoginMethod
from domain.aggregate import Cause
from entrypoints.bootstrap import migrate, open_service
from entrypoints.children import Child, tend
from entrypoints.installation import Installation
from entrypoints.settings import Settings

STUDIO = "studio@sandbox.example"
SANDBOX_ACCOUNTS = (
    ("sandbox_studio", "BUSINESS", LoginMethod.FACEBOOK),
    ("sandbox_creator", "MEDIA_CREATOR", LoginMethod.INSTAGRAM),
)
SUPERVISOR = "system:supervisor"


@dataclass
class Ensemble:
    """The processes of one data folder; they end with this one, however it ends."""

    settings: Settings
    installation: Installation
    image_seconds: float | None = None
    children: list[Child] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Start everything; `server` and `sandbox` are reachable when this returns."""
        if self.installation.sandbox:
            simulator = self._start(
                "simulator",
                "entrypoints.sandbox",
                "--data",
                str(self.installation.simulator),
                "--port",
                str(self.settings.sandbox_port),
                *(() if self.image_seconds is None else ("--image-seconds", str(self.image_seconds))),
            )
            # A simulator that is started again keeps its port, since others know it.
            simulator.arguments[simulator.arguments.index("--port") + 1] = str(simulator.told["port"])
            self.installation.announce(sandbox=f"http://127.0.0.1:{simulator.told['port']}")
        migrate(self.installation)
        self._furnish()
        data = ("--data", str(self.installation.folder))
        server = self._start("server", "entrypoints.http", *data)
        server.environment["PRESSROOM_PORT"] = str(server.told["port"])
        self.installation.announce(server=f"http://{_reachable(self.settings.host)}:{server.told['port']}")
        self._start("worker", "entrypoints.worker", *data)

    @property
    def server(self) -> str:
        return self.installation.addresses()["server"]

    @property
    def sandbox(self) -> str:
        return self.installation.addresses()["sandbox"]

    def tend(self, notice: Callable[[str], None]) -> None:
        """Keep everything running until SIGTERM or SIGINT, then end it all."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        try:
            tend(self.children, self.stopping, notice=notice)
        finally:
            self.stop()

    def stop(self) -> None:
        """The server first, so that nothing new comes in; the simulator last."""
        order = {"server": 0, "worker": 1, "simulator": 2}
        for child in sorted(self.children, key=lambda child: order[child.name]):
            child.stop()
        self.children.clear()

    def _start(self, name: str, module: str, *arguments: str) -> Child:
        child = Child(name, [module, *arguments], self.settings.environment())
        self.children.append(child)
        child.start()
        return child

    def _furnish(self) -> None:
        """In a sandbox: its user and its two accounts, connected as anybody's would be."""
        if not self.installation.sandbox:
            return
        service = open_service(self.settings, self.installation)
        try:
            by = Cause(at=service.now(), actor=SUPERVISOR)
            studio = service.ensure_user(STUDIO, operator=True, by=by)
            known = {row.profile.username for row in service.accounts.of(studio.id)}
            for username, account_type, login_method in SANDBOX_ACCOUNTS:
                if username in known:
                    continue
                answer = httpx.post(
                    f"{self.sandbox}/_sandbox/accounts",
                    json={
                        "username": username,
                        "accountType": account_type,
                        "loginMethod": login_method.value,
                    },
                    timeout=10,
                )
                answer.raise_for_status()
                service.connect_account(
                    user_id=studio.id,
                    token=answer.json()["accessToken"],
                    login_method=login_method,
                    by=by,
                )
        finally:
            service.close()


def _reachable(host: str) -> str:
    """A listening address as something on this machine may call it."""
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 — compared, not bound
