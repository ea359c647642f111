"""Lists with cursors, newest first, between two moments."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from entrypoints.sandbox.call import Body, Call
from entrypoints.sandbox.errors import GraphError
from entrypoints.sandbox.parameters import Parameters


def page(
    call: Call,
    rows: Sequence[Any],
    identify: Callable[[Any], str],
    show: Callable[[Any], Body],
    default: int = 25,
) -> Body:
    """One page of rows that are already in their order; cursors survive rows that come and go."""
    limit = call.parameters.number("limit") or default
    if not 0 < limit <= 100:
        limit = min(max(limit, 1), 100)
    names = [identify(row) for row in rows]
    begin, end = 0, limit
    if after := call.parameters.text("after"):
        begin = _place(names, after) + 1
        end = begin + limit
    elif before := call.parameters.text("before"):
        end = _place(names, before)
        begin = max(0, end - limit)
    shown = rows[begin:end]
    body: Body = {"data": [show(row) for row in shown]}
    if shown:
        cursors = {"before": _cursor(names[begin]), "after": _cursor(names[begin + len(shown) - 1])}
        body["paging"] = {"cursors": cursors}
        if end < len(rows):
            body["paging"]["next"] = _address(call, after=cursors["after"])
        if begin > 0:
            body["paging"]["previous"] = _address(call, before=cursors["before"])
    return body


def moments(parameters: Parameters) -> tuple[float, float]:
    """`since` and `until` as Unix seconds, wide open when they are not given."""
    return _moment(parameters.text("since"), 0.0), _moment(parameters.text("until"), float("inf"))


def _moment(text: str, default: float) -> float:
    if not text:
        return default
    try:
        return float(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise GraphError(100, message="Param since or until is not a valid time") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _cursor(name: str) -> str:
    return base64.urlsafe_b64encode(f"c:{name}".encode()).decode().rstrip("=")


def _place(names: list[str], cursor: str) -> int:
    try:
        name = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().removeprefix("c:")
        return names.index(name)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise GraphError(100, message="Invalid cursor") from None


def _address(call: Call, **cursor: str) -> str:
    query = {k: v for k, v in call.parameters.items() if k not in ("after", "before") and isinstance(v, str)}
    # As at Meta, the token stands in the address only if it came that way.
    if not call.secret_in_query:
        query.pop("access_token", None)
    return call.world.url(f"{call.path}?{urlencode(query | cursor)}")
