"""Reads on behalf of an account, with another token of the same person where the first cannot see."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.graph_api.answers import Body, rows_of
from adapters.graph_api.client import Graph, Parameters
from adapters.graph_api.stages import Stage
from adapters.graph_api.verdicts import nonsense, unreadable
from application.posts.ports import Access
from domain.upstream import Refused


def read(graph: Graph, access: Access, path: tuple[str, ...], parameters: Parameters) -> Body:
    """Ask with the first token, then with the second; what counts is what the first was told.

    In May 2026 Page tokens could publish but not read what they had made, while the person's own could.
    """
    try:
        return _get(graph, access, access.token, path, parameters)
    except Refused as first:
        if access.second_token is None or not unreadable(first):
            raise
        try:
            return _get(graph, access, access.second_token, path, parameters)
        except Refused:
            raise first from None


def _get(graph: Graph, access: Access, token: str, path: tuple[str, ...], parameters: Parameters) -> Body:
    return graph.get(access.login_method, path, token, parameters, account=access.ig_user_id)


def pages(
    graph: Graph, access: Access, path: tuple[str, ...], parameters: Parameters, *, most: int
) -> Iterator[list[Body]]:
    """The pages of a list, one by one; one that is longer than `most` pages raises rather than seem whole."""
    after: str | None = None
    for _ in range(most):
        body = read(graph, access, path, {**parameters, "after": after})
        yield rows_of(body, Stage.READ)
        after = next_cursor(body)
        if after is None:
            return
    raise nonsense(Stage.READ)


def next_cursor(body: Body) -> str | None:
    """Where the next page begins. The address Meta offers is not followed: it may carry the token."""
    paging = body.get("paging")
    if not isinstance(paging, dict) or not paging.get("next"):
        return None
    cursors = paging.get("cursors")
    after = cursors.get("after") if isinstance(cursors, dict) else None
    if not isinstance(after, str) or not after:
        raise nonsense(Stage.READ)
    return after
