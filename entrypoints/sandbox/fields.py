"""The `fields` parameter: names, nested names, and the refusal of names nobody knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from entrypoints.sandbox.errors import GraphError

Wanted = dict[str, str]
"""Field name to the text between its braces."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")


def parse(text: str) -> Wanted:
    """Split `a,b{c,d},e.limit(5){f}` at its outer commas; raises GraphError 2500."""
    wanted: Wanted = {}
    place = 0
    while place < len(text):
        name = _NAME.match(text, place)
        if name is None:
            raise GraphError(2500, message=f"Syntax error at character {place} of the field list")
        place, inner = _after(text, name.end())
        wanted[name.group()] = inner
        if place < len(text) and text[place] != ",":
            raise GraphError(2500, message=f"Syntax error at character {place} of the field list")
        place += 1
    return wanted


def _after(text: str, place: int) -> tuple[int, str]:
    """Skip modifiers such as `.limit(5)` and take the text in braces."""
    while place < len(text) and text[place] == ".":
        end = text.find(")", place)
        if end < 0:
            raise GraphError(2500, message="Syntax error: a modifier is not closed")
        place = end + 1
    if place >= len(text) or text[place] != "{":
        return place, ""
    depth = 0
    for index in range(place, len(text)):
        depth += {"{": 1, "}": -1}.get(text[index], 0)
        if depth == 0:
            return index + 1, text[place + 1 : index]
    raise GraphError(2500, message="Syntax error: a brace is not closed")


def select(
    text: str,
    known: Mapping[str, Callable[[str], Any]],
    default: Iterable[str] = (),
    *,
    node: str = "",
) -> dict[str, Any]:
    """The wanted fields and always the id; what reads as None is left out. Raises GraphError 100."""
    wanted = parse(text.replace(" ", "")) if text else dict.fromkeys(default, "")
    for name in wanted:
        if name not in known:
            kind = f" on node type ({node})" if node else ""
            raise GraphError(100, message=f"Tried accessing nonexisting field ({name}){kind}")
    answer = {name: known[name](inner) for name, inner in wanted.items() if name != "id"}
    answer = {name: value for name, value in answer.items() if value is not None}
    if "id" in known:
        answer["id"] = known["id"]("")
    return answer
