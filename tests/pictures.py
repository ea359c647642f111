"""Pictures for tests, made on the spot and the same every time."""

from __future__ import annotations

import functools
import io
import random
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms, ImageDraw


@functools.cache
def make_picture(width: int, height: int, seed: int = 0, mode: str = "RGB") -> Image.Image:
    """A sky-like gradient with a few soft discs and some grain: compresses about as a photo does."""
    chance = random.Random(seed)
    size = (width, height)
    down = Image.linear_gradient("L").resize(size)
    across = Image.linear_gradient("L").rotate(90).resize(size)
    around = Image.radial_gradient("L").resize(size)
    channels = [down, across, around]
    chance.shuffle(channels)
    picture = Image.merge("RGB", channels)
    draw = ImageDraw.Draw(picture)
    for _ in range(12):
        x, y = chance.randrange(width), chance.randrange(height)
        radius = chance.randrange(1, max(2, min(size) // 6))
        colour = tuple(chance.randrange(256) for _ in range(3))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    grain = Image.frombytes("L", (128, 128), chance.randbytes(128 * 128)).resize(size)
    return Image.blend(picture, Image.merge("RGB", (grain, grain, grain)), 0.08).convert(mode)


def encode(picture: Image.Image, format: str, **options: Any) -> bytes:
    """A Pillow image as the bytes of a file."""
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def make_jpeg(width: int = 1080, height: int = 1350, seed: int = 0, **options: Any) -> bytes:
    """A photo-like JPEG; what Instagram takes as it is, unless the size says otherwise."""
    return encode(make_picture(width, height, seed), "JPEG", **({"quality": 90} | options))


def make_png(width: int = 1080, height: int = 1350, seed: int = 0, mode: str = "RGB") -> bytes:
    """A photo-like PNG."""
    return encode(make_picture(width, height, seed, mode), "PNG", compress_level=1)


def exif(*, orientation: int = 1, gps: bool = False, words: str = "") -> Image.Exif:
    """Exif as a phone writes it."""
    data = Image.Exif()
    data[0x0112] = orientation
    if words:
        data[0x010E] = words
    if gps:
        data.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    return data


def make_turned_jpeg(orientation: int, width: int = 600, height: int = 600) -> bytes:
    """Seen upright: red top left, green top right, blue bottom left, white bottom right."""
    picture = Image.new("RGB", (width, height), "white")
    half_x, half_y = width // 2, height // 2
    for colour, corner in (("red", (0, 0)), ("green", (half_x, 0)), ("blue", (0, half_y))):
        picture.paste(colour, (*corner, corner[0] + half_x, corner[1] + half_y))
    back = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    for step in back.get(orientation, []):
        picture = picture.transpose(step)
    return encode(picture, "JPEG", quality=95, exif=exif(orientation=orientation, gps=True))


_BLOCK = 1 << 20


def make_bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A sound, black PNG: a thousandth on disk of what it takes once decoded."""
    size = height * (1 + width * 3)
    zipper = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = zipper.compress(bytes(_BLOCK)) + zipper.flush(zlib.Z_FULL_FLUSH)
    rest = zipper.compress(bytes(size % _BLOCK)) + zipper.flush()
    sum_of_zeros = struct.pack(">I", (size % 65521) << 16 | 1)
    packed = b"\x78\xda" + block * (size // _BLOCK) + rest + sum_of_zeros
    return png(width, height, packed)


def png(
    width: int, height: int, packed: bytes, *, depth: int = 8, colour: int = 2, interlace: int = 0
) -> bytes:
    """A PNG file around rows that are compressed already."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", packed)
        + png_chunk(b"IEND", b"")
    )


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def make_deep_png(width: int, height: int, *, alpha: bool = False) -> bytes:
    """A PNG of sixteen bits a channel: grey from dark to bright, half transparent at the right."""
    rows = bytearray()
    for y in range(height):
        grey = struct.pack(">H", 65535 * y // max(1, height - 1)) * 3
        rows.append(0)
        if alpha:
            rows += (grey + b"\xff\xff") * (width // 2) + (grey + b"\0\0") * (width - width // 2)
        else:
            rows += grey * width
    return png(width, height, zlib.compress(bytes(rows), 1), depth=16, colour=6 if alpha else 2)


# Primaries and white of the two common wide gamuts, as XYZ under D50.
_ADOBE = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
_P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))


def wide_profile(name: str) -> bytes:
    """An ICC profile for "Display P3" or "Adobe RGB", made by hand."""
    colorants = _P3 if name == "Display P3" else _ADOBE
    gamma = 2.2
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    tags = {b"desc": _description(name), b"wtpt": _xyz((0.9642, 1.0, 0.8249))}
    for letter, colorant in zip("rgb", colorants, strict=True):
        tags[f"{letter}XYZ".encode()] = _xyz(colorant)
        tags[f"{letter}TRC".encode()] = curve
    offset = 128 + 4 + 12 * len(tags)
    table, bodies = struct.pack(">I", len(tags)), b""
    for signature, body in tags.items():
        table += signature + struct.pack(">II", offset + len(bodies), len(body))
        bodies += body + bytes(-len(body) % 4)
    head = bytearray(128)
    head[0:4] = struct.pack(">I", offset + len(bodies))
    head[8:12] = b"\x02\x40\0\0"
    head[12:24] = b"mntrRGB XYZ "
    head[36:40] = b"acsp"
    head[68:80] = struct.pack(">iii", *(round(value * 65536) for value in (0.9642, 1.0, 0.8249)))
    return bytes(head) + table + bodies


def srgb_profile() -> bytes:
    """The ICC profile of sRGB, as cameras embed it."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">iii", *(round(value * 65536) for value in values))


def _description(name: str) -> bytes:
    text = name.encode() + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78)
