"""The pages a person looks at: the feed of every account, one post, consent."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import falcon
import jinja2

from entrypoints.sandbox import limits, media_node, visible
from entrypoints.sandbox.clock import DAY
from entrypoints.sandbox.records import Account, Media, PagePost
from entrypoints.sandbox.shapes import Shape
from entrypoints.sandbox.world import World

_FOLDER = Path(__file__).parent / "templates"
_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True
)
_POSTS_SHOWN = 60
Item = dict[str, Any]


def render(template: str, **values: Any) -> str:
    return _TEMPLATES.get_template(template).render(**values)


class FeedPage:
    """What everybody can see, account by account; `?account=` shows one of them."""

    def __init__(self, world: World) -> None:
        self._world = world

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        wanted = req.get_param("account")
        with self._world.lock:
            accounts = [
                _account(self._world, account)
                for account in self._world.accounts.values()
                if wanted in (None, account.username)
            ]
            now = self._world.clock.now()
        resp.content_type = falcon.MEDIA_HTML
        resp.text = render("feed.html", accounts=accounts, now=_moment(now), base=self._world.base_url)


class PostPage:
    """One published thing, at its permalink."""

    def __init__(self, world: World) -> None:
        self._world = world

    def on_get(self, req: falcon.Request, resp: falcon.Response, name: str, username: str = "") -> None:
        with self._world.lock:
            item = self._find(name)
        if item is None:
            resp.status = falcon.HTTP_404
        resp.content_type = falcon.MEDIA_HTML
        resp.text = render("post.html", item=item, title=item["account"] if item else "Not there")

    def _find(self, name: str) -> Item | None:
        world = self._world
        for account in world.accounts.values():
            for media in world.media_of[account.username]:
                if name in (media.shortcode, media.id) and media.deleted_at is None and not media.parent:
                    return _media(world, media)
            for post in world.page_posts_of[account.username]:
                if name in (post.post_id, post.id) and visible.on_page(world, post):
                    return _page_post(world, post)
        return None


class Avatar:
    """A round picture with the first letter of a name."""

    def __init__(self, world: World) -> None:
        self._world = world

    def on_get(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        username = name.removesuffix(".svg")
        resp.content_type = "image/svg+xml"
        hue = sum(username.encode()) * 7 % 360
        resp.text = render("avatar.svg", letter=username.removeprefix("sandbox_")[:1].upper(), hue=hue)


class Style:
    """The style sheet of these pages."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        resp.content_type = "text/css; charset=utf-8"
        resp.text = (_FOLDER / "style.css").read_text()


def _account(world: World, account: Account) -> Item:
    now = world.clock.now()
    media = [m for m in reversed(world.media_of[account.username]) if not m.parent and m.deleted_at is None]
    posts = [m for m in media if not Shape(m.shape).is_story]
    stories = [m for m in media if Shape(m.shape).is_story and now < m.published_at + DAY]
    on_page = [p for p in world.page_posts_of[account.username] if visible.on_page(world, p)]
    on_page.sort(key=lambda post: post.published_at or 0, reverse=True)
    return {
        "account": account,
        "kind": "Business" if account.account_type == "BUSINESS" else "Creator",
        "login": account.login_method.title(),
        "quota": f"{limits.quota_used(world, account)} of {limits.quota_total(world, account)} posts today",
        "post_count": len(posts),
        "posts": [_media(world, m) for m in posts[:_POSTS_SHOWN]],
        "stories": [_media(world, m) for m in stories[:_POSTS_SHOWN]],
        "page_posts": [_page_post(world, p) for p in on_page[:_POSTS_SHOWN]],
    }


def _media(world: World, media: Media) -> Item:
    shape = Shape(media.shape)
    parts = [r for r in (world.nodes[name][1] for name in media.children) if isinstance(r, Media)] or [media]
    return {
        "account": media.account,
        "badge": {Shape.REEL: "Reel", Shape.CAROUSEL: f"{len(parts)} pictures"}.get(
            shape, "Story" if shape.is_story else ""
        ),
        "tall": shape.is_story or shape is Shape.REEL,
        "caption": media.caption,
        "permalink": media_node.permalink(world, media),
        "time": _moment(media.published_at),
        "pictures": [_picture(part.blob, part.poster) for part in parts],
        "human": media.human,
        "comments": [(c.username, c.text) for c in media_node.comments_of(world, media)],
        "where": "Instagram",
        "expired": shape.is_story and world.clock.now() >= media.published_at + DAY,
    }


def _page_post(world: World, post: PagePost) -> Item:
    pictures = [_picture(blob, post.poster) for blob in post.blobs]
    story = post.shape.endswith("STORY")
    badge = "Story" if story else "Reel" if post.shape == "REEL" else ""
    return {
        "account": post.account,
        "badge": badge or (f"{len(pictures)} pictures" if len(pictures) > 1 else ""),
        "tall": story or post.shape == "REEL",
        "caption": post.message,
        "permalink": visible.page_permalink(world, post),
        "time": _moment(post.published_at or 0.0),
        "pictures": pictures,
        "human": False,
        "comments": [],
        "where": "Facebook",
        "expired": story and world.clock.now() >= (post.published_at or 0.0) + DAY,
    }


def _picture(blob: str, poster: str) -> Item:
    """Addresses without a host, so that the page works by whichever name it was reached."""
    video = blob.endswith(".mp4")
    still = poster or ("" if video else blob)
    return {
        "still": f"/_sandbox/files/{still}" if still else "",
        "video": f"/_sandbox/files/{blob}" if video else "",
    }


def _moment(moment: float) -> Item:
    time = datetime.fromtimestamp(moment, UTC)
    return {"iso": time.isoformat(timespec="seconds"), "text": f"{time:%-d %b %Y, %H:%M:%S} UTC"}
