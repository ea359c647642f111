"""Why something of ours did not happen, as answers tell it."""

from __future__ import annotations

from typing import Any

from domain import errors
from domain.upstream import Upstream
from entrypoints.http.errors import Recovery
from entrypoints.http.models import Shown


class UpstreamAnswer(Shown):
    """What Meta said; texts may be in any language."""

    http_status: int | None
    code: int | None
    subcode: int | None
    title: str | None
    message: str | None
    trace_id: str | None


class Failure(Shown):
    """A code of the catalogue, a sentence, and what to do now."""

    code: str
    fallback: str
    error: str
    recovery: Recovery
    upstream: UpstreamAnswer | None


def failure(
    code: str | None, sentence: str = "", upstream: Upstream | None = None, **known: Any
) -> Failure | None:
    """A failure on record; `known` are the ids its advice may name."""
    if code is None:
        return None
    kind = errors.catalogue[code]
    return Failure(
        code=code,
        fallback=kind.fallback,
        error=sentence or kind.description(),
        recovery=Recovery.model_validate(kind.recovery.with_ids(known)),
        upstream=None if upstream is None else UpstreamAnswer.model_validate(upstream),
    )
