"""A page as Chromium shows it: the document after its scripts have run."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome")


def shown(address: str, *, picture: Path | None = None) -> str:
    """The document once it has settled; with `picture`, also what it looks like, as PNG."""
    browser = next((found for name in _NAMES if (found := shutil.which(name))), None)
    assert browser, "these tests need Chromium; `.ci/run extras` installs it"
    with tempfile.TemporaryDirectory() as profile:
        command = [browser, "--headless", "--disable-gpu", f"--user-data-dir={profile}"]
        if os.geteuid() == 0:
            command.append("--no-sandbox")
        if picture:
            command += [f"--screenshot={picture}", "--window-size=1000,1400"]
        command += ["--virtual-time-budget=10000", "--dump-dom", address]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
