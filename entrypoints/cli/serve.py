"""`pressroom serve`, `worker` and `sandbox`: the processes that stay."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from domain.errors import DomainError
from entrypoints.children import DidNotStart
from entrypoints.cli.ensemble import Ensemble
from entrypoints.cli.folder import command, find_installation
from entrypoints.cli.output import refuse, refused, say
from entrypoints.installation import Installation, WrongFolder
from entrypoints.settings import Settings


def serve(
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Publish to a simulated Instagram, in a data folder of its own.")
    ] = False,
) -> None:
    """Run everything on this machine: HTTP server, worker, and with --sandbox the simulator."""
    began = time.monotonic()
    settings = Settings()
    try:
        installation = Installation.open(settings.folder(sandbox=sandbox), sandbox=sandbox)
    except WrongFolder as wrong:
        raise refuse(str(wrong)) from None
    ensemble = Ensemble(settings, installation)
    try:
        ensemble.start()
    except DidNotStart as failed:
        ensemble.stop()
        raise refuse(f"{failed} Is its port in use already?") from None
    except DomainError as refusal:
        ensemble.stop()
        raise refused(refusal) from None
    except BaseException:
        ensemble.stop()
        raise
    _say_where_to_go(ensemble, time.monotonic() - began)
    ensemble.tend(lambda message: say(f"[yellow]{escape(message)}[/]"))
    say("Stopped.")


def worker() -> None:
    """Run one more worker on the data folder, on this or another machine that shares it."""
    settings = Settings()
    try:
        installation = find_installation(settings)
    except WrongFolder as wrong:
        raise refuse(str(wrong)) from None
    _become("entrypoints.worker", "--data", str(installation.folder))


def sandbox(
    data: Annotated[Path | None, typer.Option(help="Folder for its state.")] = None,
    port: Annotated[int | None, typer.Option(help="0 lets the system choose.")] = None,
) -> None:
    """Run the simulated Instagram alone, for other programs to talk to."""
    settings = Settings()
    folder = data or settings.folder(sandbox=True) / "simulator"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    chosen = settings.sandbox_port if port is None else port
    _become("entrypoints.sandbox", "--data", str(folder), "--port", str(chosen))


def _become(module: str, *arguments: str) -> None:
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606 — our own module


def _say_where_to_go(ensemble: Ensemble, seconds: float) -> None:
    kind = "sandbox" if ensemble.installation.sandbox else "live"
    say(f"[bold]Pressroom[/] is up ({kind}, {seconds:.1f} s). Data: {ensemble.installation.folder}")
    say(f"  API        {ensemble.server}/api/v1")
    say(f"  API docs   {ensemble.server}/api/docs")
    if ensemble.installation.sandbox:
        say(f"  Instagram  {ensemble.sandbox}/_sandbox   (simulated; nothing leaves this machine)")
    say(f"  A key      {command(ensemble.settings, 'keys create --name mine')}   (in another terminal)")
    say("  Stop       Ctrl-C")
