"""How commands speak: data to stdout as text, JSON or NDJSON; everything else to stderr."""

from __future__ import annotations

import dataclasses
import enum
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from domain.errors import DomainError

REFUSED, DIFFERENCES = 1, 3
UNBOUNDED = 100_000

err = Console(stderr=True, highlight=False)


class Format(enum.StrEnum):
    """What `--output` takes."""

    TEXT = "text"
    JSON = "json"
    NDJSON = "ndjson"


Output = Annotated[Format, typer.Option("--output", help="How to print data.", case_sensitive=False)]


def plain(value: Any) -> Any:
    """A value as JSON has it: camelCase names, ISO times in UTC."""
    match value:
        case enum.Enum():
            return value.value
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case UUID() | Path():
            return str(value)
        case dict():
            return {str(plain(name)): plain(inner) for name, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(inner) for inner in value]
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {
                camel(field.name): plain(getattr(value, field.name)) for field in dataclasses.fields(value)
            }
        case _:
            return value


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def show(
    items: Iterable[Any], output: Format, *, columns: Sequence[str], cells: Callable[[Any], Sequence[Any]]
) -> None:
    """Print a list: a table, a JSON array, or one JSON object a line as they come."""
    match output:
        case Format.NDJSON:
            for item in items:
                sys.stdout.write(json.dumps(plain(item)) + "\n")
        case Format.JSON:
            sys.stdout.write(json.dumps([plain(item) for item in items], indent=2) + "\n")
        case Format.TEXT:
            table = _table(columns, [[cell(value) for value in cells(item)] for item in items])
            _wide_enough(table).print(table)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=column != columns[-1], overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _wide_enough(table: Table) -> Console:
    """A console on which nothing is cut: sentences fold on a terminal, and in a pipe each row is one line."""
    console = Console()
    unbounded = console.options.update(max_width=UNBOUNDED)
    needed = Measurement.get(console, unbounded, table)
    console.width = max(console.width, needed.minimum) if console.is_terminal else needed.maximum
    return console


def show_one(item: Any, output: Format, lines: Iterable[str]) -> None:
    """Print one thing: as sentences, or as a JSON object."""
    match output:
        case Format.NDJSON:
            sys.stdout.write(json.dumps(plain(item)) + "\n")
        case Format.JSON:
            sys.stdout.write(json.dumps(plain(item), indent=2) + "\n")
        case Format.TEXT:
            for line in lines:
                sys.stdout.write(line + "\n")


def cell(value: Any) -> str:
    match value:
        case None:
            return "–"
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"
        case _:
            return str(plain(value))


def say(line: str) -> None:
    """A line for people on stderr, left to the terminal to wrap; may hold markup."""
    err.print(line, soft_wrap=True)


def refuse(message: str, *, code: str | None = None, text: str | None = None) -> typer.Exit:
    """Say why not, on stderr; raise what comes back."""
    say(f"[bold red]{code or 'Refused'}[/]: {escape(message)}")
    if text:
        say(f"  {escape(text)}")
    return typer.Exit(REFUSED)


def refused(refusal: DomainError) -> typer.Exit:
    """A refusal of the catalogue, with its recovery."""
    return refuse(refusal.sentence, code=refusal.code, text=refusal.advice().text)
