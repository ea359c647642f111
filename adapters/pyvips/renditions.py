"""Pictures made to order: brought to a shape, with words drawn."""

from __future__ import annotations

from typing import Any

from adapters.pyvips.jpeg import encode
from adapters.pyvips.lettering import draw
from adapters.pyvips.source import Source, refusing_damage, resize
from adapters.pyvips.wire import Made
from domain import media_formats
from domain.content import Fit
from domain.media_formats import Format
from domain.media_rules import PICTURES
from domain.renditions import Recipe

_COARSE = 8
_BLUR = 6
_DIMMED = 0.7
"""The blurred background: shrunk so much, blurred by so much, and so bright."""


def make(data: bytes, file_format: Format, recipe: Recipe) -> Made:
    """The picture a recipe asks for; raises Refusal."""
    with refusing_damage():
        image = draw(shaped(Source(data, file_format), recipe), recipe.texts, recipe.labels)
        jpeg = encode(image, PICTURES[recipe.use])
    return Made((recipe.use,), media_formats.JPEG.mime_type, recipe.width, recipe.height, jpeg)


def shaped(source: Source, recipe: Recipe) -> Any:
    """The picture in the recipe's size: cropped to it, or whole within it."""
    width, height = source.size
    across, down = recipe.width / width, recipe.height / height
    if recipe.fit is Fit.CROP and max(across, down) > 1:
        return _cut_and_enlarged(source, recipe)
    scale = max(across, down) if recipe.fit is Fit.CROP else min(across, down)
    inner = _near(width * scale, recipe.width), _near(height * scale, recipe.height)
    if inner == (recipe.width, recipe.height):
        return source.picture(*inner) if recipe.texts or recipe.labels else source.stream(*inner)
    image = source.picture(*inner)
    if recipe.fit is Fit.CROP:
        return image.smartcrop(recipe.width, recipe.height, interesting="attention")
    ground = _blurred(image, recipe) if recipe.fit is Fit.PAD_BLUR else _plain(image, recipe)
    left, top = (recipe.width - inner[0]) // 2, (recipe.height - inner[1]) // 2
    return ground.insert(image, left, top)


def _cut_and_enlarged(source: Source, recipe: Recipe) -> Any:
    """Cropped before it is enlarged, so that no more is enlarged than is seen."""
    width, height = source.size
    scale = max(recipe.width / width, recipe.height / height)
    inner = min(width, max(1, round(recipe.width / scale))), min(height, max(1, round(recipe.height / scale)))
    image = source.picture(width, height)
    if inner != (width, height):
        image = image.smartcrop(*inner, interesting="attention")
    return resize(image, recipe.width, recipe.height)


def _near(side: float, wanted: int) -> int:
    """A side in whole pixels; within one pixel of what is wanted it is just that."""
    return wanted if abs(side - wanted) <= 1 else max(1, round(side))


def _blurred(image: Any, recipe: Recipe) -> Any:
    """The picture again, so large that it fills the canvas, out of focus and darkened."""
    width, height = -(-recipe.width // _COARSE), -(-recipe.height // _COARSE)
    coarse = image.thumbnail_image(width, height=height, size="both", crop="centre")
    ground = coarse.gaussblur(_BLUR).resize(_COARSE, kernel="linear").linear(_DIMMED, 0, uchar=True)
    return ground.crop(0, 0, recipe.width, recipe.height).copy(interpretation="srgb")


def _plain(image: Any, recipe: Recipe) -> Any:
    return (
        image.new_from_image(colour(recipe.background))
        .crop(0, 0, 1, 1)
        .embed(0, 0, recipe.width, recipe.height, extend="copy")
    )


def colour(code: str) -> list[int]:
    """Red, green and blue of `#rrggbb`."""
    return list(bytes.fromhex(code.removeprefix("#")))
