"""An order for a container, as the parameters Meta's matrix has for its kind."""

from __future__ import annotations

import json
from urllib.parse import quote, urlsplit, urlunsplit

from application.posts.ports import ContainerOrder
from domain.content import MediaType, UserTag

Said = dict[str, str | int | bool | None]


def parameters_of(order: ContainerOrder, *, by_bytes: bool = False) -> Said:
    """What to send; what the kind does not have is left out. `by_bytes`: the video follows as an upload."""
    said = _video(order, by_bytes) if _is_video(order, by_bytes) else {"image_url": _url(order.image_url)}
    if order.child:
        said |= {"is_carousel_item": True} | _child(order, video="image_url" not in said)
    elif order.media_type is MediaType.CAROUSEL:
        said = {"media_type": "CAROUSEL", "children": ",".join(order.children)} | _words(order)
    elif order.media_type is MediaType.STORIES:
        said |= {"media_type": "STORIES", "user_tags": _tags(order.user_tags, placed=True)}
    elif order.media_type is MediaType.REELS:
        said |= {"media_type": "REELS"} | _words(order) | _reel(order)
    else:
        said |= _words(order) | {
            "user_tags": _tags(order.user_tags, placed=True),
            "alt_text": order.alt_text or None,
        }
    return {name: value for name, value in said.items() if value is not None}


def _is_video(order: ContainerOrder, by_bytes: bool) -> bool:
    return by_bytes or order.video_url is not None


def _video(order: ContainerOrder, by_bytes: bool) -> Said:
    return {"upload_type": "resumable"} if by_bytes else {"video_url": _url(order.video_url)}


def _child(order: ContainerOrder, *, video: bool) -> Said:
    if video:
        return {
            "media_type": "VIDEO",
            "user_tags": _tags(order.user_tags, placed=False),
            "thumb_offset": order.thumb_offset_ms,
        }
    return {"user_tags": _tags(order.user_tags, placed=True), "alt_text": order.alt_text or None}


def _words(order: ContainerOrder) -> Said:
    """What a post says beside its media, whatever its kind."""
    collaborators = [name.lstrip("@") for name in order.collaborators]
    return {
        "caption": order.caption or None,
        "location_id": order.location_id or None,
        "collaborators": _json(collaborators) if collaborators else None,
    }


def _reel(order: ContainerOrder) -> Said:
    return {
        "user_tags": _tags(order.user_tags, placed=False),
        "cover_url": _url(order.cover_url),
        "thumb_offset": order.thumb_offset_ms if order.cover_url is None else None,
        "share_to_feed": order.share_to_feed,
    }


def _tags(tags: tuple[UserTag, ...], *, placed: bool) -> str | None:
    """Tags with their places where the kind has places."""
    written: list[dict[str, str | float]] = []
    for tag in tags:
        row: dict[str, str | float] = {"username": tag.username.lstrip("@")}
        if placed and tag.x is not None and tag.y is not None:
            row |= {"x": tag.x, "y": tag.y}
        written.append(row)
    return _json(written) if written else None


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _url(url: str | None) -> str | None:
    return ascii_url(url) if url is not None else None


def ascii_url(url: str) -> str:
    """An address in US-ASCII, which is all that Meta fetches; what is encoded already stays as it is."""
    parts = urlsplit(url)
    host = parts.netloc
    if not host.isascii():
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            host = quote(host, safe=_KEPT)
    return urlunsplit((parts.scheme, host, quote(parts.path, safe=_KEPT), quote(parts.query, safe=_KEPT), ""))


_KEPT = "%/:=&?~#+!$,;'@()*[]"
