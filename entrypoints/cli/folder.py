"""Which data folder a command is about, and how to name it in another command."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

from entrypoints.installation import Installation, WrongFolder
from entrypoints.settings import Settings


def find_installation(settings: Settings) -> Installation:
    """The data folder that is set, else the one of the two default folders that is in use."""
    if settings.data_dir is not None:
        return Installation.open(settings.folder(sandbox=False))
    found = [
        settings.folder(sandbox=sandbox)
        for sandbox in (False, True)
        if (settings.folder(sandbox=sandbox) / "installation.json").exists()
    ]
    if len(found) == 2:
        raise WrongFolder(
            f"There are two data folders, {found[0]} and {found[1]}; say which by PRESSROOM_DATA_DIR."
        )
    return Installation.open(found[0] if found else settings.folder(sandbox=False))


def command(settings: Settings, words: str) -> str:
    """A command line of ours that can be typed where this one was, and finds the same data folder."""
    given = Path(sys.argv[0])
    found = shutil.which("pressroom")
    program = "pressroom" if found and Path(found).resolve() == given.resolve() else shlex.quote(sys.argv[0])
    folder = f"PRESSROOM_DATA_DIR={shlex.quote(str(settings.data_dir))} " if settings.data_dir else ""
    return f"{folder}{program} {words}"
