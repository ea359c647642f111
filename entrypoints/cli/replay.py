"""`pressroom replay`: tell every view anew from the log, compare, heal. A replay never has effects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from application.replay import Progress as Told
from application.replay import Report
from entrypoints.cli.context import opened
from entrypoints.cli.output import DIFFERENCES, Format, Output, err, show_one

app = typer.Typer(help="Rebuild what the server shows from the log of what happened.", no_args_is_help=True)


@app.command()
def verify(output: Output = Format.TEXT) -> None:
    """Compare every view with the log; exit code 3 when they differ."""
    with opened() as service:
        report = _with_bar(service.rebuilder.verify)
        _tell(report, output)
        if not report.clean:
            err.print("`pressroom replay run` makes the views say what the log tells.")
            raise typer.Exit(DIFFERENCES)


@app.command()
def run(
    output: Output = Format.TEXT,
    quiet: Annotated[bool, typer.Option("--quiet", help="No sentences, only the exit code.")] = False,
) -> None:
    """Make every view say what the log tells."""
    with opened() as service:
        report = _with_bar(service.rebuilder.run)
        if not quiet:
            _tell(report, output)
        if report.faults:
            raise typer.Exit(DIFFERENCES)


def _with_bar(work: Callable[[Told | None], Report]) -> Report:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as progress:
        task = progress.add_task("Retelling events", total=None)
        return work(lambda done, of: progress.update(task, completed=done, total=of))


def _tell(report: Report, output: Format) -> None:
    lines = [f"{report.events} events up to position {report.position}"]
    for view in report.views:
        state = "out of date" if view.outdated else f"{view.differing_rows} of {view.rows} rows differ"
        lines.append(f"  {view.name:<12} {'as the log tells' if state.startswith('0 ') else state}")
    for found in report.differences:
        where = f"{found.table}/{found.key}" + (f".{found.column}" if found.column else "")
        lines.append(f"  {where}: shows {found.live}, the log tells {found.rebuilt}")
    lines += [f"  fault: {fault}" for fault in report.faults]
    if report.clean:
        lines.append("Every view says exactly what the log tells.")
    elif report.healed:
        lines.append("Healed: every view says what the log tells now.")
    show_one(report, output, lines)
