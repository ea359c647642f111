"""Videos sent as bytes, where the login allows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from adapters.graph_api.client import Graph
from adapters.graph_api.stages import Stage
from adapters.graph_api.verdicts import nonsense
from application.posts.ports import Upload

BlobReader = Callable[[str], BinaryIO]
"""Opens a stored blob by its hash."""

_PIECE = 1 << 18


def send_bytes(graph: Graph, blobs: BlobReader, address: str, token: str, upload: Upload) -> None:
    """Send a blob whole, from its first byte."""
    with blobs(upload.sha256) as file:
        headers = {"offset": "0", "file_size": str(upload.size_bytes)}
        _demand_success(graph.upload(address, token, headers, _pieces(file)))


def send_link(graph: Graph, address: str, token: str, url: str) -> None:
    """Let the byte server fetch a file."""
    _demand_success(graph.upload(address, token, {"file_url": url}))


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _demand_success(body: dict[str, object]) -> None:
    if body.get("success") is not True:
        raise nonsense(Stage.CREATE)
