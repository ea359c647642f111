"""Where Instagram fetches media from this server: without a key, by signed addresses alone."""

from __future__ import annotations

from application.media.host import MIME_TYPES
from application.service import Service
from domain import errors
from entrypoints.http.media import blob
from entrypoints.http.operation import Answer, Call, operation


class PublicMedia:
    """Hands out what a signed address names."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @operation(
        id="fetchMedia",
        summary="A file that was handed to Instagram, by its signed address",
        answers={200: "application/octet-stream", 304: None},
        errors=(errors.NotFound,),
        auth=False,
    )
    def on_get(self, call: Call, token: str, suffix: str) -> Answer:
        sha256 = self._service.media_urls.blob_of(token)
        size = None if sha256 is None else self._service.blobs.size(sha256)
        if sha256 is None or size is None or suffix not in MIME_TYPES:
            raise errors.NotFound("There is nothing at this address.")
        headers = {"ETag": f'"{sha256}"', "Cache-Control": "public, max-age=86400, immutable"}
        if call.has_current(headers["ETag"]):
            return Answer(status=304, headers=headers)
        return Answer(
            blob(self._service.blobs.open(sha256)),
            headers=headers | {"Content-Type": MIME_TYPES[suffix], "Content-Length": str(size)},
        )
