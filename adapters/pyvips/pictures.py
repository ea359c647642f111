"""Pictures at upload: judged whole, and the forms made that suit any post."""

from __future__ import annotations

from typing import Any

from adapters.pyvips.jpeg import encode as encode  # videos ask for it here
from adapters.pyvips.plain_jpeg import is_plain, names_srgb, profile_name
from adapters.pyvips.source import Source, refusing_damage, resize
from adapters.pyvips.wire import Finished, Made
from domain import media_formats, media_rules
from domain.media import Facts, Kind, Use
from domain.media_formats import Format
from domain.media_rules import PICTURES, PREVIEW


def prepare(data: bytes, file_format: Format, uses: tuple[Use, ...]) -> Finished:
    """Judge a picture and make its renditions; raises Refusal."""
    with refusing_damage():
        return _prepare(Source(data, file_format), uses)


def preview(image: Any) -> Made:
    """A small JPEG of an image that is held in memory."""
    width, height = media_rules.fitted(image.width, image.height, PREVIEW.max_width, PREVIEW.max_height)
    small = resize(image, width, height)
    return Made((Use.PREVIEW,), media_formats.JPEG.mime_type, width, height, encode(small, PREVIEW))


def facts(source: Source) -> Facts:
    """What the header shows; nothing that is likely to surprise is left out."""
    width, height = source.size
    header = source.header
    return Facts(
        kind=Kind.IMAGE,
        mime_type=source.format.mime_type,
        width=width,
        height=height,
        orientation=source.orientation,
        colours=header.interpretation,
        colour_profile=_profile_name(source.profile),
        alpha=bool(header.hasalpha()),
        pages=source.pages,
        metadata=any(header.get_typeof(name) for name in ("exif-data", "xmp-data", "iptc-data")),
    )


def _prepare(source: Source, uses: tuple[Use, ...]) -> Finished:
    found = facts(source)
    size = media_rules.delivered_size(found.width, found.height)
    image = source.picture(*size)
    issues = media_rules.judge(found, len(source.data))
    wanted = tuple(use for use in media_rules.met(found, issues) if _asked(use, uses))
    made = (preview(image),) if _asked(Use.PREVIEW, uses) else ()
    if size == source.size and _may_pass_untouched(source):
        return Finished(found, untouched=wanted, made=made)
    if wanted:
        jpeg = encode(image, PICTURES[wanted[0]])
        made = (Made(wanted, media_formats.JPEG.mime_type, *size, jpeg), *made)
    return Finished(found, untouched=(), made=made)


def _asked(use: Use, uses: tuple[Use, ...]) -> bool:
    return not uses or use in uses


def _may_pass_untouched(source: Source) -> bool:
    return (
        source.format is media_formats.JPEG
        and len(source.data) <= PICTURES[Use.FEED].max_bytes
        and source.header.interpretation == "srgb"
        and is_plain(source.data)
        and (source.profile is None or names_srgb(source.profile))
    )


def _profile_name(profile: bytes | None) -> str | None:
    return None if profile is None else profile_name(profile) or "unknown"
