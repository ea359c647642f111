"""A data folder: whether it is the sandbox's or live, and what its processes tell one another."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMAT = 1


class WrongFolder(Exception):
    """The data folder cannot be used as asked; the message says why and what to do."""


@dataclass(frozen=True)
class Installation:
    """One data folder; it belongs to the sandbox or to live, never to both."""

    folder: Path
    sandbox: bool

    @classmethod
    def open(cls, folder: Path, *, sandbox: bool | None = None) -> Installation:
        """Open a folder, or make a new one where `sandbox` says what it is to be. `WrongFolder` otherwise."""
        marker = folder / "installation.json"
        if not marker.exists():
            if sandbox is None:
                raise WrongFolder(
                    f"Nothing is installed in {folder}. Start `pressroom serve` (or with --sandbox) first, "
                    "or set PRESSROOM_DATA_DIR to the folder of the one that runs."
                )
            if folder.exists() and any(folder.iterdir()) and (folder / "pressroom.db").exists():
                raise WrongFolder(f"{folder} holds a log but no installation.json; it is not touched.")
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(marker, {"format": FORMAT, "mode": "sandbox" if sandbox else "live"})
        told = _read(marker)
        if told.get("format") != FORMAT:
            raise WrongFolder(f"{folder} was written by another version of Pressroom.")
        is_sandbox = told.get("mode") == "sandbox"
        if sandbox is not None and sandbox is not is_sandbox:
            kind, other = ("a sandbox", "live") if is_sandbox else ("live", "a sandbox")
            raise WrongFolder(f"{folder} is {kind}; it cannot be used as {other}. Choose another folder.")
        return cls(folder, is_sandbox)

    @property
    def database(self) -> Path:
        return self.folder / "pressroom.db"

    @property
    def key_file(self) -> Path:
        return self.folder / "keys.json"

    @property
    def blobs(self) -> Path:
        return self.folder / "media"

    @property
    def unfinished(self) -> Path:
        """Where videos are written until they are whole."""
        return self.folder / "unfinished"

    @property
    def simulator(self) -> Path:
        """Where the simulated Instagram keeps its state."""
        return self.folder / "simulator"

    @property
    def clock_offset(self) -> Path:
        return self.simulator / "clock-offset"

    def announce(self, **addresses: str) -> None:
        """Tell other processes of this folder where things listen."""
        _write(self.folder / "addresses.json", self.addresses() | addresses)

    def addresses(self) -> dict[str, str]:
        """Where things listened when they were last started: `server`, `sandbox`."""
        path = self.folder / "addresses.json"
        return dict(_read(path)) if path.exists() else {}


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text())
    except (OSError, ValueError) as fault:
        raise WrongFolder(f"{path} cannot be read: {fault}") from fault
    if not isinstance(told, dict):
        raise WrongFolder(f"{path} does not hold what it should.")
    return told


def _write(path: Path, content: dict[str, Any]) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
