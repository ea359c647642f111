"""What can be read of a published object; the two hosts do not know the same fields."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from entrypoints.sandbox.call import Body, Call
from entrypoints.sandbox.clock import graph_time
from entrypoints.sandbox.errors import GraphError
from entrypoints.sandbox.fields import select
from entrypoints.sandbox.records import Comment, Media
from entrypoints.sandbox.shapes import Shape
from entrypoints.sandbox.world import World


def permalink(world: World, media: Media) -> str:
    """The address people open; it leads to a page of this one object."""
    shape = Shape(media.shape)
    if shape.is_story:
        return world.url(f"/stories/{media.account}/{media.id}")
    return world.url(f"/{'reel' if shape is Shape.REEL else 'p'}/{media.shortcode}/")


def file_url(world: World, name: str) -> str | None:
    return world.url(f"/_sandbox/files/{name}") if name else None


def comments_of(world: World, media: Media) -> list[Comment]:
    return [comment for comment in world.comments_of.get(media.id, []) if not comment.deleted]


def show(call: Call, media: Media, fields: str) -> Body:
    """The wanted fields of a published object; raises GraphError 100 for a field the host does not know."""
    known = _common(call, media)
    if not call.on_instagram:
        known |= _facebook_only(call.world, media)
    if not call.on_instagram or call.world.settings.instagram_host_reads_caption:
        known["caption"] = lambda _: media.caption or None
        known["media_product_type"] = lambda _: Shape(media.shape).product
    return select(fields, known, node="Media")


def _common(call: Call, media: Media) -> dict[str, Callable[[str], Any]]:
    world, shape, parameters = call.world, Shape(media.shape), media.parameters
    owner = world.accounts[media.account]
    return {
        "id": lambda _: media.id,
        "shortcode": lambda _: media.shortcode,
        "permalink": lambda _: _permalink(world, media),
        "media_type": lambda _: shape.graph_type,
        "media_url": lambda _: file_url(world, media.blob),
        "thumbnail_url": lambda _: file_url(world, media.poster) if shape.is_video else None,
        "timestamp": lambda _: graph_time(media.published_at),
        "username": lambda _: media.account,
        "owner": lambda _: {"id": owner.scoped_id if call.on_instagram else owner.ig_id},
        "alt_text": lambda _: parameters.get("alt_text"),
        "is_ai_generated": lambda _: _true(parameters.get("is_ai_generated")),
        "is_comment_enabled": lambda _: media.comments_on,
        "is_shared_to_feed": lambda _: _shared_to_feed(shape, parameters),
        "like_count": lambda _: 0,
        "comments_count": lambda _: len(comments_of(world, media)),
        "media_audio_type": lambda _: "ORIGINAL_SOUND" if shape.is_video else None,
        "children": lambda inner: _children(call, media, inner),
        "comments": lambda inner: _comments(world, media, inner),
    }


def _facebook_only(world: World, media: Media) -> dict[str, Callable[[str], Any]]:
    counts = ("reposts_count", "saved_count", "shares_count", "total_like_count", "total_comments_count")
    known: dict[str, Callable[[str], Any]] = {name: lambda _: 0 for name in counts}
    known |= {
        "ig_id": lambda _: media.id,
        "legacy_instagram_media_id": lambda _: media.id,
        "boost_eligibility_info": lambda _: {"eligible_to_boost": False},
        "copyright_check_information": lambda _: _copyright(media),
        "view_count": lambda _: _business_discovery_only(),
        "collaborators": lambda _: {"data": _collaborators(media)},
    }
    return known


def _permalink(world: World, media: Media) -> str | None:
    if world.settings.permalink_fails:
        raise GraphError(100, 33)
    return None if media.parent else permalink(world, media)


def _children(call: Call, media: Media, inner: str) -> Body | None:
    if not media.children:
        return None
    return {"data": [show(call, child, inner) for child in _media(call.world, media.children)]}


def _media(world: World, names: list[str]) -> list[Media]:
    records = (world.nodes[name][1] for name in names)
    return [record for record in records if isinstance(record, Media)]


def _comments(world: World, media: Media, inner: str) -> Body | None:
    found = [show_comment(comment, inner) for comment in reversed(comments_of(world, media))]
    return {"data": found} if found else None


def show_comment(comment: Comment, fields: str) -> Body:
    known: dict[str, Callable[[str], Any]] = {
        "id": lambda _: comment.id,
        "text": lambda _: comment.text,
        "timestamp": lambda _: graph_time(comment.written_at),
        "username": lambda _: comment.username,
        "from": lambda _: {"username": comment.username},
        "hidden": lambda _: False,
        "like_count": lambda _: 0,
        "media": lambda _: {"id": comment.media},
    }
    return select(fields, known, ("timestamp", "text"), node="IGComment")


def _shared_to_feed(shape: Shape, parameters: dict[str, Any]) -> bool | None:
    return _true(parameters.get("share_to_feed", True)) if shape is Shape.REEL else None


def _true(value: Any) -> bool:
    return str(value).lower() in ("true", "1")


def _copyright(media: Media) -> Body:
    if not Shape(media.shape).is_video:
        raise GraphError(9005)
    return {"status": {"status": "completed", "matches_found": False}}


def _business_discovery_only() -> int:
    raise GraphError(36104, message="Field view_count is only available in Business Discovery")


def _collaborators(media: Media) -> list[Body]:
    names = media.parameters.get("collaborators") or []
    if isinstance(names, str):
        names = json.loads(names)
    return [{"username": str(name), "invite_status": "Pending"} for name in names]
