"""`docs/commands.md`: the command line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer.main

from entrypoints.cli.__main__ import app
from entrypoints.documentation.markdown import page, table, written_by

INTRODUCTION = """\
Commands that print data take `--output text|json|ndjson`. Data goes to stdout, everything else to stderr.
Exit codes: 0 done · 1 refused, and the [code](errors.md) is printed · 2 used wrongly · 3 differences found.
"""


def commands_page() -> str:
    """Every command with its arguments and options, as Markdown."""
    return page(["# Commands", "", written_by("`entrypoints/cli/`"), "", INTRODUCTION, *_sections()])


def _sections() -> Iterator[str]:
    for words, command in commands():
        yield f"## `{words}`"
        yield ""
        yield command.help or ""
        yield ""
        rows = [
            (_named(parameter), getattr(parameter, "help", None) or "", _default(parameter))
            for parameter in command.params
            if parameter.name != "help"
        ]
        if rows:
            yield from table(("Argument or option", "Meaning", "Default"), *rows)


def commands() -> Iterator[tuple[str, Any]]:
    """Each command as it is typed."""
    yield from _below("pressroom", typer.main.get_command(app))


def _below(words: str, group: Any) -> Iterator[tuple[str, Any]]:
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        if hasattr(command, "list_commands"):
            yield from _below(f"{words} {name}", command)
        else:
            yield f"{words} {name}", command


def _named(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        name = str(parameter.name).upper()
        return f"`{name}`" if parameter.required else f"`[{name}]`"
    return " / ".join(f"`{word}`" for word in [*parameter.opts, *parameter.secondary_opts])


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    if parameter.default is None or callable(parameter.default):
        return "–"
    return f"`{getattr(parameter.default, 'value', parameter.default)}`".replace("`True`", "yes").replace(
        "`False`", "no"
    )
