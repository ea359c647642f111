"""Pictures and videos by content: what was fetched or uploaded, kept so that people can look at it."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import weakref
from pathlib import Path

from entrypoints.sandbox.chance import Chance


class Blobs:
    """Files named by the hash of their bytes; a temporary folder when none is given."""

    def __init__(self, directory: Path | None = None) -> None:
        self._given = directory
        self._folder: Path | None = None
        self._names = Chance()

    @property
    def folder(self) -> Path:
        if self._folder is None:
            if self._given is None:
                self._folder = Path(tempfile.mkdtemp(prefix="sandbox-"))
                weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            else:
                self._given.mkdir(parents=True, exist_ok=True)
                self._folder = self._given
        return self._folder

    def keep(self, content: bytes, suffix: str) -> str:
        """Store bytes and return their name."""
        name = hashlib.sha256(content).hexdigest()[:40] + suffix
        if not (self.folder / name).exists():
            draft = self.draft()
            draft.write_bytes(content)
            os.replace(draft, self.folder / name)  # noqa: PTH105 - appears whole or not at all
        return name

    def adopt(self, file: Path, suffix: str) -> str:
        """Take over a finished file and return its name."""
        with file.open("rb") as stream:
            name = hashlib.file_digest(stream, "sha256").hexdigest()[:40] + suffix
        os.replace(file, self.folder / name)  # noqa: PTH105
        return name

    def draft(self) -> Path:
        """A path for a file that is still being written."""
        return self.folder / f"draft-{self._names.text(20)}"

    def upload(self, owner: str) -> Path:
        """The path where the bytes of a resumable upload gather."""
        return self.folder / f"upload-{owner}"

    def find(self, name: str) -> Path | None:
        """The file of that name, if it is one of ours."""
        path = self.folder / name
        return path if Path(name).name == name and path.is_file() else None

    def clear(self) -> None:
        for file in self.folder.iterdir():
            file.unlink(missing_ok=True)
