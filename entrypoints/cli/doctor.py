"""`pressroom doctor`: is everything in order, and what are the settings?"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import typer

from application.service import Service
from domain.account import AccountStatus
from domain.errors import ServiceUnavailable
from entrypoints.bootstrap import find_ffmpeg, public_url
from entrypoints.cli.context import opened
from entrypoints.cli.folder import find_installation
from entrypoints.cli.output import REFUSED, Format, Output, show
from entrypoints.installation import Installation
from entrypoints.settings import Settings

LOW_DISK = 1024**3
TOKEN_AT_RISK = timedelta(days=10)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `grade` is ok, warning or broken."""

    subject: str
    grade: str
    text: str


def doctor(output: Output = Format.TEXT) -> None:
    """Look at everything that publishing needs, and say what is set. Exit code 1 if something is broken."""
    settings = Settings()
    with opened() as service:
        findings = list(_examine(service, settings, find_installation(settings)))
    findings += list(_explain(settings))
    show(
        findings,
        output,
        columns=("", "what", "finding"),
        cells=lambda found: [_MARKS[found.grade], found.subject, found.text],
    )
    if any(found.grade == "broken" for found in findings):
        raise typer.Exit(REFUSED)


_MARKS = {"ok": "✓", "warning": "!", "broken": "✗", "setting": " "}


def _examine(service: Service, settings: Settings, installation: Installation) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("python", "ok", version)
    kind = "sandbox" if installation.sandbox else "live"
    yield Finding("data folder", "ok", f"{installation.folder} ({kind})")
    try:
        yield Finding("ffmpeg", "ok", find_ffmpeg(settings))
    except ServiceUnavailable as missing:
        yield Finding("ffmpeg", "broken", missing.sentence)
    free = shutil.disk_usage(installation.folder).free
    yield Finding("disk", "ok" if free > LOW_DISK else "warning", f"{free / 1024**3:.1f} GiB free")
    mode = installation.key_file.stat().st_mode & 0o777
    yield Finding(
        "key file",
        "ok" if mode & 0o077 == 0 else "broken",
        f"{installation.key_file} is {mode:o}, not shared",
    )
    ready = service.readiness()
    yield Finding("log", "ok" if ready.storage else "broken", f"{service.reader.last_position()} events")
    yield Finding(
        "worker",
        "ok" if ready.worker_alive else "warning",
        "at work" if ready.worker_alive else "none is running: nothing will be published",
    )
    overdue = ready.overdue_posts
    yield Finding("overdue posts", "warning" if overdue else "ok", str(overdue))
    accounts = service.accounts.all()
    yield Finding("accounts", "ok" if accounts else "warning", f"{len(accounts)} connected")
    for account in accounts:
        name = f"@{account.profile.username}"
        expires = account.token_expires_at
        if account.status is AccountStatus.BLOCKED:
            yield Finding(name, "broken", f"blocked by {account.blocked_by}: connect it again")
        elif expires is not None and expires < service.now() + TOKEN_AT_RISK:
            yield Finding(name, "warning", f"its token ends {expires:%Y-%m-%d}: refresh or connect it again")
    address = public_url(settings, installation)
    local = any(name in address for name in ("127.0.0.1", "localhost"))
    yield Finding(
        "public address",
        "warning" if local and not installation.sandbox else "ok",
        f"{address}" + ("; Instagram cannot reach that" if local and not installation.sandbox else ""),
    )


def _explain(settings: Settings) -> Iterator[Finding]:
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        yield Finding(
            f"PRESSROOM_{name.upper()}", "setting", f"{'–' if value is None else value}   {field.description}"
        )
