"""The Graph hosts: from a path to the thing it names and the handler that answers."""

from __future__ import annotations

from typing import Any

import falcon

from entrypoints.sandbox import containers, library, page_videos, pages, profiles, publishing, refreshing
from entrypoints.sandbox.call import Call, Route
from entrypoints.sandbox.dispatch import answer, as_bytes, refusal
from entrypoints.sandbox.envelopes import GRAPH_FACEBOOK, GRAPH_INSTAGRAM
from entrypoints.sandbox.errors import GraphError
from entrypoints.sandbox.parameters import Parameters, read_parameters
from entrypoints.sandbox.records import Account, Comment, Container, Media, PagePost
from entrypoints.sandbox.versions import answered_version, is_version
from entrypoints.sandbox.world import World

_ROUTES: dict[tuple[str, str, str], Route] = {
    ("GET", "account", ""): Route("profile", profiles.read_account),
    ("GET", "person", ""): Route("profile", profiles.read_person),
    ("GET", "person", "accounts"): Route("profile", profiles.list_pages),
    ("GET", "person", "permissions"): Route("profile", profiles.list_permissions),
    ("GET", "page", ""): Route("profile", profiles.read_page),
    ("POST", "account", "subscribed_apps"): Route("profile", profiles.subscribe, effect=True),
    ("POST", "page", "subscribed_apps"): Route("profile", profiles.subscribe, effect=True),
    ("POST", "account", "media"): Route("media", containers.create, waits=True, effect=True),
    ("GET", "container", ""): Route("container", containers.read),
    ("POST", "account", "media_publish"): Route("media_publish", publishing.publish, effect=True),
    ("GET", "account", "media"): Route("media_list", library.list_media),
    ("GET", "account", "stories"): Route("media_list", library.list_stories),
    ("GET", "account", "tags"): Route("media_list", profiles.empty_list),
    ("GET", "account", "collaborative_media"): Route("media_list", profiles.empty_list),
    ("GET", "account", "content_publishing_limit"): Route("publishing_limit", profiles.publishing_limit),
    ("GET", "media", ""): Route("media_get", library.read_media),
    ("GET", "media", "children"): Route("media_get", library.list_children),
    ("POST", "media", ""): Route("comments", library.change_media, effect=True),
    ("DELETE", "media", ""): Route("delete", library.delete_media, effect=True),
    ("GET", "media", "comments"): Route("comments", library.list_comments),
    ("POST", "media", "comments"): Route("comments", library.write_comment, effect=True),
    ("POST", "page", "photos"): Route("page", pages.add_photo, waits=True, effect=True),
    ("POST", "page", "feed"): Route("page", pages.add_post, effect=True),
    ("POST", "page", "videos"): Route("page", page_videos.add_video, waits=True, effect=True),
    ("POST", "page", "video_reels"): Route("page", page_videos.reel, effect=True),
    ("POST", "page", "video_stories"): Route("page", page_videos.story, effect=True),
    ("POST", "page", "photo_stories"): Route("page", pages.add_photo_story, effect=True),
    ("GET", "page", "published_posts"): Route("page", pages.list_posts),
    ("GET", "page", "posts"): Route("page", pages.list_posts),
    ("GET", "page", "feed"): Route("page", pages.list_posts),
    ("GET", "page", "stories"): Route("page", pages.list_stories),
    ("GET", "page_post", ""): Route("page", pages.read_post),
    ("DELETE", "page_post", ""): Route("page", pages.delete_post, effect=True),
    ("GET", "comment", ""): Route("comments", library.read_comment),
    ("DELETE", "comment", ""): Route("comments", library.delete_comment, effect=True),
}
_LITERALS: dict[tuple[str, str], Route] = {
    (GRAPH_INSTAGRAM, "access_token"): Route("oauth_token", refreshing.exchange_instagram, public=True),
    (GRAPH_INSTAGRAM, "refresh_access_token"): Route("refresh_token", refreshing.refresh, public=True),
    (GRAPH_FACEBOOK, "oauth/access_token"): Route("oauth_token", refreshing.exchange_facebook, public=True),
    (GRAPH_FACEBOOK, "debug_token"): Route("profile", refreshing.debug, public=True),
}


def _missing(call: Call) -> dict[str, Any]:
    raise GraphError(100, 33)


class Graph:
    """Answers everything under one Graph host."""

    def __init__(self, world: World, host: str) -> None:
        self._world = world
        self._host = host

    def __call__(self, req: falcon.Request, resp: falcon.Response, **_: Any) -> None:
        segments = [part for part in req.path.split("/")[2:] if part]
        version = segments.pop(0) if segments and is_version(segments[0]) else ""
        call = Call(self._world, self._host, req.method, req.path, version, Parameters(), "", False)
        try:
            call.parameters = read_parameters(req)
        except GraphError as error:
            result = refusal(call, error)
        else:
            call.secret, call.secret_in_query = _secret(req, call.parameters)
            result = answer(call, self._route(call, segments))
        resp.status = result.status
        resp.data = as_bytes(result.body)
        resp.content_type = "text/html" if isinstance(result.body, str) else "application/json; charset=UTF-8"
        resp.set_headers(result.headers | {"facebook-api-version": answered_version(version)})

    def _route(self, call: Call, segments: list[str]) -> Route:
        literal = _LITERALS.get((self._host, "/".join(segments)))
        if literal is not None:
            _learn_account(call)
            renewal = call.parameters.text("grant_type") == "fb_exchange_token"
            return Route("refresh_token", literal.handler, public=True) if renewal else literal
        call.node_id, edge = (segments[0] if segments else ""), "/".join(segments[1:])
        with self._world.lock:
            kind = self._resolve(call)
        route = _ROUTES.get((call.method, kind, edge))
        return route or Route("delete" if call.method == "DELETE" else "profile", _missing)

    def _resolve(self, call: Call) -> str:
        """Find the thing an id names and whose it is; the kind is empty when there is none."""
        if call.node_id == "me":
            return self._resolve_me(call)
        kind, call.node = self._world.nodes.get(call.node_id, ("", None))
        match call.node:
            case Account():
                call.account = call.node
            case Container() | Media() | PagePost():
                call.account = self._world.accounts[call.node.account]
            case Comment():
                media = self._world.nodes[call.node.media][1]
                assert isinstance(media, Media)
                call.account = self._world.accounts[media.account]
        return kind

    def _resolve_me(self, call: Call) -> str:
        _learn_account(call)
        token = self._world.tokens.get(call.secret)
        call.node = call.account
        return (
            {"INSTAGRAM": "account", "FACEBOOK": "person", "PAGE": "page"}[token.holder]
            if token
            else "account"
        )


def _learn_account(call: Call) -> None:
    """The account behind the token of a call that names none."""
    secret = call.secret or call.parameters.text("fb_exchange_token")
    token = call.world.tokens.get(secret)
    if token is not None:
        call.account = call.world.accounts[token.accounts[0]]


def _secret(req: falcon.Request, parameters: Parameters) -> tuple[str, bool]:
    scheme, _, value = (req.get_header("Authorization") or "").partition(" ")
    if scheme.lower() in ("bearer", "oauth") and value:
        return value.strip(), False
    return parameters.text("access_token"), True
