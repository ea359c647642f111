"""A picture as it was sent: opened by its header, admitted, and decoded once into what we work with."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyvips

from adapters.pyvips.refusal import DAMAGED_PICTURE, Refusal
from domain import media_formats
from domain.media_formats import Format
from domain.media_rules import ADMISSION

if TYPE_CHECKING:
    from adapters.pyvips.heic import Heic

_EXHAUSTED = ("out of memory", "unable to allocate")
_SMALLEST_REST = 1.4
"""How much is left to the good filter when the decoder shrinks; less costs quality."""
_WEBP_REST = 1.0
"""WebP shrinks well to any size while it decodes."""


@contextlib.contextmanager
def refusing_damage() -> Iterator[None]:
    """Whatever libvips cannot decode is refused; that there is no memory left ends the process."""
    try:
        yield
    except pyvips.Error as failure:
        detail = str(failure)
        if any(words in detail for words in _EXHAUSTED):
            raise MemoryError(detail) from failure
        raise Refusal(DAMAGED_PICTURE, detail=detail) from failure


class Source:
    """One picture; made from its header alone, it raises Refusal for what would take too much to decode."""

    def __init__(self, data: bytes, file_format: Format) -> None:
        self.data = data
        self.format = file_format
        self._heic = _heic(data) if file_format is media_formats.HEIC else None
        self.header = self._open()
        self.orientation = _number(self.header, "orientation", 1)
        self._admit()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as seen, upright."""
        width, height = self.header.width, self.header.height
        return (height, width) if self.orientation >= 5 else (width, height)

    @property
    def profile(self) -> bytes | None:
        """The embedded colour profile."""
        return self.header.get("icc-profile-data") if _has_profile(self.header) else None

    @property
    def pages(self) -> int:
        return _number(self.header, "n-pages", 1)

    def picture(self, width: int, height: int) -> Any:
        """The whole picture in memory in the given size: 8-bit sRGB, opaque and upright."""
        return self.stream(width, height).copy_memory()

    def stream(self, width: int, height: int) -> Any:
        """The same for a single reading from top to bottom, which takes less time and memory."""
        if self.orientation >= 5:
            width, height = height, width
        image = self._pixels(min(self.header.width / width, self.header.height / height))
        if image.hasalpha():
            image = image.flatten(background=[_white(image)])
        image = _srgb(resize(image, width, height))
        return image.copy_memory().autorot() if self.orientation > 1 else image

    def _open(self) -> Any:
        """The header; pixels follow when asked for. Only "error" makes libvips notice a TIFF cut off."""
        if self._heic is not None:
            return self._heic.header()
        fail_on = "error" if self.format is media_formats.TIFF else "truncated"
        return pyvips.Image.new_from_buffer(self.data, "", access="sequential", fail_on=fail_on)

    def _pixels(self, factor: float) -> Any:
        """Open it for one pass from top to bottom, shrunk by the decoder where that costs no quality."""
        if self._heic is not None:
            return self._heic.pixels()
        if self.format is media_formats.JPEG:
            shrink = 1
            while shrink < 8 and factor / (shrink * 2) >= _SMALLEST_REST:
                shrink *= 2
            return pyvips.Image.jpegload_buffer(
                self.data, access="sequential", shrink=shrink, fail_on="truncated"
            )
        if self.format is media_formats.WEBP:
            return pyvips.Image.webpload_buffer(
                self.data, access="sequential", scale=min(1, _WEBP_REST / factor), fail_on="truncated"
            )
        return self._open()

    def _admit(self) -> None:
        header = self.header
        pixels = header.width * header.height
        if max(header.width, header.height) > ADMISSION.side:
            raise Refusal(
                f"The picture is {header.width} by {header.height} pixels; "
                f"no side may exceed {ADMISSION.side:,}."
            )
        held_whole = (
            self.format in (media_formats.AVIF, media_formats.HEIC)
            or header.get_typeof("jpeg-multiscan") != 0
            or header.get_typeof("interlaced") != 0
        )
        most = ADMISSION.pixels_held_whole if held_whole else ADMISSION.pixels
        if pixels > most:
            raise Refusal(
                f"The picture has {pixels / 1e6:.0f} megapixels; at most {most // 1_000_000} are taken"
                + (" of a picture stored like this one." if held_whole else ".")
            )


def resize(image: Any, width: int, height: int) -> Any:
    """An image in a given size, by the good filter."""
    if (image.width, image.height) == (width, height):
        return image
    return image.resize(width / image.width, vscale=height / image.height, kernel="lanczos3")


def _heic(data: bytes) -> Heic:
    from adapters.pyvips.heic import Heic  # takes a moment to load, and most pictures are others

    return Heic(data)


def _number(image: Any, name: str, otherwise: int) -> int:
    return int(image.get(name)) if image.get_typeof(name) else otherwise


def _has_profile(image: Any) -> bool:
    return bool(image.get_typeof("icc-profile-data"))


def _white(image: Any) -> float:
    if image.interpretation == "cmyk":
        return 0
    return {"ushort": 65535, "float": 1}.get(image.format, 255)


def _srgb(image: Any) -> Any:
    profile = {"input_profile": "cmyk"} if image.interpretation == "cmyk" else {}
    if _has_profile(image) or profile:
        image = image.icc_transform(
            "srgb", embedded=_has_profile(image), intent="relative", depth=8, **profile
        )
    if image.interpretation != "srgb" or image.format != "uchar":
        image = image.colourspace("srgb")
    return image.extract_band(0, n=3) if image.bands > 3 else image
