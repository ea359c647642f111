"""Facebook Pages: photos, posts, stories, and the lists of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from entrypoints.sandbox import page_videos, paging
from entrypoints.sandbox.call import Body, Call
from entrypoints.sandbox.clock import DAY, graph_time
from entrypoints.sandbox.errors import GraphError
from entrypoints.sandbox.fetching import FetchError
from entrypoints.sandbox.fields import select
from entrypoints.sandbox.images import NoImageError, look_at
from entrypoints.sandbox.media_node import file_url
from entrypoints.sandbox.page_videos import demand_page_token, new_post_id, publication
from entrypoints.sandbox.pictures import SUFFIXES, demand_address
from entrypoints.sandbox.records import PagePost
from entrypoints.sandbox.visible import on_page, page_permalink
from entrypoints.sandbox.world import World

_LARGEST_PHOTO = 10 * 1024 * 1024
_INDEXED = re.compile(r"attached_media\[\d+\]")


def add_photo(call: Call) -> Body:
    """`POST /{page}/photos`: visible at once, or kept for a post or a story."""
    demand_page_token(call)
    blob = _photo(call)
    world = call.world
    published_at, scheduled_for = publication(call)
    with world.change():
        photo = PagePost(
            id=world.new_id("122", 17),
            account=call.owner.username,
            shape="PHOTO",
            created_at=world.clock.now(),
            published_at=published_at,
            scheduled_for=scheduled_for,
            message=call.parameters.text("message") or call.parameters.text("caption"),
            blobs=[blob],
            post_id=new_post_id(call) if published_at else "",
            used=published_at is not None,
        )
        world.keep(photo)
    return {"id": photo.id, "post_id": photo.post_id} if photo.post_id else {"id": photo.id}


def _photo(call: Call) -> str:
    """The name the photo's bytes are kept under."""
    world, source = call.world, call.parameters.get("source")
    if isinstance(source, bytes):
        content = source
    else:
        url = call.parameters.text("url")
        if not url:
            raise GraphError(324)
        demand_address(url)
        try:
            content = world.fetcher.get(url, at_most=_LARGEST_PHOTO, seconds=world.settings.fetch_seconds)
        except FetchError as error:
            raise GraphError(324, message="The image could not be fetched") from error
    try:
        facts = look_at(content)
    except NoImageError as error:
        raise GraphError(324) from error
    if facts.format not in SUFFIXES or len(content) > _LARGEST_PHOTO:
        raise GraphError(1366046, message="The photo is too large or of a wrong type")
    return world.blobs.keep(content, SUFFIXES[facts.format])


def add_post(call: Call) -> Body:
    """`POST /{page}/feed`: text, a link, or photos that were uploaded before."""
    demand_page_token(call)
    world, parameters = call.world, call.parameters
    photos = _attached(call)
    message, link = parameters.text("message"), parameters.text("link")
    if not (message or link or photos):
        raise GraphError(100, message="The post has no message, link or attached media")
    published_at, scheduled_for = publication(call)
    for photo in photos:
        photo.used = True
        world.keep(photo)
    name = new_post_id(call)
    post = PagePost(
        id=name,
        account=call.owner.username,
        shape="POST",
        created_at=world.clock.now(),
        published_at=published_at,
        scheduled_for=scheduled_for,
        message=message,
        link=link,
        blobs=[blob for photo in photos for blob in photo.blobs],
        post_id=name,
    )
    world.keep(post)
    return {"id": post.id}


def _attached(call: Call) -> list[PagePost]:
    items = call.parameters.listing("attached_media")
    items += [call.parameters[name] for name in sorted(filter(_INDEXED.fullmatch, call.parameters))]
    return [_own_photo(call, _media_fbid(item)) for item in items]


def _media_fbid(item: Any) -> str:
    if isinstance(item, dict):
        return str(item.get("media_fbid", ""))
    found = re.search(r'"media_fbid"\s*:\s*"?(\d+)', str(item))
    return found.group(1) if found else ""


def _own_photo(call: Call, name: str) -> PagePost:
    _, found = call.world.nodes.get(name, ("", None))
    if not isinstance(found, PagePost) or found.account != call.owner.username or found.shape != "PHOTO":
        raise GraphError(100, message=f"Invalid media_fbid {name}")
    if found.used or found.deleted_at is not None:
        raise GraphError(100, message="The photo is used in another post")
    return found


def add_photo_story(call: Call) -> Body:
    """`POST /{page}/photo_stories`: an unpublished photo becomes a story."""
    demand_page_token(call)
    photo, world = _own_photo(call, call.parameters.text("photo_id")), call.world
    photo.shape, photo.used, photo.message = "PHOTO_STORY", True, ""
    photo.post_id, photo.published_at = new_post_id(call), world.clock.now()
    world.keep(photo)
    return {"success": True, "post_id": photo.post_id}


def list_posts(call: Call) -> Body:
    """`GET /{page}/published_posts`, newest first."""
    since, until = paging.moments(call.parameters)
    rows = [
        post
        for post in _newest_first(call.world, call.owner.username)
        if on_page(call.world, post) and not post.shape.endswith("STORY")
        if since <= (post.published_at or 0) <= until
    ]
    fields = call.parameters.text("fields")
    default = ("created_time", "message")

    def shown(post: PagePost) -> Body:
        """A row is the post, also where a photo or video made it."""
        return _show(call.world, post, fields, default) | {"id": post.post_id or post.id}

    return paging.page(call, rows, _name, shown)


def list_stories(call: Call) -> Body:
    """`GET /{page}/stories`."""
    now = call.world.clock.now()
    rows = [
        post
        for post in _newest_first(call.world, call.owner.username)
        if post.shape.endswith("STORY") and on_page(call.world, post)
    ]
    return {
        "data": [
            {
                "post_id": post.post_id,
                "status": "PUBLISHED" if now < (post.published_at or 0) + DAY else "ARCHIVED",
                "creation_time": str(int(post.published_at or 0)),
                "media_type": "video" if post.shape == "VIDEO_STORY" else "photo",
                "media_id": post.id,
                "url": page_permalink(call.world, post),
            }
            for post in rows
        ]
    }


def read_post(call: Call) -> Body:
    """`GET /{post}`, also for photos and videos."""
    return _show(call.world, _post(call), call.parameters.text("fields"), ("created_time", "message"))


def delete_post(call: Call) -> Body:
    """`DELETE /{post}`."""
    demand_page_token(call)
    post = _post(call)
    post.deleted_at = call.world.clock.now()
    call.world.keep(post)
    return {"success": True}


def _show(world: World, post: PagePost, fields: str, default: tuple[str, ...]) -> Body:
    moment = post.published_at or post.created_at
    known: dict[str, Callable[[str], Any]] = {
        "id": lambda _: _name(post),
        "message": lambda _: post.message or None,
        "description": lambda _: post.message or None,
        "name": lambda _: post.message or None,
        "created_time": lambda _: graph_time(moment),
        "updated_time": lambda _: graph_time(moment),
        "permalink_url": lambda _: page_permalink(world, post),
        "link": lambda _: post.link or page_permalink(world, post),
        "is_published": lambda _: on_page(world, post),
        "published": lambda _: on_page(world, post),
        "scheduled_publish_time": lambda _: int(post.scheduled_for) if post.scheduled_for else None,
        "full_picture": lambda _: file_url(world, post.poster or (post.blobs[0] if post.blobs else "")),
        "picture": lambda _: file_url(world, post.poster or (post.blobs[0] if post.blobs else "")),
        "post_id": lambda _: post.post_id or None,
        "page_story_id": lambda _: post.post_id or None,
        "status": lambda _: page_videos.status(world, post),
    }
    return select(fields, known, default, node="Post")


def _newest_first(world: World, username: str) -> list[PagePost]:
    return sorted(world.page_posts_of[username], key=lambda post: post.published_at or 0, reverse=True)


def _name(post: PagePost) -> str:
    """Photos and videos keep the id of the upload; a post goes by its own."""
    return post.post_id if post.shape == "POST" else post.id


def _post(call: Call) -> PagePost:
    if not isinstance(call.node, PagePost) or call.node.deleted_at is not None:
        raise GraphError(100, 33)
    return call.node
