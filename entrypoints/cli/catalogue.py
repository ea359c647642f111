"""`pressroom catalogue`: every code this service can answer with."""

from __future__ import annotations

from typing import Annotated

import typer

from application.catalogue import entries, entry
from domain.errors import DomainError
from entrypoints.cli.output import Format, Output, plain, refused, show, show_one


def catalogue(
    code: Annotated[str | None, typer.Argument(help="Explain one code.")] = None,
    output: Output = Format.TEXT,
) -> None:
    """List the error codes, or explain one."""
    if code is None:
        show(
            [plain(listed) for listed in entries()],
            output,
            columns=("code", "group", "what is wrong"),
            cells=lambda listed: [listed["code"], listed["group"], listed["description"]],
        )
        return
    try:
        found = entry(code.upper())
    except DomainError as refusal:
        raise refused(refusal) from None
    advice = found.recovery
    show_one(
        plain(found),
        output,
        [
            f"{found.code} ({found.group.value})",
            found.description,
            f"Recovery: {advice.text}",
            f"  by {advice.actor}: {advice.action}; retry: {advice.retry}"
            + (f"; {advice.call}" if advice.call else ""),
        ],
    )
