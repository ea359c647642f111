"""Where ids, tokens and short codes come from; repeatable when a seed is given."""

from __future__ import annotations

import random
import string

_BASE62 = string.digits + string.ascii_letters
_BASE64URL = _BASE62 + "-_"


class Chance:
    """Draws every arbitrary value of a world."""

    def __init__(self, seed: int | None = None) -> None:
        # Nothing here protects anything: the tokens open a simulation.
        self._random = random.Random(seed)  # noqa: S311

    def digits(self, prefix: str, length: int) -> str:
        """A decimal id of `length` digits that begins with `prefix`."""
        rest = length - len(prefix)
        return prefix + str(self._random.randrange(10**rest)).zfill(rest)

    def text(self, length: int) -> str:
        return "".join(self._random.choices(_BASE62, k=length))

    def shortcode(self) -> str:
        """The eleven characters of a permalink."""
        return "".join(self._random.choices(_BASE64URL, k=11))
