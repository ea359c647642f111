"""Reads the box structure of an MP4 or MOV file, which decoders do not report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from adapters.pyvips.refusal import Refusal

_MOST_BOXES = 100_000
_PATH_TO_EDITS = (b"trak", b"edts", b"elst")


@dataclass(frozen=True)
class Layout:
    """Whether the index (`moov`) stands before the pictures (`mdat`), and whether a track is edited."""

    index_first: bool
    edit_list: bool


@dataclass(frozen=True)
class Box:
    """One box: its four-letter name, where its content begins and where it ends."""

    name: bytes
    start: int
    end: int


def read_layout(file: BinaryIO, size: int) -> Layout:
    """The layout of a whole file; refuses one that is cut off or has no index."""
    order: dict[bytes, Box] = {}
    for box in _boxes(file, 0, size):
        order.setdefault(box.name, box)
    if b"moov" not in order:
        raise Refusal("The video has no index: it is cut off or was not finished.")
    names = list(order)
    after = b"mdat" in order and names.index(b"mdat") < names.index(b"moov")
    return Layout(index_first=not after, edit_list=_has(file, order[b"moov"], _PATH_TO_EDITS))


def _has(file: BinaryIO, parent: Box, path: tuple[bytes, ...]) -> bool:
    name, *rest = path
    return any(
        not rest or _has(file, box, tuple(rest))
        for box in _boxes(file, parent.start, parent.end)
        if box.name == name
    )


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """The boxes between two offsets; one that reaches beyond the end means that something is missing."""
    for _ in range(_MOST_BOXES):
        if end - start < 8:
            return
        file.seek(start)
        head = file.read(16)
        length, name, begin = int.from_bytes(head[:4], "big"), head[4:8], start + 8
        if length == 1:
            length, begin = int.from_bytes(head[8:16], "big"), start + 16
        elif length == 0:
            length = end - start
        if length < begin - start:
            raise Refusal("The video is damaged: its parts do not add up.")
        if start + length > end:
            raise Refusal("The video is cut off: its end is missing.")
        yield Box(name, begin, start + length)
        start += length
    raise Refusal("The video is damaged: it has absurdly many parts.")
