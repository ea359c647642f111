"""HEIC files for tests: one picture coded by x265 and put into boxes by hand; no library here writes them."""

from __future__ import annotations

import struct
import subprocess
import tempfile
from pathlib import Path

import imageio_ffmpeg
from PIL import Image


def make_heic(
    picture: Image.Image, *, profile: bytes | None = None, turns: int = 0, exif: bytes = b""
) -> bytes:
    """A HEIC file of a picture with even sides; shown turned by so many quarters to the left."""
    config, coded = _coded(picture.convert("RGB"))
    properties = [config, _full(b"ispe", struct.pack(">II", *picture.size))]
    if profile:
        properties.append(_box(b"colr", b"prof" + profile))
    if turns:
        properties.append(_box(b"irot", bytes([turns])))
    marks = b"".join(
        bytes([0x80 | index if index in (1,) else index]) for index in range(1, len(properties) + 1)
    )
    ipma = struct.pack(">IHB", 1, 1, len(properties)) + marks
    entries = [_full(b"infe", struct.pack(">HH", 1, 0) + b"hvc1\0", version=2)]
    references = b""
    if exif:
        entries.append(_full(b"infe", struct.pack(">HH", 2, 0) + b"Exif\0", version=2))
        references = _full(b"iref", _box(b"cdsc", struct.pack(">HHH", 2, 1, 1)))
        exif = struct.pack(">I", 0) + exif
    ftyp = _box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")

    def meta(at: int) -> bytes:
        places = [(1, at, len(coded))] + ([(2, at + len(coded), len(exif))] if exif else [])
        rows = b"".join(struct.pack(">HHHII", item, 0, 1, start, size) for item, start, size in places)
        return _full(
            b"meta",
            _full(b"hdlr", bytes(4) + b"pict" + bytes(12) + b"\0")
            + _full(b"pitm", struct.pack(">H", 1))
            + _full(b"iinf", struct.pack(">H", len(entries)) + b"".join(entries))
            + references
            + _box(b"iprp", _box(b"ipco", b"".join(properties)) + _full(b"ipma", ipma))
            + _full(b"iloc", b"\x44\0" + struct.pack(">H", len(places)) + rows),
        )

    start = len(ftyp) + len(meta(0)) + 8
    return ftyp + meta(start) + _box(b"mdat", coded + exif)


def _coded(picture: Image.Image) -> tuple[bytes, bytes]:
    """The decoder's set-up (the `hvcC` box) and the one coded frame."""
    width, height = picture.size
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "one.mp4"
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24"]
        command += [
            "-s",
            f"{width}x{height}",
            "-i",
            "-",
            "-frames:v",
            "1",
            "-c:v",
            "libx265",
            "-tag:v",
            "hvc1",
        ]
        command += ["-preset", "ultrafast", "-crf", "12", "-x265-params", "log-level=none:keyint=1"]
        command += ["-vf", "scale=out_range=full:out_color_matrix=bt601", "-pix_fmt", "yuvj420p", str(target)]
        subprocess.run(command, input=picture.tobytes(), check=True, timeout=60)
        data = target.read_bytes()
    at = data.index(b"hvcC") - 4
    config = data[at : at + int.from_bytes(data[at : at + 4], "big")]
    at = data.index(b"mdat") - 4
    return config, data[at + 8 : at + int.from_bytes(data[at : at + 4], "big")]


def _box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + name + body


def _full(name: bytes, body: bytes, *, version: int = 0) -> bytes:
    return _box(name, struct.pack(">I", version << 24) + body)
