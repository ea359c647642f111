"""`docs/settings.md`: everything that can be set."""

from __future__ import annotations

from typing import Any

from entrypoints.documentation.markdown import page, table, written_by
from entrypoints.settings import Settings

INTRODUCTION = """\
Settings are environment variables, or lines of a `.env` file in the folder where Pressroom is started; the
environment wins. None has to be set. `pressroom doctor` shows what is set, and says what is wrong.
"""


def settings_page() -> str:
    """Every setting with its default and meaning, as Markdown."""
    prefix = Settings.model_config["env_prefix"]
    rows = (
        (f"`{prefix}{name.upper()}`", _told(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    )
    return page(
        [
            "# Settings",
            "",
            written_by("`entrypoints/settings.py`"),
            "",
            INTRODUCTION,
            *table(("Variable", "Default", "Meaning"), *rows),
        ]
    )


def _told(default: Any) -> str:
    return "–" if default is None else f"`{str(default).lower() if isinstance(default, bool) else default}`"
