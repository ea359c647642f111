"""What the workshop and its children say to each other: msgpack with its length in front."""

from __future__ import annotations

import struct

import msgspec

from domain.media import Facts, Use
from domain.renditions import Recipe

LENGTH = struct.Struct(">I")
MOST_BYTES = 64 << 20
"""No honest answer is longer: two JPEGs of at most 8 MiB and a few facts."""


class Job(msgspec.Struct, frozen=True):
    """One file to decode in at most so many seconds of processor time: to judge it, or to make a picture."""

    path: str
    seconds: int
    uses: tuple[Use, ...] = ()
    recipe: Recipe | None = None


class Made(msgspec.Struct, frozen=True):
    """One picture the child made, for one or more uses."""

    uses: tuple[Use, ...]
    mime_type: str
    width: int
    height: int
    data: bytes


class Finished(msgspec.Struct, frozen=True, tag=True):
    """What was found and made; the original itself serves the uses in `untouched`."""

    facts: Facts
    untouched: tuple[Use, ...]
    made: tuple[Made, ...]


class Rendered(msgspec.Struct, frozen=True, tag=True):
    """The one picture that a recipe asked for."""

    made: Made


class Refused(msgspec.Struct, frozen=True, tag=True):
    """Why the file is not taken; `detail` is for the log."""

    sentence: str
    detail: str


Answer = Finished | Rendered | Refused


def frame(message: msgspec.Struct) -> bytes:
    body = msgspec.msgpack.encode(message)
    return LENGTH.pack(len(body)) + body


def read_job(body: bytes) -> Job:
    return msgspec.msgpack.decode(body, type=Job)


def read_answer(body: bytes) -> Answer:
    """The answer in a frame; a child that was taken over can say nothing that does not fit the types."""
    answer: Answer = msgspec.msgpack.decode(body, type=Finished | Rendered | Refused)
    return answer
