"""Everything on one machine: simulator, HTTP server and worker as children of one supervisor."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from entrypoints.children import Child, tend
from entrypoints.installation import Installation
from entrypoints.settings import Settings

STUDIO = "studio@sandbox.example"
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
        """Start everything; `server` and `sandbox` are reachable when this returns.

        All load side by side, this process included; then each begins once what it needs is there.
        """
        data = ("--data", str(self.installation.folder))
        simulator = self._load("simulator", *self._simulation()) if self.installation.sandbox else None
        server = self._load("server", "entrypoints.http", *data)
        worker = self._load("worker", "entrypoints.worker", *data)
        if simulator:
            simulator.go()
        # Only now, since this takes as long as it takes the children to load.
        from entrypoints.bootstrap import migrate
        from entrypoints.cli.furnish import furnish

        migrate(self.installation)
        if simulator:
            simulator.start()
            # One that is started again keeps its port, since others know it.
            simulator.arguments[simulator.arguments.index("--port") + 1] = str(simulator.told["port"])
            self.installation.announce(sandbox=f"http://127.0.0.1:{simulator.told['port']}")
        server.go()
        if simulator:
            furnish(self.settings, self.installation, studio=STUDIO, actor=SUPERVISOR)
        server.start()
        server.environment["PRESSROOM_PORT"] = str(server.told["port"])
        self.installation.announce(server=f"http://{_reachable(self.settings.host)}:{server.told['port']}")
        worker.start()

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

    def _load(self, name: str, *arguments: str) -> Child:
        child = Child(name, list(arguments), self.settings.environment())
        self.children.append(child)
        child.load()
        return child

    def _simulation(self) -> list[str]:
        folder, port = str(self.installation.simulator), str(self.settings.sandbox_port)
        wanted = ["entrypoints.sandbox", "--data", folder, "--port", port]
        if self.image_seconds is not None:
            wanted += ["--image-seconds", str(self.image_seconds)]
        return wanted


def _reachable(host: str) -> str:
    """A listening address as something on this machine may call it."""
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 — compared, not bound
