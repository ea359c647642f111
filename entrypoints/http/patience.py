"""A socket that waits for a slow client, but not for ever."""

from __future__ import annotations

import errno
import socket
import time
from typing import Any, Self

GRACE = 20.0
SLOWEST = 4096  # bytes a second


class PatientSocket(socket.socket):
    """Gives each request a time that grows with what has come; then the connection counts as reset."""

    _began = 0.0
    _received = 0

    @classmethod
    def instead_of(cls, other: socket.socket) -> Self:
        """The same connection, with this patience."""
        timeout = other.gettimeout()
        patient = cls(other.family, other.type, other.proto, fileno=other.detach())
        patient.settimeout(timeout)
        return patient

    def begin(self) -> None:
        """A new request starts here."""
        self._began = time.monotonic()
        self._received = 0

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        asked = self.gettimeout()
        left = self._began + GRACE + self._received / SLOWEST - time.monotonic()
        if asked is not None and asked <= left:
            data = super().recv(bufsize, flags)
        else:
            data = self._within(left, asked, super().recv, bufsize, flags)
        self._received += len(data)
        return data

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        self._within(GRACE + len(data) / SLOWEST, self.gettimeout(), super().sendall, data, flags)

    def _within(self, seconds: float, asked: float | None, act: Any, *arguments: Any) -> Any:
        self.settimeout(max(seconds, 0.001))
        try:
            return act(*arguments)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "The client is too slow.") from None
        finally:
            if self.fileno() >= 0:
                self.settimeout(asked)
