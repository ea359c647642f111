"""A person using the app by hand: posts that no API call made."""

from __future__ import annotations

import colorsys
import io

from PIL import Image, ImageDraw

from entrypoints.sandbox.records import Account, Media
from entrypoints.sandbox.shapes import Shape
from entrypoints.sandbox.world import World

SHAPES = {
    "IMAGE": Shape.IMAGE,
    "CAROUSEL": Shape.CAROUSEL,
    "REELS": Shape.REEL,
    "VIDEO": Shape.REEL,
    "STORIES": Shape.STORY_IMAGE,
}


def post_by_hand(world: World, account: Account, caption: str, shape: Shape) -> Media:
    """Publish something the way a person does; it counts towards no quota. Only within `change`."""
    picture = world.blobs.keep(paint(world.chance.text(8)), ".jpg")
    media = _media(world, account, shape, caption, picture)
    if shape is Shape.CAROUSEL:
        for _ in range(2):
            child = _media(world, account, Shape.CHILD_IMAGE, "", picture)
            child.parent = media.id
            media.children.append(child.id)
            world.keep(child)
    return world.keep(media)


def _media(world: World, account: Account, shape: Shape, caption: str, picture: str) -> Media:
    return Media(
        id=world.new_id("180"),
        account=account.username,
        shape=shape.value,
        shortcode=world.chance.shortcode(),
        published_at=world.clock.now(),
        caption="" if shape.is_story else caption,
        blob="" if shape.is_video else picture,
        poster=picture if shape.is_video else "",
        human=True,
    )


def paint(seed: str) -> bytes:
    """A small picture in colours of its own."""
    hue = sum(seed.encode()) % 100 / 100
    back, front = (_colour(hue, 0.35, 0.95), _colour((hue + 0.45) % 1, 0.55, 0.75))
    image = Image.new("RGB", (540, 540), back)
    draw = ImageDraw.Draw(image)
    draw.ellipse((120, 120, 420, 420), fill=front)
    draw.rectangle((0, 400, 540, 540), fill=_colour((hue + 0.1) % 1, 0.4, 0.55))
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=80)
    return stream.getvalue()


def _colour(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue, saturation, value)
    return int(red * 255), int(green * 255), int(blue * 255)
