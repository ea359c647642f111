"""The Facebook Page linked to an account: photos, videos, reels and stories."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from adapters.graph_api.answers import Body, id_of, identifier, moment, rows_of, whole
from adapters.graph_api.client import Graph, Parameters
from adapters.graph_api.parameters import ascii_url
from adapters.graph_api.reading import next_cursor
from adapters.graph_api.stages import Stage
from adapters.graph_api.uploads import send_link
from adapters.graph_api.verdicts import nonsense, verdict
from application.posts.ports import Access, FacebookPage, LiveMedia
from domain import errors
from domain.account import LoginMethod
from domain.content import MediaType
from domain.upstream import Refused, Upstream, Verdict

NOT_A_REEL = frozenset({1363040, 1363127, 1363128, 1363129})
_PAUSES = (1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 20.0, 20.0)
_FIELDS = "id,message,created_time,permalink_url"
_PAGE, _MOST_PAGES = 50, 10


class GraphPage(FacebookPage):
    """Publishes by address. What Facebook will not have as a reel goes up as an ordinary video."""

    def __init__(self, graph: Graph, *, pause: Callable[[float], None] = time.sleep) -> None:
        self._graph = graph
        self._pause = pause

    def publish(self, access: Access, *, caption: str, media_type: MediaType, url: str, video: bool) -> str:
        page = _Page(self._graph, access)
        address = ascii_url(url)
        if media_type is MediaType.STORIES:
            return self._video_story(page, address) if video else _photo_story(page, address)
        if not video:
            return _photo(page, address, caption)
        try:
            return self._reel(page, address, caption)
        except Refused as refused:
            if _code(refused) not in NOT_A_REEL:
                raise
        return _video(page, address, caption)

    def recent(self, access: Access, *, since: datetime) -> Sequence[LiveMedia]:
        page = _Page(self._graph, access)
        said: Parameters = {"fields": _FIELDS, "since": int(since.timestamp())}
        found = [_post(row) for row in page.rows("published_posts", said)]
        found += [_story(row) for row in page.rows("stories", {})]
        return sorted((live for live in found if live.published_at >= since), key=_age)

    def _reel(self, page: _Page, url: str, caption: str) -> str:
        video_id = self._sent(page, "video_reels", url)
        said: Parameters = {"video_id": video_id, "video_state": "PUBLISHED", "description": caption or None}
        return page.finish("video_reels", said, "post_id") or video_id

    def _video_story(self, page: _Page, url: str) -> str:
        video_id = self._sent(page, "video_stories", url)
        return page.finish("video_stories", {"video_id": video_id}, "post_id") or video_id

    def _sent(self, page: _Page, edge: str, url: str) -> str:
        """A new upload whose bytes have arrived; nobody sees it yet."""
        started = page.post(edge, {"upload_phase": "start"}, Stage.CREATE)
        video_id = id_of(started, Stage.CREATE, "video_id")
        address = self._graph.upload_address(started.get("upload_url"), "video-upload", video_id)
        send_link(self._graph, address, page.token, url)
        for seconds in _PAUSES:
            if _arrived(page.get((video_id,), {"fields": "status"})):
                return video_id
            self._pause(seconds)
        raise nonsense(Stage.CREATE)


class _Page:
    """The Page of an account, spoken to with its own token."""

    def __init__(self, graph: Graph, access: Access) -> None:
        if access.page_id is None or access.page_token is None:
            raise Refused(Verdict(errors.NotConfigured.code, sentence=_NO_PAGE))
        self._graph = graph
        self._id = access.page_id
        self.token = access.page_token

    def post(self, edge: str, said: Parameters, stage: Stage) -> Body:
        return self._graph.post(LoginMethod.FACEBOOK, (self._id, edge), self.token, said, stage=stage)

    def get(self, path: tuple[str, ...], said: Parameters) -> Body:
        return self._graph.get(LoginMethod.FACEBOOK, path, self.token, said)

    def finish(self, edge: str, said: Parameters, name: str) -> str | None:
        """End an upload so that everybody sees it; the post's id where Facebook tells it."""
        body = self.post(edge, {"upload_phase": "finish", **said}, Stage.PUBLISH)
        if body.get("success") is not True:
            raise nonsense(Stage.PUBLISH)
        return identifier(body.get(name))

    def rows(self, edge: str, said: Parameters) -> list[Body]:
        """A list, completely or not at all."""
        found: list[Body] = []
        after: str | None = None
        for _ in range(_MOST_PAGES):
            body = self.get((self._id, edge), {"limit": _PAGE, **said, "after": after})
            found += rows_of(body, Stage.READ)
            after = next_cursor(body)
            if after is None:
                return found
        raise nonsense(Stage.READ)


_NO_PAGE = "This account is linked to no Facebook Page."


def _photo(page: _Page, url: str, caption: str) -> str:
    body = page.post("photos", {"url": url, "message": caption or None}, Stage.PUBLISH)
    return id_of(body, Stage.PUBLISH, "post_id", "id")


def _photo_story(page: _Page, url: str) -> str:
    hidden = page.post("photos", {"url": url, "published": False}, Stage.CREATE)
    said = {"photo_id": id_of(hidden, Stage.CREATE)}
    return id_of(page.post("photo_stories", said, Stage.PUBLISH), Stage.PUBLISH, "post_id")


def _video(page: _Page, url: str, caption: str) -> str:
    body = page.post("videos", {"file_url": url, "description": caption or None}, Stage.PUBLISH)
    return id_of(body, Stage.PUBLISH, "post_id", "id")


def _arrived(body: Body) -> bool:
    """Whether the bytes are there; raises what Facebook has against them."""
    status = body.get("status")
    status = status if isinstance(status, dict) else {}
    phase = status.get("uploading_phase")
    phase = phase if isinstance(phase, dict) else {}
    if phase.get("status") == "error" or status.get("video_status") in ("error", "upload_failed"):
        raise Refused(verdict(_fault(phase), Stage.CREATE))
    return phase.get("status") in ("complete", "completed")


def _fault(phase: Body) -> Upstream:
    """The first fault a phase names, in either of the two shapes that occur."""
    named = phase.get("errors")
    fault = named[0] if isinstance(named, list) and named else phase.get("error")
    fault = fault if isinstance(fault, dict) else {}
    message = fault.get("message")
    return Upstream(
        http_status=200,
        code=whole(fault.get("code")) or 6000,
        message=message if isinstance(message, str) else None,
    )


def _post(row: Body) -> LiveMedia:
    message, link = row.get("message", ""), row.get("permalink_url")
    return LiveMedia(
        id=id_of(row, Stage.READ),
        media_type="POST",
        published_at=_at(moment(row.get("created_time"))),
        caption=message if isinstance(message, str) else None,
        permalink=link if isinstance(link, str) else None,
    )


def _story(row: Body) -> LiveMedia:
    seconds, link = whole(row.get("creation_time")), row.get("url")
    at = datetime.fromtimestamp(seconds, UTC) if seconds else moment(row.get("creation_time"))
    return LiveMedia(
        id=id_of(row, Stage.READ, "post_id"),
        media_type="STORY",
        published_at=_at(at),
        permalink=link if isinstance(link, str) else None,
    )


def _at(found: datetime | None) -> datetime:
    if found is None:
        raise nonsense(Stage.READ)
    return found


def _age(live: LiveMedia) -> float:
    return -live.published_at.timestamp()


def _code(refused: Refused) -> int | None:
    return refused.verdict.upstream.code if refused.verdict.upstream else None
