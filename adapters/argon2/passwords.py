"""Argon2id as the library's authors recommend it: 64 MiB and some tens of milliseconds a check."""

from __future__ import annotations

import threading
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from application.sessions import Passwords

AT_ONCE = 2
"""Checks that may run side by side: each takes memory, and anybody may ask for one."""


class Argon2Passwords(Passwords):
    """May be shared by threads."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._seats = threading.BoundedSemaphore(AT_ONCE)

    def hash(self, password: str) -> str:
        with self._seats:
            return self._hasher.hash(password)

    def fits(self, password: str, hashed: str | None) -> bool:
        with self._seats:
            try:
                return self._hasher.verify(hashed or self._nobodys, password) and hashed is not None
            except (Argon2Error, InvalidHashError):
                return False

    @cached_property
    def _nobodys(self) -> str:
        """A hash for those who have none, so that nobody can tell them by the time it takes."""
        return self._hasher.hash("nobody has this password")
