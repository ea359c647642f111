"""What every refusal of Instagram's has to come to, written down apart from the adapter's table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.graph_api.errors import ROWS, Row
from adapters.graph_api.stages import Stage

HOUR = 3600.0
AUDIO = (9050, 9052, 9054, 9055, 9056, 9057, 9058, 9060, 9062, 9063, 9064)
"""Numbers of refusals about sound, as documented."""


@dataclass(frozen=True)
class Fate:
    """The end if the refusal never passes: `tries` calls in all, `wait` seconds or more between them.

    `blocks`: the account waits for a person. `waits`: the post says for what. `doubt`: at publishing the
    answer proves nothing, so that the world is looked at before anything else.
    """

    code: str
    tries: int = 1
    wait: float = 0.0
    blocks: bool = False
    waits: str | None = None
    doubt: bool = False


def stop(code: str) -> Fate:
    return Fate(code)


def mend(code: str, *, doubt: bool = False) -> Fate:
    return Fate(code, blocks=True, doubt=doubt)


def again(code: str, tries: int, wait: float, *, doubt: bool = True) -> Fate:
    return Fate(code, tries, wait, doubt=doubt)


def throttled(*, doubt: bool = False) -> Fate:
    return Fate("INSTAGRAM_THROTTLED", 9, HOUR, waits="INSTAGRAM_THROTTLED", doubt=doubt)


FATES: dict[tuple[int | None, int | None], Fate] = {
    # A person must act: one call, and the account waits.
    **{(190, subcode): mend("TOKEN_EXPIRED") for subcode in (None, 458, 460, 463, 467, 492)},
    **{(190, subcode): mend("ACCOUNT_RESTRICTED") for subcode in (459, 464)},
    (102, None): mend("TOKEN_EXPIRED"),
    (25, 2207050): mend("ACCOUNT_RESTRICTED"),
    **{(code, None): mend("PERMISSION_MISSING") for code in (10, 200, 210, 299)},
    (3, None): stop("PERMISSION_MISSING"),
    (4, 2207051): mend("ACCOUNT_RESTRICTED", doubt=True),
    (368, None): Fate("ACCOUNT_RESTRICTED", 3, 4 * HOUR, waits="INSTAGRAM_THROTTLED"),
    # Waiting helps.
    (9, 2207042): Fate("INSTAGRAM_QUOTA_REACHED", 30, HOUR, waits="INSTAGRAM_QUOTA_REACHED"),
    **{(code, None): throttled() for code in (17, 32, 613, 80001, 80002)},
    **{(code, None): throttled(doubt=True) for code in (4, 341)},
    # The container, or the moment.
    (9007, 2207027): again("CONTAINER_EXPIRED", 7, 2, doubt=False),
    (24, 2207006): again("CONTAINER_EXPIRED", 2, 30),
    (24, 2207008): again("CONTAINER_EXPIRED", 3, 30),
    (-2, 2207020): again("CONTAINER_EXPIRED", 3, 4),
    # Fetching.
    (-2, 2207003): again("MEDIA_FETCH_FAILED", 4, 15),
    (9004, 2207052): again("MEDIA_FETCH_FAILED", 4, 5, doubt=False),
    (None, 2207077): again("MEDIA_FETCH_FAILED", 4, 15),
    # The file.
    (36000, 2207004): stop("MEDIA_INVALID"),
    (36001, 2207005): stop("MEDIA_INVALID"),
    (36003, 2207009): stop("MEDIA_INVALID"),
    (352, 2207026): stop("MEDIA_INVALID"),
    (None, 2207076): again("MEDIA_INVALID", 2, 30),
    (None, 2207082): again("MEDIA_INVALID", 2, 30),
    (None, 2207085): Fate("MEDIA_INVALID", doubt=True),
    (-1, 2207073): stop("CAPABILITY_UNAVAILABLE"),
    # Words, tags and options.
    (1, 2207057): stop("VALIDATION_ERROR"),
    (36004, 2207010): stop("VALIDATION_ERROR"),
    (100, 2207023): stop("VALIDATION_ERROR"),
    (100, 2207028): stop("INVALID_CAROUSEL"),
    (100, 2207035): stop("INVALID_TAGS"),
    (100, 2207036): stop("INVALID_TAGS"),
    (100, 2207037): stop("INVALID_TAGS"),
    (100, 2207040): stop("INVALID_TAGS"),
    (110, 2207018): stop("INVALID_TAGS"),
    (100, 2207067): stop("VALIDATION_ERROR"),
    (None, 2207081): stop("CAPABILITY_UNAVAILABLE"),
    (10, 9053): stop("CAPABILITY_UNAVAILABLE"),
    **{(100, subcode): stop("VALIDATION_ERROR") for subcode in AUDIO},
    (100, 33): again("PERMISSION_MISSING", 3, 60),
    **{(100, subcode): stop("AUTH_FAILED") for subcode in (36007, 36008, 36009)},
    (100, None): stop("VALIDATION_ERROR"),
    # Their trouble.
    (-1, 2207001): again("UNKNOWN_ERROR", 4, 10),
    (-1, 2207032): again("UNKNOWN_ERROR", 4, 10),
    (-1, 2207053): again("UNKNOWN_ERROR", 4, 15),
    (-1, None): again("UNKNOWN_ERROR", 4, 10),
    (1, None): again("UNKNOWN_ERROR", 6, 10),
    (2, None): again("UNKNOWN_ERROR", 6, 10),
    # Our mistakes, or the operator's.
    (101, None): stop("AUTH_FAILED"),
    **{(code, None): stop("UNKNOWN_ERROR") for code in (104, 2500, 2635, 9005, 36104)},
    # Facebook's.
    (324, None): stop("MEDIA_INVALID"),
    (506, None): stop("DUPLICATE_POST"),
    (6000, None): again("MEDIA_INVALID", 2, 30),
    (1366046, None): stop("MEDIA_INVALID"),
    **{(code, None): stop("MEDIA_INVALID") for code in (1363040, 1363127, 1363128, 1363129)},
    (1609005, None): stop("VALIDATION_ERROR"),
}

# A container that reads ERROR is never asked again: where another try is worth it, another one is made.
IN_CONTAINERS: dict[int, Fate] = {
    2207001: again("UNKNOWN_ERROR", 4, 10),
    2207003: again("MEDIA_FETCH_FAILED", 4, 15),
    2207004: stop("MEDIA_INVALID"),
    2207005: stop("MEDIA_INVALID"),
    2207009: stop("MEDIA_INVALID"),
    2207010: stop("VALIDATION_ERROR"),
    2207020: again("CONTAINER_EXPIRED", 3, 4),
    2207026: stop("MEDIA_INVALID"),
    2207032: again("UNKNOWN_ERROR", 4, 10),
    2207052: again("MEDIA_FETCH_FAILED", 4, 5),
    2207053: again("UNKNOWN_ERROR", 4, 15),
    2207057: stop("VALIDATION_ERROR"),
    2207076: again("MEDIA_INVALID", 2, 30),
    2207077: again("MEDIA_FETCH_FAILED", 4, 15),
    2207081: stop("CAPABILITY_UNAVAILABLE"),
    2207082: again("MEDIA_INVALID", 2, 30),
    2207085: stop("MEDIA_INVALID"),
    2207999: again("UNKNOWN_ERROR", 2, 15),
}

DELETING: dict[tuple[int | None, int | None], str] = {
    (100, 33): "PERMISSION_MISSING",
    (None, 2207085): "UNKNOWN_ERROR",
}
"""Rows that hold for deletion alone."""


def each(codes: object) -> list[int | None]:
    """The numbers of a row to try: of a range of hundreds a few."""
    if isinstance(codes, range):
        return [codes[0], 210, codes[-1]]
    return list(codes) if isinstance(codes, tuple) else [codes]  # type: ignore[list-item]


def pairs(row: Row) -> Iterator[tuple[int | None, int | None]]:
    return ((code, subcode) for code in each(row.code) for subcode in each(row.subcode))


PUBLISHING = [(pair, row) for row in ROWS if row.only is not Stage.DELETE for pair in pairs(row)]
"""Every row of the adapter's table that a call on the way to publication may meet."""
