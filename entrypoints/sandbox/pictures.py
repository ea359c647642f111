"""Pictures by URL: fetched and judged while the caller waits."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from entrypoints.sandbox.errors import GraphError
from entrypoints.sandbox.fetching import FetchError, FetchTimeoutError, TooLargeError
from entrypoints.sandbox.images import ImageFacts, NoImageError, look_at
from entrypoints.sandbox.world import World

LARGEST = 8 * 1024 * 1024
SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "GIF": ".gif", "BMP": ".bmp", "TIFF": ".tiff"}
_SLACK = 0.005  # a picture cut to 4:5 in whole pixels may miss the ratio by a hair


def fetch_picture(world: World, url: str, *, story: bool = False) -> str:
    """Fetch and judge a picture, and return the name it is kept under; raises GraphError."""
    demand_address(url)
    try:
        content = world.fetcher.get(url, at_most=LARGEST, seconds=world.settings.fetch_seconds)
    except TooLargeError as error:
        raise GraphError(36000, 2207004) from error
    except FetchTimeoutError as error:
        raise GraphError(-2, 2207003) from error
    except FetchError as error:
        raise GraphError(9004, 2207052) from error
    facts = judge(content, any_format=world.settings.image_formats == "any", any_ratio=story)
    return world.blobs.keep(content, SUFFIXES[facts.format])


def demand_address(url: str) -> None:
    """Raises GraphError for what is no public address of a file."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise GraphError(100, message="The media URL is not a valid URL")
    if not url.isascii():
        raise GraphError(9004, 2207052)


def judge(content: bytes, *, any_format: bool, any_ratio: bool) -> ImageFacts:
    """Raises GraphError when a picture is none, or not one Instagram takes."""
    try:
        facts = _look_at(content)
    except NoImageError as error:
        raise GraphError(9004, 2207052) from error
    taken = ("JPEG", "PNG", "WEBP") if any_format else ("JPEG",)
    if facts.format not in taken:
        raise GraphError(36001, 2207005)
    if not any_ratio and not 0.8 - _SLACK <= facts.ratio <= 1.91 + _SLACK:
        raise GraphError(36003, 2207009)
    return facts


# The same picture is often sent to many accounts.
_look_at = lru_cache(maxsize=64)(look_at)
