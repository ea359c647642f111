"""`pressroom`: the command line of Pressroom."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from entrypoints.logs import configure
from entrypoints.settings import Settings

COMMANDS = ("demo", "serve", "worker", "sandbox")
GROUPS = ("keys", "accounts", "posts", "media", "events", "replay")
MORE_COMMANDS = ("setup", "catalogue", "doctor")
IN_SERVE = ("worker", "sandbox")


class Commands(TyperGroup):
    """Loads the module of a command when it is asked for, so that none waits for the others."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*COMMANDS, *GROUPS, *MORE_COMMANDS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = import_module(f"entrypoints.cli.{'serve' if cmd_name in IN_SERVE else cmd_name}")
        if cmd_name in GROUPS:
            command: Any = get_group(module.app)
        else:
            alone = typer.Typer(add_completion=False)
            alone.command()(getattr(module, cmd_name))
            command = get_command(alone)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=Commands,
    name="pressroom",
    help="Publish to Instagram from your own machine, and prove what was done.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)


@app.callback()
def pressroom() -> None:
    """Publish to Instagram from your own machine, and prove what was done."""


def main() -> None:
    """Run the command that was typed."""
    configure(Settings().log_level)
    app()


if __name__ == "__main__":
    main()
