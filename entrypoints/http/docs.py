"""The documentation page, which needs nothing from anywhere else."""

from __future__ import annotations

import hashlib
from pathlib import Path

from domain import errors
from entrypoints.http.operation import Answer, Call, operation

STATIC = Path(__file__).parent / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FILES = {
    "swagger-ui-bundle.js": ("swagger-ui/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
    "swagger-ui.css": ("swagger-ui/swagger-ui.css", "text/css; charset=utf-8"),
    "start.js": ("docs/start.js", "text/javascript; charset=utf-8"),
    "page.css": ("docs/page.css", "text/css; charset=utf-8"),
}


class Docs:
    """The page, with the files it is made of."""

    @operation(
        id="docs", summary="The documentation page", answers={200: "text/html; charset=utf-8"}, auth=False
    )
    def on_get(self, call: Call) -> Answer:
        page = (STATIC / "docs/page.html").read_bytes()
        return Answer(page, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"})

    @operation(
        id="docsFile",
        summary="A file of the documentation page",
        answers={200: "application/octet-stream", 304: None},
        errors=(errors.NotFound,),
        auth=False,
    )
    def on_get_file(self, call: Call, name: str) -> Answer:
        if name not in FILES:
            raise errors.NotFound(what="file")
        path, content_type = FILES[name]
        data = (STATIC / path).read_bytes()
        etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Cache-Control": "no-cache"}
        if call.has_current(etag):
            return Answer(status=304, headers=headers)
        return Answer(data, headers=headers | {"Content-Type": content_type})
