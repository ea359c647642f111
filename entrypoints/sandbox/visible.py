"""Everything the world can see, in one list."""

from __future__ import annotations

from typing import Any

from entrypoints.sandbox import media_node
from entrypoints.sandbox.clock import DAY, iso_time
from entrypoints.sandbox.records import Media, PagePost
from entrypoints.sandbox.shapes import Shape
from entrypoints.sandbox.world import World

_PAGE_WORDS = {"VIDEO": "REELS", "REEL": "REELS", "PHOTO_STORY": "STORIES", "VIDEO_STORY": "STORIES"}


def published(world: World) -> list[dict[str, Any]]:
    """Posts, stories and Page posts, oldest first; deleted ones are gone, expired stories are marked."""
    found: list[tuple[float, dict[str, Any]]] = []
    for account in world.accounts.values():
        media = (m for m in world.media_of[account.username] if not m.parent and m.deleted_at is None)
        found += [(m.published_at, _media(world, m)) for m in media]
        posts = (p for p in world.page_posts_of[account.username] if on_page(world, p))
        found += [(p.published_at or 0.0, _page_post(world, p)) for p in posts]
    return [item for _, item in sorted(found, key=lambda pair: pair[0])]


def on_page(world: World, post: PagePost) -> bool:
    """Whether people see it on the Page now."""
    moment = post.published_at
    return post.deleted_at is None and moment is not None and moment <= world.clock.now()


def page_permalink(world: World, post: PagePost) -> str:
    return world.url(f"/page/{post.post_id or post.id}/")


def _media(world: World, media: Media) -> dict[str, Any]:
    story = Shape(media.shape).is_story
    return {
        "id": media.id,
        "account": media.account,
        "mediaType": Shape(media.shape).plain,
        "caption": media.caption,
        "permalink": media_node.permalink(world, media),
        "publishedAt": iso_time(media.published_at),
        "children": media.children,
        "target": "story" if story else "instagram",
        "container": media.container or None,
        "human": media.human,
        "expired": story and world.clock.now() >= media.published_at + DAY,
        "imageUrl": media_node.file_url(world, media.poster or media.blob),
        "comments": [comment.text for comment in media_node.comments_of(world, media)],
    }


def _page_post(world: World, post: PagePost) -> dict[str, Any]:
    moment = post.published_at or 0.0
    word = "CAROUSEL" if len(post.blobs) > 1 else "IMAGE" if post.blobs else "TEXT"
    return {
        "id": post.post_id or post.id,
        "account": post.account,
        "mediaType": _PAGE_WORDS.get(post.shape, word),
        "caption": post.message,
        "permalink": page_permalink(world, post),
        "publishedAt": iso_time(moment),
        "children": [],
        "target": "facebook",
        "container": None,
        "human": False,
        "expired": post.shape.endswith("STORY") and world.clock.now() >= moment + DAY,
        "imageUrl": media_node.file_url(world, post.poster or (post.blobs[0] if post.blobs else "")),
        "comments": [],
    }
