"""How Instagram counts a caption: in UTF-16 code units, the strictest reading, since Meta names no unit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.errors import Detail

LONGEST = 2200
MOST_HASHTAGS = 30
MOST_MENTIONS = 20
HASHTAG_ADVICE = 5
MENTION_ADVICE = 3

_HASHTAG = re.compile(r"(?<![\w&])#\w+")
_MENTION = re.compile(r"(?<![\w.@])@[A-Za-z0-9_][A-Za-z0-9_.]*")


def length(text: str) -> int:
    """Characters as Instagram may count them."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def hashtags(text: str) -> int:
    return len(_HASHTAG.findall(text))


def mentions(text: str) -> int:
    return len(_MENTION.findall(text))


def faults(text: str, *, field: str = "/caption") -> Iterator[Detail]:
    """What would make Instagram refuse the caption."""
    if (count := length(text)) > LONGEST:
        yield Detail(field, "too_long", f"A caption has at most {LONGEST} characters; this one has {count}.")
    if (count := hashtags(text)) > MOST_HASHTAGS:
        yield Detail(field, "too_many_hashtags", f"At most {MOST_HASHTAGS} hashtags; this one has {count}.")
    if (count := mentions(text)) > MOST_MENTIONS:
        yield Detail(field, "too_many_mentions", f"At most {MOST_MENTIONS} mentions; this one has {count}.")


def comparable(text: str | None) -> str:
    """A caption in the form in which two are compared: Instagram trims outer white space."""
    return (text or "").replace("\r\n", "\n").strip()
