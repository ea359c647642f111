"""The pages of `docs/` that follow from the code, and which of them are stale."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from entrypoints.documentation.commands import commands_page
from entrypoints.documentation.errors import errors_page
from entrypoints.documentation.events import events_page
from entrypoints.documentation.settings import settings_page

DOCS = Path(__file__).parents[2] / "docs"

PAGES: dict[str, Callable[[], str]] = {
    "errors.md": errors_page,
    "events.md": events_page,
    "settings.md": settings_page,
    "commands.md": commands_page,
}


def stale(docs: Path = DOCS) -> list[str]:
    """The pages that no longer say what the code says."""
    return [
        name
        for name, page in PAGES.items()
        if not (docs / name).is_file() or (docs / name).read_text(encoding="utf-8") != page()
    ]
