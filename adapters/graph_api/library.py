"""What is live on an account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.graph_api.answers import Body, identifier, moment
from adapters.graph_api.client import Graph, Parameters
from adapters.graph_api.reading import pages, read
from adapters.graph_api.stages import Stage
from adapters.graph_api.verdicts import nonsense
from application.posts.ports import Access, Library, LiveMedia
from domain.account import LoginMethod
from domain.upstream import Refused

# One field a host does not know fails the whole call, so that each list asks for less than the one before.
_FIELDS = (
    "id,caption,media_type,timestamp,permalink",
    "id,caption,media_type,timestamp",
    "id,media_type,timestamp",
)
_PAGE, _MOST_PAGES = 50, 20


class GraphLibrary(Library):
    """Lists posts and stories, completely or not at all: who looks for a post must not overlook it."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def recent(self, access: Access, *, since: datetime, stories: bool) -> Sequence[LiveMedia]:
        for fields in _FIELDS[:-1]:
            try:
                return self._list(access, since, stories, fields)
            except Refused as refused:
                if not _asked_too_much(refused):
                    raise
        return self._list(access, since, stories, _FIELDS[-1])

    def permalink(self, access: Access, media_id: str) -> str | None:
        body = read(self._graph, access, (media_id,), {"fields": "permalink"})
        link = body.get("permalink")
        return link if isinstance(link, str) and link else None

    def comments(self, access: Access, media_id: str) -> Sequence[tuple[str, str]]:
        said: Parameters = {"fields": "id,text", "limit": _PAGE}
        found = []
        for page in pages(self._graph, access, (media_id, "comments"), said, most=_MOST_PAGES):
            for row in page:
                comment_id, text = identifier(row.get("id")), row.get("text")
                if comment_id and isinstance(text, str):
                    found.append((comment_id, text))
        return found

    def _list(self, access: Access, since: datetime, stories: bool, fields: str) -> list[LiveMedia]:
        path = (access.ig_user_id, "stories" if stories else "media")
        said: Parameters = {"fields": fields, "limit": _PAGE, "since": int(since.timestamp())}
        rows: list[tuple[Body, datetime]] = []
        for page in pages(self._graph, access, path, said, most=_MOST_PAGES):
            times = [_published_at(row) for row in page]
            rows += [(row, at) for row, at in zip(page, times, strict=True) if at >= since]
            # Newest first, also where `since` is not understood; pinned posts may stand before.
            if times and all(at < since for at in times):
                break
        readable = "caption" in fields and (
            access.login_method is LoginMethod.FACEBOOK or any("caption" in row for row, _ in rows)
        )
        rows.sort(key=lambda row: row[1], reverse=True)
        return [_live(row, at, readable) for row, at in rows]


def _live(row: Body, at: datetime, readable: bool) -> LiveMedia:
    caption, link = row.get("caption", ""), row.get("permalink")
    media_id = identifier(row.get("id"))
    if media_id is None:
        raise nonsense(Stage.READ)
    return LiveMedia(
        id=media_id,
        media_type=str(row.get("media_type", "")),
        published_at=at,
        caption=caption if readable and isinstance(caption, str) else None,
        permalink=link if isinstance(link, str) else None,
    )


def _published_at(row: Body) -> datetime:
    found = moment(row.get("timestamp"))
    if found is None:
        raise nonsense(Stage.READ)
    return found


def _asked_too_much(refused: Refused) -> bool:
    """Whether a field may be at fault: code 100 (permalinks fail with 100/33), #10 where one is guarded."""
    upstream = refused.verdict.upstream
    return upstream is not None and upstream.code in (10, 100)
