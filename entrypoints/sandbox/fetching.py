"""Fetching media by URL the way Meta's crawler does: directly, bounded, without following redirects."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx

_AGENT = "facebookexternalhit/1.1 (simulated; +http://www.facebook.com/externalhit_uatext.php)"


class FetchError(Exception):
    """The URL gave nothing usable."""


class FetchTimeoutError(FetchError):
    """The URL took too long."""


class TooLargeError(FetchError):
    """The URL gave more bytes than anybody would take."""


class Fetcher:
    """Gets bytes from the outside; tests give it a transport of their own."""

    def __init__(self, transport: httpx.BaseTransport | None = None) -> None:
        self._client = httpx.Client(
            transport=transport,
            headers={"User-Agent": _AGENT},
            follow_redirects=False,
            trust_env=False,
            limits=httpx.Limits(max_connections=128, max_keepalive_connections=32),
        )

    def get(self, url: str, *, at_most: int, seconds: float) -> bytes:
        """The bytes behind a URL; raises FetchError."""
        content = bytearray()
        for piece in self._stream(url, at_most, seconds):
            content += piece
        return bytes(content)

    def save(self, url: str, file: Path, *, at_most: int, seconds: float) -> None:
        """Write the bytes behind a URL to a file; raises FetchError."""
        with file.open("wb") as target:
            for piece in self._stream(url, at_most, seconds):
                target.write(piece)

    def post(self, url: str, form: dict[str, str], *, seconds: float) -> tuple[int, str]:
        """Send a form and return status and text of the answer; raises FetchError."""
        try:
            answer = self._client.post(url, data=form, timeout=seconds)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise FetchError(str(error)) from error
        return answer.status_code, answer.text

    def _stream(self, url: str, at_most: int, seconds: float) -> Iterator[bytes]:
        end = time.monotonic() + seconds
        total = 0
        try:
            with self._client.stream("GET", url, timeout=seconds) as answer:
                if answer.status_code != 200:
                    raise FetchError(f"status {answer.status_code}")
                for piece in answer.iter_bytes(65_536):
                    total += len(piece)
                    if total > at_most:
                        raise TooLargeError(f"more than {at_most} bytes")
                    if time.monotonic() > end:
                        raise FetchTimeoutError(f"longer than {seconds} s")
                    yield piece
        except httpx.TimeoutException as error:
            raise FetchTimeoutError(str(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise FetchError(str(error)) from error
