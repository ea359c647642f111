"""A file out of a multipart body, piece by piece, without ever holding it whole."""

from __future__ import annotations

from collections.abc import Iterator

import falcon
from falcon.media.multipart import BodyPart, MultipartFormHandler

from domain import errors

FIELD = "file"
PIECE = 256 * 1024
OVERHEAD = 1024 * 1024

_FORMS = MultipartFormHandler()


def one_file(req: falcon.Request, *, most_bytes: int) -> Iterator[bytes]:
    """The pieces of the one file in the field `file`; anything else is UPLOAD_ERROR, even at the very end."""
    kind, options = falcon.parse_header(req.content_type or "")
    if kind.lower() != falcon.MEDIA_MULTIPART or "boundary" not in options:
        raise errors.UploadError("The body is not multipart/form-data with a boundary.")
    if req.content_length is None:
        raise errors.UploadError("An upload must say its length: send a `Content-Length`.")
    if req.content_length > most_bytes + OVERHEAD:
        raise errors.UploadError(limit=most_bytes)
    return pieces(req)


def pieces(req: falcon.Request) -> Iterator[bytes]:
    try:
        parts = iter(_FORMS.deserialize(req.bounded_stream, req.content_type, req.content_length))
        yield from content(next(parts, None))
        if next(parts, None) is not None:
            raise errors.UploadError("Send one file alone: there is more in this body.")
    except (falcon.HTTPError, OSError, ValueError):
        raise errors.UploadError("The upload broke off, or its multipart form is damaged.") from None


def content(part: BodyPart | None) -> Iterator[bytes]:
    """The pieces of the only part there may be."""
    if part is None:
        raise errors.UploadError("There is no file in this body.")
    if part.name != FIELD:
        raise errors.UploadError(f"The file must come in the field `{FIELD}`, and nothing else beside it.")
    if part.filename is None:
        raise errors.UploadError(f"The field `{FIELD}` holds text, not a file.")
    while piece := part.stream.read(PIECE):
        yield piece
