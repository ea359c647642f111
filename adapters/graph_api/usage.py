"""How much of its allowance an account has used, as Meta says beside every answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_NUMBERS = ("call_count", "total_time", "total_cputime")
_TYPES = ("instagram", "pages")


@dataclass(frozen=True)
class Usage:
    """The fullest of the allowances in per cent, and the minutes until calls are allowed again."""

    percent: int
    minutes_to_regain: int = 0


def read_usage(headers: Mapping[str, str], ig_user_id: str) -> Usage | None:
    """What the two usage headers say about an account; None where they are absent or make no sense."""
    app = _loaded(headers.get("x-app-usage"))
    cases = list(_cases(_loaded(headers.get("x-business-use-case-usage")), ig_user_id))
    found = [_number(each.get(name)) for each in (app, *cases) for name in _NUMBERS if name in each]
    if not found:
        return None
    minutes = max((_number(case.get("estimated_time_to_regain_access")) for case in cases), default=0)
    return Usage(max(found), minutes)


def _cases(by_id: dict[str, Any], ig_user_id: str) -> Iterator[dict[str, Any]]:
    """The uses that concern this account: its own entry, or all of them where it has none."""
    chosen = [by_id[ig_user_id]] if ig_user_id in by_id else list(by_id.values())
    for uses in chosen:
        for use in uses if isinstance(uses, list) else ():
            if isinstance(use, dict) and use.get("type", "instagram") in _TYPES:
                yield use


def _loaded(header: str | None) -> dict[str, Any]:
    try:
        found = json.loads(header or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _number(value: object) -> int:
    return int(value) if isinstance(value, int | float) and 0 <= value < 1_000_000 else 0
