"""The recipe for pictures: admit by the header, decode once and whole, deliver a clean sRGB JPEG."""

from __future__ import annotations

from typing import Any

import pyvips

from adapters.pyvips.plain_jpeg import is_plain, names_srgb
from adapters.pyvips.refusal import Refusal
from adapters.pyvips.wire import Finished, Made
from domain import media_formats, media_rules
from domain.media import Facts, Kind, Use
from domain.media_formats import Format
from domain.media_rules import ADMISSION, PICTURES, PREVIEW, PictureRules

DAMAGED = "The picture is damaged or cut off: it could not be decoded to its end."
_EXHAUSTED = ("out of memory", "unable to allocate")
_QUALITIES_BELOW = (80, 65, 50)
_SMALLEST_REST = 1.5
"""How much is left to the good filter when the decoder shrinks; less costs quality."""


def prepare(data: bytes, file_format: Format, uses: tuple[Use, ...]) -> Finished:
    """Judge a picture and make its renditions; raises Refusal."""
    try:
        return _prepare(data, file_format, uses)
    except pyvips.Error as failure:
        detail = str(failure)
        if any(words in detail for words in _EXHAUSTED):
            raise MemoryError(detail) from failure
        raise Refusal(DAMAGED, detail=detail) from failure


def encode(image: Any, rules: PictureRules) -> bytes:
    """An image as a JPEG without metadata that keeps to the limit of bytes."""
    for quality in (rules.quality, *_QUALITIES_BELOW):
        data: bytes = image.jpegsave_buffer(Q=quality, keep="none", optimize_coding=True, subsample_mode="on")
        if len(data) <= rules.max_bytes:
            return data
    raise Refusal("The picture does not fit into 8 MiB, however it is compressed.")


def preview(image: Any) -> Made:
    """A small JPEG of an image that is held in memory."""
    width, height = media_rules.fitted(image.width, image.height, PREVIEW.max_width, PREVIEW.max_height)
    small = _resize(image, width, height)
    return Made((Use.PREVIEW,), media_formats.JPEG.mime_type, width, height, encode(small, PREVIEW))


def _prepare(data: bytes, file_format: Format, uses: tuple[Use, ...]) -> Finished:
    header = _open(data, file_format)
    _admit(header, file_format)
    turned = _orientation(header) >= 5
    width, height = (header.height, header.width) if turned else (header.width, header.height)
    facts = Facts(kind=Kind.IMAGE, mime_type=file_format.mime_type, width=width, height=height)
    size = media_rules.delivered_size(width, height)
    image = _decode(data, header, file_format, size)

    wanted = tuple(
        use for use in media_rules.met(facts, media_rules.judge(facts, len(data))) if _asked(use, uses)
    )
    made = (preview(image),) if _asked(Use.PREVIEW, uses) else ()
    if size == (width, height) and _may_pass_untouched(data, header, file_format):
        return Finished(facts, untouched=wanted, made=made)
    if wanted:
        jpeg = encode(image, PICTURES[wanted[0]])
        made = (Made(wanted, media_formats.JPEG.mime_type, *size, jpeg), *made)
    return Finished(facts, untouched=(), made=made)


def _asked(use: Use, uses: tuple[Use, ...]) -> bool:
    return not uses or use in uses


def _admit(header: Any, file_format: Format) -> None:
    """Refuse by the header alone what would take too much to decode."""
    pixels = header.width * header.height
    if max(header.width, header.height) > ADMISSION.side:
        raise Refusal(
            f"The picture is {header.width} by {header.height} pixels; no side may exceed {ADMISSION.side:,}."
        )
    held_whole = (
        file_format is media_formats.AVIF
        or header.get_typeof("jpeg-multiscan") != 0
        or header.get_typeof("interlaced") != 0
    )
    most = ADMISSION.pixels_held_whole if held_whole else ADMISSION.pixels
    if pixels > most:
        raise Refusal(
            f"The picture has {pixels / 1e6:.0f} megapixels; at most {most // 1_000_000} are taken"
            + (" of a picture stored like this one." if held_whole else ".")
        )


def _orientation(image: Any) -> int:
    return int(image.get("orientation")) if image.get_typeof("orientation") else 1


def _may_pass_untouched(data: bytes, header: Any, file_format: Format) -> bool:
    return (
        file_format is media_formats.JPEG
        and len(data) <= PICTURES[Use.FEED].max_bytes
        and header.interpretation == "srgb"
        and is_plain(data)
        and (not _has_profile(header) or names_srgb(header.get("icc-profile-data")))
    )


def _has_profile(image: Any) -> bool:
    return bool(image.get_typeof("icc-profile-data"))


def _decode(data: bytes, header: Any, file_format: Format, size: tuple[int, int]) -> Any:
    """The whole picture in memory: sized, in 8-bit sRGB, opaque and upright."""
    width, height = size[::-1] if _orientation(header) >= 5 else size
    image = _load(data, file_format, min(header.width / width, header.height / height))
    if image.hasalpha():
        image = image.flatten(background=[_white(image)])
    image = _srgb(_resize(image, width, height)).copy_memory()
    return image.autorot() if _orientation(image) > 1 else image


def _load(data: bytes, file_format: Format, factor: float) -> Any:
    """Open it for one pass from top to bottom, shrunk by the decoder where that costs no quality."""
    shrink = 1
    while shrink < 8 and factor / (shrink * 2) >= _SMALLEST_REST:
        shrink *= 2
    if file_format is media_formats.JPEG:
        return pyvips.Image.jpegload_buffer(data, access="sequential", shrink=shrink, fail_on="truncated")
    if file_format is media_formats.WEBP:
        return pyvips.Image.webpload_buffer(data, access="sequential", scale=1 / shrink, fail_on="truncated")
    return _open(data, file_format)


def _open(data: bytes, file_format: Format) -> Any:
    """The header; pixels follow when asked for. Only "error" makes libvips notice a TIFF that is cut off."""
    fail_on = "error" if file_format is media_formats.TIFF else "truncated"
    return pyvips.Image.new_from_buffer(data, "", access="sequential", fail_on=fail_on)


def _white(image: Any) -> float:
    if image.interpretation == "cmyk":
        return 0
    return {"ushort": 65535, "float": 1}.get(image.format, 255)


def _resize(image: Any, width: int, height: int) -> Any:
    if (image.width, image.height) == (width, height):
        return image
    return image.resize(width / image.width, vscale=height / image.height, kernel="lanczos3")


def _srgb(image: Any) -> Any:
    profile = {"input_profile": "cmyk"} if image.interpretation == "cmyk" else {}
    if _has_profile(image) or profile:
        image = image.icc_transform(
            "srgb", embedded=_has_profile(image), intent="relative", depth=8, **profile
        )
    if image.interpretation != "srgb" or image.format != "uchar":
        image = image.colourspace("srgb")
    return image.extract_band(0, n=3) if image.bands > 3 else image
