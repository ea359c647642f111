"""Words on a picture: texts with or without a box, and the names of people, emoji included."""

from __future__ import annotations

import html
import math
import re
import unicodedata
from dataclasses import replace
from typing import Any

import pyvips

from domain.content import Align, Font, TextOverlay
from domain.renditions import WIDTH, Label

MOST_CHARACTERS = 500
SMALLEST = 8
_KEPT = {"\n", "\u200c", "\u200d"}
_FAMILIES = {Font.SANS: "Inter", Font.SERIF: "Caladea"}
_ALIGN = {Align.LEFT: "low", Align.CENTRE: "centre", Align.RIGHT: "high"}
_LABEL = TextOverlay("", size=40, colour="#1b1b1f", background="#ffffff", width=0.9)
_ASKED_FOR_COLOUR = re.compile("[0-9#*]\ufe0f?\u20e3|[\u203c-\u3299]\ufe0f(?!\u200d)")
_IN_COLOUR = r'<span font_family="Noto Color Emoji">\g<0></span>'
"""Signs that text fonts have as well, followed by the wish for their coloured form."""
_PADDING, _ROUNDING, _SHADOW = 0.42, 0.36, 0.5
"""Space around a text in its box, the radius of the box's corners, and how dark a shadow is."""


def draw(image: Any, texts: tuple[TextOverlay, ...], labels: tuple[Label, ...]) -> Any:
    """An opaque image with all of it drawn, in order; text that has nothing to show is left out."""
    wanted = (*texts, *(_named(label) for label in labels))
    layers, left, top = [], [], []
    for text in wanted:
        if (layer := block(text, image.width, image.height)) is not None:
            layers.append(layer)
            left.append(_start(text.x, image.width, layer.width))
            top.append(_start(text.y, image.height, layer.height))
    if not layers:
        return image
    return image.composite(layers, ["over"] * len(layers), x=left, y=top).flatten()


def block(text: TextOverlay, width: int, height: int) -> Any:
    """A text as an image with transparency, no larger than the canvas; None where nothing is to be seen."""
    said = cleaned(text.text)
    if not said:
        return None
    size = text.size * width / WIDTH
    room = max(1, min(width, round(width * text.width)))
    size = max(SMALLEST, min(size, size * math.sqrt(height / _guessed_height(said, size, room))))
    while True:
        drawn = _drawn(text, said, size, room)
        margin = round(size * _PADDING) * 2
        if drawn is None or size <= SMALLEST:
            break
        if drawn.width + margin <= width and drawn.height + margin <= height:
            break
        size = max(SMALLEST, size * 0.85)
    if drawn is None:
        return None
    finished = _boxed(drawn, text.background, size) if text.background else _shadowed(drawn, size)
    return finished.crop(0, 0, min(width, finished.width), min(height, finished.height)).copy_memory()


def cleaned(text: str) -> str:
    """The text without what a renderer stumbles over; what joins and turns emoji stays."""
    spaced = text.replace("\r\n", "\n").replace("\t", " ")
    return "".join(filter(_is_drawn, spaced)).strip()[:MOST_CHARACTERS]


def _is_drawn(sign: str) -> bool:
    return (
        sign in _KEPT
        or "\U000e0020" <= sign <= "\U000e007f"
        or not unicodedata.category(sign).startswith("C")
    )


def _drawn(text: TextOverlay, said: str, size: float, room: int) -> Any:
    marked = _ASKED_FOR_COLOUR.sub(_IN_COLOUR, html.escape(said, quote=False))
    markup = f'<span foreground="{text.colour}">{marked}</span>'
    try:
        drawn = pyvips.Image.text(
            markup,
            font=f"{_FAMILIES[text.font]} Bold {size:.2f}",
            width=room,
            align=_ALIGN[text.align],
            wrap="word-char",
            dpi=72,
            rgba=True,
        )
    except pyvips.Error as failure:
        if "no text to render" in str(failure):
            return None
        raise
    return drawn.copy(interpretation="srgb").copy_memory()


def _guessed_height(said: str, size: float, room: int) -> float:
    """About how high a text becomes: enough to keep absurd ones from being drawn at full size."""
    across = max(1.0, room / (size * 0.6))
    lines = sum(max(1, math.ceil(len(line) / across)) for line in said.split("\n"))
    return max(1.0, lines * size * 1.25 / 2)


def _boxed(drawn: Any, background: str, size: float) -> Any:
    """The text on a box with round corners."""
    padding = round(size * _PADDING)
    width, height = drawn.width + 2 * padding, drawn.height + 2 * padding
    box = _rounded(width, height, min(size * _ROUNDING, width / 2, height / 2))
    ground = box.new_from_image(list(bytes.fromhex(background[1:]))).bandjoin(box)
    return ground.copy(interpretation="srgb").composite2(drawn, "over", x=padding, y=padding).cast("uchar")


def _rounded(width: int, height: int, radius: float) -> Any:
    """How much of each pixel lies within a box with round corners, 0 to 255."""
    place = pyvips.Image.xyz(width, height)
    across = (place[0] - (width - 1) / 2).abs() - (width / 2 - radius)
    down = (place[1] - (height - 1) / 2).abs() - (height / 2 - radius)
    outside = (across > 0).ifthenelse(across, 0) ** 2 + (down > 0).ifthenelse(down, 0) ** 2
    return ((radius + 0.5 - outside**0.5) * 255).cast("uchar")


def _shadowed(drawn: Any, size: float) -> Any:
    """The text over a soft shadow, so that it can be read on any picture."""
    spread = max(1, round(size * 0.16))
    around = drawn.embed(spread * 2, spread * 2, drawn.width + 4 * spread, drawn.height + 4 * spread)
    shade = (around[3].gaussblur(spread / 1.5) * _SHADOW).cast("uchar")
    shadow = shade.new_from_image([0, 0, 0]).bandjoin(shade).copy(interpretation="srgb")
    return shadow.composite2(around, "over").cast("uchar")


def _named(label: Label) -> TextOverlay:
    return replace(_LABEL, text=f"@{label.username}", x=label.x, y=label.y)


def _start(middle: float, whole: int, part: int) -> int:
    """Where a part begins whose middle is to be there, and which must not stick out."""
    return max(0, min(whole - part, round(middle * whole - part / 2)))
