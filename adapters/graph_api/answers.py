"""Reading what came over the wire: nothing in it is trusted to have the shape it should have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.graph_api import verdicts
from adapters.graph_api.stages import Stage
from domain.upstream import Refused, Upstream

Body = dict[str, Any]

_TOKEN = re.compile(r"\b(?:EAA|IG[AQ])[A-Za-z0-9_-]{12,}")
_LONGEST_TEXT = 1000


@dataclass(frozen=True)
class Told:
    """An answer of whatever kind: its status, its bytes, and the seconds it asks us to wait."""

    status: int
    content: bytes
    wait: float | None = None


def body_of(told: Told, stage: Stage, secrets: Iterable[str] = ()) -> Body:
    """The JSON object of an answer that is no refusal; raises Refused for everything else."""
    try:
        body = json.loads(told.content)
    except (ValueError, RecursionError):
        raise verdicts.nonsense(stage, told.status) from None
    if not isinstance(body, dict):
        raise verdicts.nonsense(stage, told.status)
    refusal = _refusal(told, body, stage, tuple(secrets))
    if refusal is not None:
        raise refusal
    if told.status >= 300:
        raise verdicts.nonsense(stage, told.status)
    return body


def _refusal(told: Told, body: Body, stage: Stage, secrets: tuple[str, ...]) -> Refused | None:
    """The refusal in one of the envelopes that Meta's hosts use, if there is one."""
    if isinstance(said := body.get("error"), dict):
        upstream = Upstream(
            http_status=told.status,
            code=whole(said.get("code")),
            subcode=whole(said.get("error_subcode")),
            title=text(said.get("error_user_title"), secrets),
            message=_joined(said, secrets),
            trace_id=text(said.get("fbtrace_id"), secrets),
        )
        transient = said.get("is_transient") is True
        return Refused(verdicts.verdict(upstream, stage, wait=told.wait, transient=transient))
    if isinstance(said := body.get("debug_info"), dict):
        kind = text(said.get("type"), secrets) or ""
        upstream = Upstream(told.status, title=kind or None, message=text(said.get("message"), secrets))
        return Refused(verdicts.upload_verdict(kind, upstream, retriable=said.get("retriable") is True))
    if "error_type" in body or "error_message" in body:
        upstream = Upstream(
            told.status,
            whole(body.get("code")),
            title=text(body.get("error_type"), secrets),
            message=text(body.get("error_message"), secrets),
        )
        return Refused(verdicts.exchange_verdict(upstream))
    return None


def _joined(said: Mapping[str, Any], secrets: tuple[str, ...]) -> str | None:
    """What Meta says to programmers and, where it differs, what it says to people."""
    parts = [text(said.get(name), secrets) for name in ("message", "error_user_msg")]
    return " – ".join(dict.fromkeys(part for part in parts if part)) or None


def text(value: object, secrets: Iterable[str] = ()) -> str | None:
    """A text to keep: bounded, and without any token that was echoed in it."""
    if not isinstance(value, str) or not value:
        return None
    for secret in secrets:
        value = value.replace(secret, "[token]")
    return _TOKEN.sub("[token]", value)[:_LONGEST_TEXT]


def whole(value: object) -> int | None:
    """A whole number, also when it was sent as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,18}", value):
        return int(value)
    return None


def identifier(value: object) -> str | None:
    """An id, which some answers carry as a number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value else None


def id_of(body: Body, stage: Stage, *names: str) -> str:
    """The first id under these names (`id` if none is given); an answer without one is nonsense."""
    for name in names or ("id",):
        if found := identifier(body.get(name)):
            return found
    raise verdicts.nonsense(stage)


def rows_of(body: Body, stage: Stage) -> list[Body]:
    """The objects under `data`; an answer without them is nonsense."""
    rows = body.get("data")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise verdicts.nonsense(stage)
    return rows


def moment(value: object) -> datetime | None:
    """A time as Graph writes it: `2026-10-01T09:30:00+0000`."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
