"""pydantic's findings as the `details` of a refusal: where, which, in words, and never the value sent."""

from __future__ import annotations

import pydantic

from domain.errors import Detail

MOST = 100

CODES = {
    "missing": "required",
    "extra_forbidden": "unknown",
    "enum": "choice",
    "literal_error": "choice",
    "too_short": "too_short",
    "string_too_short": "too_short",
    "too_long": "too_long",
    "string_too_long": "too_long",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
    "finite_number": "out_of_range",
    "json_invalid": "json",
    "value_error": "invalid",
    "assertion_error": "invalid",
    "string_pattern_mismatch": "format",
}

SENTENCES = {
    "missing": "This is required.",
    "extra_forbidden": "There is no such field here.",
    "uuid_parsing": "This must be an id: a UUID.",
    "uuid_type": "This must be an id: a UUID.",
    "model_type": "This must be an object.",
    "model_attributes_type": "This must be an object.",
    "dict_type": "This must be an object.",
    "union_tag_invalid": "This is none of the known kinds.",
    "union_tag_not_found": "This does not say which kind it is.",
    "string_pattern_mismatch": "This is not written as it should be.",
}


def details(error: pydantic.ValidationError) -> tuple[Detail, ...]:
    """Every fault at once, a hundred at most."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return tuple(
        Detail(
            field=pointer(fault["loc"]),
            code=code(fault["type"]),
            message=sentence(fault["type"], fault["msg"]),
        )
        for fault in found[:MOST]
    )


def pointer(location: tuple[int | str, ...]) -> str:
    """A JSON pointer (RFC 6901); the empty one is the whole."""
    return "".join("/" + str(step)[:64].replace("~", "~0").replace("/", "~1") for step in location)


def code(kind: str) -> str:
    """Our word for a kind of fault, so that clients do not depend on a library's."""
    if kind in CODES:
        return CODES[kind]
    if kind.endswith("_type"):
        return "type"
    if kind.endswith("_parsing"):
        return "format"
    return kind


def sentence(kind: str, message: str) -> str:
    """What is wrong, in words."""
    if kind in SENTENCES:
        return SENTENCES[kind]
    words = message.removeprefix("Value error, ").replace("Input should", "This should")
    return words if words.endswith(".") else f"{words}."
