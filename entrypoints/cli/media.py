"""`pressroom media`: what Instagram would say about a file, and the file made fit. No server is needed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from application.media.mend_file import Examined, MendFile
from domain.content import Fit, MediaType
from domain.errors import DomainError
from domain.media import Facts, Issue, Kind
from domain.repairs import Repair
from entrypoints.bootstrap import open_mending
from entrypoints.cli.output import REFUSED, Format, Output, err, refuse, refused, say, show_one
from entrypoints.settings import Settings

app = typer.Typer(help="Check and fix pictures and videos, without a server.", no_args_is_help=True)

PIECE = 1 << 20
SUFFIXES = {"image/jpeg": ".jpg", "video/mp4": ".mp4", "video/quicktime": ".mov"}

File = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A picture or a video.")
]
As = Annotated[
    MediaType | None,
    typer.Option(
        "--as",
        help="What it is to be posted as; by default IMAGE or REELS, after its kind.",
        case_sensitive=False,
    ),
]
Fitting = Annotated[
    Fit | None,
    typer.Option("--fit", help="What becomes of a shape that is not taken.", case_sensitive=False),
]


@dataclass(frozen=True)
class Report:
    """What is printed about a file."""

    file: Path
    media_type: MediaType
    ok: bool
    size_bytes: int
    before: Facts
    after: Facts | None
    repairs: tuple[Repair, ...]
    obstacles: tuple[Issue, ...]
    written: Path | None = None


@app.command()
def check(file: File, as_: As = None, fit: Fitting = None, output: Output = Format.TEXT) -> None:
    """What stands in the way of posting a file, and what Pressroom would do about it."""
    with _bench() as (mend, settings):
        examined = mend.check(_pieces(file), as_, fit or settings.fit)
        report = _report(file, examined)
        show_one(report, output, _sentences(report))
        if not report.ok:
            raise typer.Exit(REFUSED)


@app.command()
def fix(
    file: File,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Where to write it; by default beside the file.")
    ] = None,
    as_: As = None,
    fit: Fitting = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
    output: Output = Format.TEXT,
) -> None:
    """Write the file as Instagram takes it; the original stays as it is."""
    with _bench() as (mend, settings):
        examined = mend.check(_pieces(file), as_, fit or settings.fit)
        report = _report(file, examined)
        if not report.ok or report.after is None:
            show_one(report, output, _sentences(report))
            raise typer.Exit(REFUSED)
        target = out or file.with_name(f"{file.stem}-{report.media_type.lower()}{_suffix(report.after)}")
        if target.exists() and not force:
            raise refuse(f"{target} is there already.", text="Name another file with -o, or add --force.")
        sha256 = mend.fix(examined, _percent)
        with mend.blobs.open(sha256) as made, target.open("wb") as written:
            while piece := made.read(PIECE):
                written.write(piece)
        done = Report(**{**vars(report), "written": target})
        show_one(done, output, _sentences(done))


@contextmanager
def _bench() -> Iterator[tuple[MendFile, Settings]]:
    """A workshop over a folder that is gone afterwards."""
    settings = Settings()
    with tempfile.TemporaryDirectory(prefix="pressroom-media-") as folder:
        try:
            with open_mending(settings, Path(folder)) as mend:
                yield mend, settings
        except DomainError as refusal:
            raise refused(refusal) from None


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while piece := source.read(PIECE):
            yield piece


def _report(file: Path, examined: Examined) -> Report:
    plan = examined.plan
    return Report(
        file=file,
        media_type=plan.media_type,
        ok=plan.ok,
        size_bytes=examined.size_bytes,
        before=plan.before,
        after=plan.after,
        repairs=plan.repairs,
        obstacles=plan.obstacles,
    )


def _sentences(report: Report) -> Iterator[str]:
    yield f"{report.file.name}: {_told(report.before)}, {report.size_bytes / 1e6:.1f} MB"
    for issue in report.obstacles:
        yield f"  ✗ {issue.rule}: {issue.message}"
    for repair in report.repairs:
        yield f"  • {repair.rule}: {repair.message} {repair.fix}"
    if report.after is None:
        yield f"It cannot be posted as {report.media_type} like this."
    elif not report.repairs:
        yield f"It can be posted as {report.media_type} just as it is."
    else:
        yield f"As {report.media_type} it goes out as {_told(report.after)}."
    if report.written is not None:
        yield f"Written: {report.written}"


def _told(facts: Facts) -> str:
    said = [facts.mime_type, f"{facts.width} by {facts.height}"]
    if facts.kind is Kind.VIDEO and facts.duration_ms is not None:
        said.append(f"{facts.duration_ms / 1000:g} s")
        said.extend(word for word in (facts.video_codec, facts.audio_codec) if word)
    return ", ".join(said)


def _suffix(facts: Facts) -> str:
    return SUFFIXES.get(facts.mime_type, ".jpg")


def _percent(share: float) -> bool:
    if err.is_terminal:
        say(f"  {share:.0%}")
    return True
