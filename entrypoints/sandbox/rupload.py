"""The upload host: bytes of videos, in one piece or several, or a URL to fetch them from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import falcon

from entrypoints.sandbox import page_videos, videos
from entrypoints.sandbox.call import Body, Call, Route
from entrypoints.sandbox.dispatch import answer, as_bytes
from entrypoints.sandbox.envelopes import UPLOADS
from entrypoints.sandbox.errors import upload_error
from entrypoints.sandbox.parameters import Parameters
from entrypoints.sandbox.records import Container, PagePost
from entrypoints.sandbox.versions import is_version
from entrypoints.sandbox.world import World

_PIECE = 1024 * 1024
Target = Container | PagePost


class Rupload:
    """Answers everything under the upload host."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __call__(self, req: falcon.Request, resp: falcon.Response, **rest: Any) -> None:
        segments = [part for part in req.path.split("/")[2:] if part]
        version = segments.pop(1) if len(segments) == 3 and is_version(segments[1]) else ""
        scheme, _, secret = (req.get_header("Authorization") or "").partition(" ")
        call = Call(
            world=self._world,
            host=UPLOADS,
            method=req.method,
            path=req.path,
            version=version,
            parameters=Parameters(),
            secret=secret.strip() if scheme.lower() == "oauth" else "",
            secret_in_query=False,
            request=req,
        )
        if len(segments) == 2 and segments[0] in ("ig-api-upload", "video-upload"):
            self._learn_target(call, segments[1])
        result = answer(call, Route("rupload", receive, waits=True, effect=True))
        resp.status, resp.data = result.status, as_bytes(result.body)
        resp.content_type = "text/html" if isinstance(result.body, str) else "application/json"

    def _learn_target(self, call: Call, name: str) -> None:
        _, found = self._world.nodes.get(name, ("", None))
        if isinstance(found, Container | PagePost):
            call.node, call.account = found, self._world.accounts[found.account]


def receive(call: Call) -> Body:
    """Take bytes, or a URL to get them from; raises GraphError in the upload host's words."""
    target, world = call.node, call.world
    assert call.request is not None
    if not (isinstance(target, PagePost) or (isinstance(target, Container) and target.resumable)):
        raise upload_error("ProcessingFailedError", "There is no upload session of this id.", retriable=False)
    if _done(target):
        raise upload_error("ProcessingFailedError", "The upload is complete already.", retriable=False)
    if url := call.request.get_header("file_url"):
        world.background(partial(_fetch, world, target, url))
        return _SUCCESS
    offset, total = _header(call.request, "offset"), _header(call.request, "file_size")
    file = world.blobs.upload(target.id)
    with world.lock:
        if offset not in (0, target.upload_size):
            message = f"Offset {offset} does not continue at {target.upload_size}."
            raise upload_error("OffsetInvalidError", message, retriable=True)
    stored = _append(call.request, file, offset, lambda size: _note(world, target, size))
    if stored != total:
        message = f"Got {stored} of {total} bytes."
        raise upload_error("PartialRequestError", message, retriable=True)
    world.background(partial(_settle, world, target, file))
    return _SUCCESS


_SUCCESS: Body = {"success": True, "message": "Upload successful. The media will be processed."}


def _header(request: falcon.Request, name: str) -> int:
    value = request.get_header(name) or ""
    if not value.isdecimal():
        raise upload_error(
            "ProcessingFailedError", f"Header {name} is missing or no number.", retriable=False
        )
    return int(value)


def _append(request: falcon.Request, file: Path, offset: int, note: Callable[[int], None]) -> int:
    """Write the body behind what is there; what arrived before a broken connection is kept."""
    size = offset
    with file.open("r+b" if offset else "wb") as target:
        target.seek(offset)
        target.truncate()
        try:
            while piece := request.bounded_stream.read(_PIECE):
                target.write(piece)
                size += len(piece)
        finally:
            target.flush()
            note(size)
    return size


def _note(world: World, target: Target, size: int) -> None:
    with world.change():
        target.upload_size = size
        world.keep(target)


def _done(target: Target) -> bool:
    return (
        target.ready_at is not None if isinstance(target, Container) else bool(target.blobs or target.failure)
    )


def _fetch(world: World, target: Target, url: str) -> None:
    if isinstance(target, Container):
        target.pending_url = url
        videos.fetch_video(world, target)
    else:
        page_videos.fetch(world, target, url)


def _settle(world: World, target: Target, file: Path) -> None:
    if isinstance(target, Container):
        videos.settle(world, target, file)
    else:
        page_videos.settle(world, target, file)
