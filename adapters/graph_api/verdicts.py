"""From what Meta said, or did not say, to a verdict; doubt wherever it may matter."""

from __future__ import annotations

import re

from adapters.graph_api import errors
from adapters.graph_api.errors import QUOTA, ROWS, THROTTLE, Codes, Row
from adapters.graph_api.stages import Stage
from domain.errors import AuthFailed, OutcomeUnknown, UnknownError
from domain.upstream import Again, Refused, Upstream, Verdict

SUBCODE = re.compile(r"\b2207\d{3}\b")
Key = tuple[Stage | None, int | None, int | None]


def _each(codes: Codes) -> list[int | None]:
    return [codes] if codes is None or isinstance(codes, int) else list(codes)


def _indexed() -> dict[Key, Row]:
    """Rows by stage, code and subcode; and by a subcode or a code alone, where no row is about just that."""
    index: dict[Key, Row] = {}
    for row in ROWS:
        for code in _each(row.code):
            for subcode in _each(row.subcode):
                index[row.only, code, subcode] = row
    for row in ROWS:
        if isinstance(row.subcode, int) and row.subcode // 1000 == 2207:
            index.setdefault((row.only, None, row.subcode), row)
        if isinstance(row.code, int):
            index.setdefault((row.only, row.code, None), row)
    return index


_INDEX = _indexed()


def find(upstream: Upstream, stage: Stage, *, transient: bool = False) -> Row:
    """The row for what Meta said, the most telling part first."""
    code, subcode, status = upstream.code, upstream.subcode, upstream.http_status or 0
    for name, row in errors.EXCEPTIONS.items():
        if name in (upstream.message or ""):
            return row
    by_code = _INDEX.get((None, code, None)) if code is not None else None
    if subcode is not None:
        for key in (
            (stage, code, subcode),
            (stage, None, subcode),
            (None, code, subcode),
            (None, None, subcode),
        ):
            if key in _INDEX:
                return _INDEX[key]
        # A number nobody listed is about the media, unless its code says that the account has to wait.
        if subcode // 1000 == 2207 and not (
            by_code and (by_code.blocks or by_code.again in (QUOTA, THROTTLE))
        ):
            return errors.UNLISTED
    if by_code is not None:
        return by_code
    if status == 429:
        return errors.SLOW_DOWN
    if status >= 500:
        return errors.DOWN
    return errors.PASSING if transient else errors.UNKNOWN


def verdict(
    upstream: Upstream, stage: Stage, *, wait: float | None = None, transient: bool = False
) -> Verdict:
    """What a refusal means; `wait` is what Meta itself said about how long."""
    return of_row(find(upstream, stage, transient=transient), upstream, stage, wait=wait)


def of_row(row: Row, upstream: Upstream | None, stage: Stage, *, wait: float | None = None) -> Verdict:
    """A row as a verdict at a stage: a dead container is never tried again, a deletion makes no container."""
    again = row.again
    if stage is Stage.CONTAINER and again is Again.SAME_CALL:
        again = Again.NEW_CONTAINER
    if stage is Stage.DELETE and again is Again.NEW_CONTAINER:
        again = Again.SAME_CALL
    return Verdict(
        code=row.error.code,
        again=again,
        delay=wait if wait and again in (Again.AFTER_THROTTLE, Again.SAME_CALL) else row.delay,
        most=row.most,
        blocks=row.blocks,
        doubtful=stage.irreversible and not row.proof,
        sentence=row.sentence,
        upstream=upstream,
    )


def upload_verdict(kind: str, upstream: Upstream, *, retriable: bool) -> Verdict:
    """What a refusal of the byte server means; its message may carry a number of the table."""
    number = SUBCODE.search(upstream.message or "")
    if kind not in errors.UPLOADS and number:
        return verdict(
            Upstream(upstream.http_status, None, int(number.group()), message=upstream.message), Stage.CREATE
        )
    return of_row(
        errors.UPLOADS.get(kind, errors.PASSING if retriable else errors.UNLISTED), upstream, Stage.CREATE
    )


def exchange_verdict(upstream: Upstream) -> Verdict:
    """What a refusal of the login's token exchange means."""
    return Verdict(
        AuthFailed.code,
        sentence="Instagram did not exchange the login's code for a token.",
        upstream=upstream,
    )


def silence(stage: Stage, *, sent: bool) -> Refused:
    """No answer came. `sent` is False where it is certain that the call never left."""
    if not sent:
        return Refused(_lost(stage, "Instagram could not be reached.", doubtful=False))
    return Refused(_lost(stage, "Instagram did not answer.", doubtful=stage.irreversible))


def nonsense(stage: Stage, http_status: int | None = None) -> Refused:
    """An answer came that cannot be read."""
    upstream = Upstream(http_status=http_status) if http_status else None
    sentence = "Instagram's answer could not be read."
    return Refused(_lost(stage, sentence, doubtful=stage.irreversible, upstream=upstream))


def _lost(stage: Stage, sentence: str, *, doubtful: bool, upstream: Upstream | None = None) -> Verdict:
    if doubtful and stage is Stage.PUBLISH:
        said = f"{sentence} It may have done what was asked, or not."
        return Verdict(OutcomeUnknown.code, doubtful=True, sentence=said, upstream=upstream)
    return Verdict(
        UnknownError.code,
        again=Again.SAME_CALL,
        delay=5.0,
        most=6,
        doubtful=doubtful,
        sentence=sentence,
        upstream=upstream,
    )


def unreadable(refused: Refused) -> bool:
    """Whether Instagram will not say (100/33, #10), which another token of the same person may change."""
    upstream = refused.verdict.upstream
    return upstream is not None and (upstream.code == 10 or (upstream.code, upstream.subcode) == (100, 33))


def gone(refused: Refused) -> bool:
    """Whether this may mean that the thing is no longer there; it may as well be forbidden."""
    upstream = refused.verdict.upstream
    return upstream is not None and (upstream.code, upstream.subcode) == (100, 33)
