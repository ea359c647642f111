"""Pictures that were damaged or made to do harm, for tests of whatever takes files from strangers."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.heic import make_heic
from tests.pictures import encode, make_bomb, make_jpeg, make_picture, png

KINDS: dict[str, Callable[[], bytes]] = {
    "JPEG": lambda: make_jpeg(400, 500),
    "progressive": lambda: encode(make_picture(400, 500), "JPEG", progressive=True),
    "PNG": lambda: encode(make_picture(200, 250), "PNG"),
    "WebP": lambda: encode(make_picture(400, 500), "WEBP", method=0),
    "GIF": lambda: encode(make_picture(200, 250), "GIF"),
    "TIFF": lambda: encode(make_picture(200, 250), "TIFF", compression="tiff_lzw"),
    "AVIF": lambda: encode(make_picture(200, 250), "AVIF", speed=10),
    "HEIC": lambda: make_heic(make_picture(256, 320)),
}


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The file with its end missing, bits turned, a part repeated, or numbers of its header overblown."""
    damaged = bytearray(data)
    match chance.randrange(4):
        case 0:
            del damaged[chance.randrange(1, len(damaged)) :]
        case 1:
            for _ in range(chance.randrange(1, 40)):
                damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        case 2:
            start, end = sorted(chance.randrange(len(damaged)) for _ in range(2))
            damaged[start:start] = damaged[start:end]
        case _:
            at = chance.randrange(min(200, len(damaged) - 4))
            damaged[at : at + 4] = chance.choice([b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0"])
    return bytes(damaged)


def hostile(secret: Path) -> dict[str, bytes]:
    """Files that want more than to be seen."""
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"'
    svg = f'<svg {names}><image x:href="{secret}"/></svg>'
    told = str(secret).encode()
    zeros = zlib.compress(bytes(1 << 22))
    return {
        "SVG that points at a file": svg.encode(),
        "SVG behind a JPEG's first bytes": b"\xff\xd8\xff\xe0" + svg.encode(),
        "SVG behind a PNG's first bytes": b"\x89PNG\r\n\x1a\n" + svg.encode(),
        "SVG with an entity": b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY e SYSTEM "file://'
        + told
        + b'">]><svg>&e;</svg>',
        "PostScript": b"%!PS\n(" + told + b") run",
        "PDF": b"%PDF-1.7\n" + told,
        "path": told,
        "option string": told + b"[fail_on=none]",
        "playlist": b"#EXTM3U\n#EXTINF:1,\nfile://" + told,
        "csv": b"1;2\n3;4\n",
        "matrix": b"2 2\n1 2\n3 4\n",
        "libvips file": b"\xb6\xa6\xf2\x08" + bytes(60),
        "PPM": b"P6\n9 9\n255\n" + bytes(243),
        "HDR": b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 9 +X 9\n" + bytes(324),
        "FITS": b"SIMPLE  =                    T" + bytes(2850),
        "ImageMagick script": b"push graphic-context\nimage over 0,0 0,0 '"
        + told
        + b"'\npop graphic-context",
        "bomb of a PNG": make_bomb(16_000, 9_000),
        "larger bomb": make_bomb(30_000, 30_000),
        "interlaced bomb": png(7_500, 7_500, zeros, interlace=1),
        "PNG that says more than it has": png(9_000, 9_000, zeros),
        "GIF of 65535 by 65535": b"GIF89a\xff\xff\xff\xff\x80\0\0" + bytes(20),
        "TIFF that points at itself": b"II*\0\x08\0\0\0\x01\0\0\x01\x04\0\x01" + b"\0\0\0\x08" * 2 + bytes(3),
        "nothing": b"",
        "one byte": b"\xff",
    }
