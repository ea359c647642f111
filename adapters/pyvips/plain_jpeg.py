"""Tells a JPEG that may be published byte for byte from one that carries more than a picture."""

from __future__ import annotations

import re

_FRAMES = {0xC0, 0xC1, 0xC2}
_TABLES = {0xC4, 0xDB, 0xDD}
_START_OF_SCAN = 0xDA
_HIDDEN_LATER = re.compile(rb"\xff[\xd8\xe0-\xef\xfe]")


def is_plain(data: bytes) -> bool:
    """Whether it holds a picture and at most its colour profile: no Exif, comment, second picture or tail."""
    position = 2
    while data[position : position + 1] == b"\xff":
        marker = data[position + 1]
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        body = data[position + 4 : position + 2 + length]
        if marker == _START_OF_SCAN:
            return data.endswith(b"\xff\xd9") and not _HIDDEN_LATER.search(data, position + 2)
        if not _is_harmless(marker, body):
            return False
        position += 2 + length
    return False


def names_srgb(profile: bytes) -> bool:
    """Whether a colour profile describes itself as sRGB."""
    return "sRGB" in profile_name(profile)


def profile_name(profile: bytes) -> str:
    """What a colour profile calls itself, as far as that can be read; empty if it cannot."""
    count = int.from_bytes(profile[128:132], "big")
    for entry in range(132, 132 + 12 * min(count, 100), 12):
        if profile[entry : entry + 4] == b"desc":
            offset = int.from_bytes(profile[entry + 4 : entry + 8], "big")
            size = int.from_bytes(profile[entry + 8 : entry + 12], "big")
            body = profile[offset : offset + min(size, 200)]
            if body.startswith(b"mluc"):
                body = body[28:].decode("utf-16-be", errors="ignore").encode()
            else:
                body = body[12 : 12 + max(0, int.from_bytes(body[8:12], "big") - 1)]
            return "".join(filter(str.isprintable, body.decode("ascii", errors="ignore")))[:60]
    return ""


def _is_harmless(marker: int, body: bytes) -> bool:
    if marker in _FRAMES:
        return len(body) > 5 and body[5] == 3
    if marker == 0xE0:
        return body.startswith(b"JFIF\0")
    if marker == 0xE2:
        return body.startswith(b"ICC_PROFILE\0")
    if marker == 0xEE:
        return body.startswith(b"Adobe") and body[-1:] == b"\1"
    return marker in _TABLES
