"""Which file formats are taken, told by their first bytes; names and declared types are ignored."""

from __future__ import annotations

from dataclasses import dataclass

from domain.media import Kind

HEAD_BYTES = 64
"""How much of a file `recognise` wants to see."""

ACCEPTED = "Send a JPEG, HEIC, PNG, WebP, GIF, TIFF or AVIF picture, or an MP4 or MOV video."


@dataclass(frozen=True)
class Format:
    """A file format; `refusal` says why we do not take it, None means that we do."""

    name: str
    mime_type: str
    kind: Kind
    refusal: str | None = None


JPEG = Format("JPEG", "image/jpeg", Kind.IMAGE)
PNG = Format("PNG", "image/png", Kind.IMAGE)
WEBP = Format("WebP", "image/webp", Kind.IMAGE)
GIF = Format("GIF", "image/gif", Kind.IMAGE)
TIFF = Format("TIFF", "image/tiff", Kind.IMAGE)
AVIF = Format("AVIF", "image/avif", Kind.IMAGE)
HEIC = Format("HEIC", "image/heic", Kind.IMAGE)
MP4 = Format("MP4", "video/mp4", Kind.VIDEO)
MOV = Format("MOV", "video/quicktime", Kind.VIDEO)
WEBM = Format("WebM or Matroska", "video/x-matroska", Kind.VIDEO)
AVI = Format("AVI", "video/x-msvideo", Kind.VIDEO)

_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_OTHER_PICTURE_BRANDS = {b"crx ", b"jp2 ", b"jpx ", b"jxl "}
_OLD_QUICKTIME = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}


def recognise(head: bytes) -> Format | None:
    """The format a file begins as, or None for one that is no picture or video we know."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return TIFF
    if head.startswith(b"RIFF"):
        return {b"WEBP": WEBP, b"AVI ": AVI}.get(head[8:12])
    if head.startswith(b"\x1aE\xdf\xa3"):
        return WEBM
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[4:8] in _OLD_QUICKTIME:
        return MOV
    return None


def _by_brand(head: bytes) -> Format | None:
    major = head[8:12]
    length = int.from_bytes(head[:4], "big")
    brands = {head[start : start + 4] for start in (8, *range(16, min(length, len(head)), 4))}
    if major in _OTHER_PICTURE_BRANDS:
        return None
    if brands & {b"avif", b"avis"}:
        return AVIF
    if major in _HEIC_BRANDS:
        return HEIC
    return MOV if major == b"qt  " else MP4
