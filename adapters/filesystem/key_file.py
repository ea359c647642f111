"""The master keys of an installation, in one file of the data folder that only its owner may read."""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import os
import secrets
import tempfile
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from application.vault import KeyRing
from domain import errors

_SIZE = 32


class KeyFile(KeyRing):
    """Keys as a file holds them; a purpose gets a key derived from a master key (HKDF), never that itself."""

    def __init__(self, current: str, keys: dict[str, bytes]) -> None:
        self._current = current
        self._keys = keys

    @property
    def current(self) -> str:
        return self._current

    def key(self, id: str, purpose: str) -> bytes:
        if id not in self._keys:
            raise errors.ServiceUnavailable(
                f"Key `{id}` is not in the key file. Restore the key file that belongs to this database."
            )
        return HKDF(SHA256(), _SIZE, salt=None, info=f"pressroom/{purpose}".encode()).derive(self._keys[id])

    @classmethod
    def open(cls, path: Path) -> Self:
        """The keys of the file, made at the first start; however many processes start, they get the same."""
        if not path.exists():
            _create(path)
        return cls._read(path)

    @classmethod
    def _read(cls, path: Path) -> Self:
        try:
            told = json.loads(path.read_bytes())
            keys = {name: base64.b64decode(key, validate=True) for name, key in told["keys"].items()}
            current = told["current"]
        except (OSError, ValueError, KeyError, TypeError, AttributeError, binascii.Error) as failure:
            raise errors.ServiceUnavailable(f"The key file {path} cannot be read.") from failure
        if current not in keys or any(len(key) != _SIZE for key in keys.values()):
            raise errors.ServiceUnavailable(f"The key file {path} is damaged.")
        return cls(current, keys)


def _create(path: Path) -> None:
    """Write a file with one new key beside its place, then link it there unless somebody was faster."""
    name = secrets.token_hex(4)
    key = base64.b64encode(secrets.token_bytes(_SIZE)).decode()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".keys-")
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump({"current": name, "keys": {name: key}}, file)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        Path(temporary).unlink()
    _fsync_folder(path.parent)


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
