"""`pressroom events`: the log itself."""

from __future__ import annotations

import itertools
from typing import Annotated, Any
from uuid import UUID

import typer

from application.log import LogEntry
from domain import errors
from entrypoints.cli.context import opened
from entrypoints.cli.output import Format, Output, cell, plain, show, show_one

app = typer.Typer(help="Read the log of everything that happened.", no_args_is_help=True)


@app.command("list")
def list_events(
    after: Annotated[int, typer.Option(min=0, help="Begin behind this position.")] = 0,
    limit: Annotated[int, typer.Option(min=1)] = 100,
    event_type: Annotated[
        str | None, typer.Option("--type", help="Only this type, as post.published.")
    ] = None,
    subject: Annotated[
        UUID | None, typer.Option(help="Only events of this post, account, file or key.")
    ] = None,
    output: Output = Format.TEXT,
) -> None:
    """Events in the order in which they happened."""
    with opened() as service:
        entries = (
            entry
            for entry in service.reader.entries(after=after, aggregate_id=subject)
            if entry.position > after and (event_type is None or entry.topic == event_type)
        )
        show(
            (_public(entry) for entry in itertools.islice(entries, limit)),
            output,
            columns=("position", "time", "type", "subject", "by"),
            cells=lambda told: [
                told["position"],
                told["time"],
                told["type"],
                told["subject"],
                told["meta"].get("actor"),
            ],
        )


@app.command("show")
def show_event(position: int, output: Output = Format.TEXT) -> None:
    """One event, whole."""
    with opened() as service:
        found = next(iter(service.reader.entries(after=position - 1, limit=1)), None)
        if found is None or found.position != position:
            raise errors.NotFound(what="event")
        told = _public(found)
        show_one(told, output, (f"{name:<10} {cell(value)}" for name, value in told.items()))


def _public(entry: LogEntry) -> dict[str, Any]:
    common = {"originator_id", "originator_version", "originator_topic", "timestamp", "meta"}
    values = vars(entry.event)
    return {
        "position": entry.position,
        "time": entry.at,
        "type": entry.topic,
        "subject": entry.aggregate_id,
        "version": entry.version,
        "meta": values.get("meta", {}),
        "data": plain({name: value for name, value in values.items() if name not in common}),
    }
