"""The Markdown that the written pages share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def written_by(source: str) -> str:
    """The note at the head of a page that nobody should edit."""
    return f"<!-- Written by `python -m entrypoints.documentation`; change {source} instead. -->"


def table(head: tuple[str, ...], *rows: tuple[str, ...]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


def page(lines: Iterable[str]) -> str:
    """Lines as a file."""
    return "\n".join(lines).rstrip() + "\n"
