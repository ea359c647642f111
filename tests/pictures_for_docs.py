"""`python -m tests.pictures_for_docs`: the pictures of docs/media.md, from art made here and our recipes."""

from __future__ import annotations

import io
import math
import os
import random
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

FONTS = Path(__file__).parents[1] / "adapters" / "pyvips" / "fonts" / "fonts.conf"
os.environ.setdefault("FONTCONFIG_FILE", str(FONTS))

from adapters.pyvips import renditions  # noqa: E402 - the fonts must be known before
from domain.content import Align, Fit, Font, TextOverlay  # noqa: E402
from domain.media import Use  # noqa: E402
from domain.media_formats import JPEG  # noqa: E402
from domain.renditions import CANVAS, Label, Recipe  # noqa: E402

INTO = Path(__file__).parents[1] / "docs" / "pictures"
PAPER, INK = "#f4f1ea", "#22242c"
Colour = tuple[int, int, int]

DUSK: Sequence[Colour] = ((38, 34, 78), (146, 72, 118), (244, 140, 96), (255, 211, 140))
MORNING: Sequence[Colour] = ((108, 160, 200), (168, 205, 218), (240, 226, 200), (255, 240, 214))
NIGHT: Sequence[Colour] = ((10, 16, 44), (24, 44, 84), (48, 88, 124), (120, 160, 168))


def landscape(width: int, height: int, sky: Sequence[Colour], seed: int, *, sun: float = 0.62) -> Image.Image:
    """Hills behind hills under a sky, with a sun, haze in the valleys and a wood in front."""
    chance = random.Random(seed)
    picture = _sky(width, height, sky)
    _shine(picture, (round(width * sun), round(height * 0.46)), round(height * 0.085), sky[3])
    far, near = sky[2], tuple(value // 5 for value in sky[0])
    for layer in range(6):
        share = layer / 5
        base = height * (0.52 + 0.44 * share**1.1)
        ridge = _ridge(width, base, height * (0.10 - 0.045 * share), chance)
        colour = _between(far, near, 0.22 + 0.78 * share)  # type: ignore[arg-type]
        draw = ImageDraw.Draw(picture)
        draw.polygon([(0, height), *ridge, (width, height)], fill=colour)
        if layer < 5:
            _haze(picture, base, height, _between(sky[3], colour, 0.35))
        else:
            _wood(draw, ridge, height, colour, chance)
    grain = Image.effect_noise((width // 2, height // 2), 14).resize((width, height))
    return ImageChops.overlay(
        picture, Image.merge("RGB", (grain, grain, grain)).point(lambda v: 128 + (v - 128) // 3)
    )


def _sky(width: int, height: int, stops: Sequence[Colour]) -> Image.Image:
    column = Image.new("RGB", (1, height))
    for y in range(height):
        place = min(2.999, y / (height * 0.72) * 3)
        column.putpixel((0, y), _between(stops[int(place)], stops[int(place) + 1], place % 1))
    return column.resize((width, height))


def _shine(picture: Image.Image, middle: tuple[int, int], radius: int, colour: Colour) -> None:
    glow = Image.new("L", picture.size, 0)
    draw = ImageDraw.Draw(glow)
    x, y = middle
    draw.ellipse((x - 3 * radius, y - 3 * radius, x + 3 * radius, y + 3 * radius), fill=110)
    glow = glow.resize((picture.width // 8, picture.height // 8)).filter(ImageFilter.GaussianBlur(radius / 6))
    picture.paste(colour, (0, 0), glow.resize(picture.size))
    disc = Image.new("L", (radius * 8, radius * 8), 0)
    ImageDraw.Draw(disc).ellipse((0, 0, radius * 8 - 1, radius * 8 - 1), fill=255)
    picture.paste((255, 248, 226), (x - radius, y - radius), disc.resize((radius * 2, radius * 2)))


def _ridge(width: int, base: float, rise: float, chance: random.Random) -> list[tuple[float, float]]:
    waves = [
        (chance.uniform(0.6, 1.6) * 2**octave, chance.uniform(0, 6.3), 0.55**octave) for octave in range(6)
    ]
    return [
        (
            x,
            base
            - rise * sum(high * math.sin(x / width * 6.28 * fast + start) for fast, start, high in waves),
        )
        for x in range(0, width + 4, 4)
    ]


def _haze(picture: Image.Image, base: float, height: int, colour: Colour) -> None:
    veil = Image.new("L", (1, height))
    for y in range(height):
        veil.putpixel((0, y), round(120 * max(0.0, 1 - abs(y - base - height * 0.06) / (height * 0.075))))
    picture.paste(colour, (0, 0), veil.resize(picture.size))


def _wood(
    draw: ImageDraw.ImageDraw,
    ridge: list[tuple[float, float]],
    height: int,
    colour: Colour,
    chance: random.Random,
) -> None:
    for x, y in ridge[:: max(1, round(height / 300))]:
        tall = height * chance.uniform(0.02, 0.085)
        foot = y + height * 0.015
        for part in range(4):
            wide, top = tall * (0.10 + 0.07 * part), foot - tall + tall * 0.2 * part
            draw.polygon(
                [(x, top), (x - wide, top + tall * 0.36), (x + wide, top + tall * 0.36)], fill=colour
            )


def _between(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def made(picture: Image.Image, recipe: Recipe) -> Image.Image:
    """What Pressroom makes of a picture."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=95)
    return Image.open(io.BytesIO(renditions.make(file.getvalue(), JPEG, recipe).data))


def sheet(
    width: int, height: int, parts: Sequence[tuple[Image.Image, int, int]], words: Sequence[TextOverlay]
) -> Image.Image:
    """Pictures on paper with soft shadows, and captions in our own lettering."""
    paper = Image.new("RGB", (width, height), PAPER)
    shade = Image.new("L", paper.size, 0)
    for part, x, y in parts:
        ImageDraw.Draw(shade).rectangle((x, y + 6, x + part.width, y + part.height + 6), fill=90)
    paper.paste((60, 50, 40), (0, 0), shade.filter(ImageFilter.GaussianBlur(10)))
    for part, x, y in parts:
        paper.paste(part, (x, y))
    return made(paper, Recipe(Use.STORY, width, height, Fit.REFUSE, texts=tuple(words)))


def caption(text: str, x: float, y: float, size: int = 26) -> TextOverlay:
    return TextOverlay(text, x=x, y=y, size=size, colour=INK, background=PAPER, width=0.5)


def small(picture: Image.Image, width: int | None = None, height: int | None = None) -> Image.Image:
    if width is None:
        assert height is not None
        width = round(picture.width * height / picture.height)
    return picture.resize(
        (width, height or round(picture.height * width / picture.width)), Image.Resampling.LANCZOS
    )


def before_after() -> Image.Image:
    wide = landscape(3000, 1200, DUSK, 4)
    feed = made(wide, Recipe(Use.FEED, 1080, 566, Fit.PAD_BLUR))
    return sheet(
        1280,
        440,
        [(small(wide, 600), 28, 77), (small(feed, 600), 652, 40)],
        [
            caption("before: 3000 by 1200, too wide", 328 / 1280, 0.905),
            caption("after: 1080 by 566, all of it", 952 / 1280, 0.905),
        ],
    )


def fits() -> Image.Image:
    tall = landscape(1000, 2000, MORNING, 11, sun=0.3)
    size = (1080, 1350)
    parts = [(small(tall, height=460), 34, 40)]
    words = [caption("before", (34 + 115) / 1280, 0.93)]
    for number, fit in enumerate((Fit.PAD_BLUR, Fit.PAD_PLAIN, Fit.CROP)):
        x = 300 + number * 322
        parts.append((small(made(tall, Recipe(Use.FEED, *size, fit)), 300), x, 82))
        words.append(caption(fit, (x + 150) / 1280, 0.93))
    return sheet(1280, 600, parts, words)


def carousel() -> Image.Image:
    children = [
        landscape(1500, 1500, NIGHT, 2),
        landscape(2400, 1200, DUSK, 8),
        landscape(1000, 1900, MORNING, 5, sun=0.7),
    ]
    places, parts = (158, 448, 968), []
    for child, x in zip(children, places, strict=True):
        part = small(child, height=230) if child.height <= child.width else small(child, height=290)
        parts.append((part, x, 320 - part.height))
    for number, child in enumerate(children):
        parts.append(
            (small(made(child, Recipe(Use.CAROUSEL, 1080, 1080, Fit.PAD_BLUR)), 380), 34 + number * 416, 430)
        )
    return sheet(
        1280,
        920,
        parts,
        [
            caption("before: three shapes", 0.5, 0.405),
            caption("after: one shape, that of the first", 0.5, 0.945),
        ],
    )


def story_card() -> Image.Image:
    texts = (
        TextOverlay("First light", y=0.135, size=118, font=Font.SERIF),
        TextOverlay("a walk above the valley", y=0.215, size=50),
        TextOverlay(
            "Saturday, 5:40\nMeet at the old mill.\nBring a thermos & a friend.",
            x=0.5,
            y=0.79,
            size=50,
            colour="#2b2118",
            background="#fff6e4",
            align=Align.LEFT,
        ),
    )
    card = Recipe(Use.STORY, *CANVAS, Fit.PAD_BLUR, texts=texts, labels=(Label("studio.mira", 0.5, 0.905),))
    return small(made(landscape(2400, 1800, MORNING, 21, sun=0.36), card), 540)


def emoji() -> Image.Image:
    texts = (
        TextOverlay("We are open! 🎉", y=0.16, size=104),
        TextOverlay("🥐 ☕️ 🌿", y=0.27, size=120),
        TextOverlay(
            "1️⃣ croissants until noon\n2️⃣ soup from twelve\n3️⃣ music at night 🎻",
            y=0.665,
            size=66,
            background="#141a34",
            align=Align.LEFT,
        ),
        TextOverlay(
            "Bienvenue 🇫🇷  Willkommen 🇩🇪  Welcome 👩🏽‍🍳",
            y=0.87,
            size=44,
            width=0.96,
            colour="#141a34",
            background="#ffe3a8",
        ),
    )
    return small(
        made(landscape(1080, 1920, DUSK, 30, sun=0.5), Recipe(Use.STORY, *CANVAS, Fit.CROP, texts=texts)), 540
    )


PAGES = {
    "before-after": before_after,
    "fits": fits,
    "carousel": carousel,
    "story-card": story_card,
    "emoji": emoji,
}


def main() -> None:
    INTO.mkdir(exist_ok=True)
    for name, make in PAGES.items():
        picture = make().convert("RGB")
        picture.save(INTO / f"{name}.jpg", quality=86, optimize=True)


if __name__ == "__main__":
    main()
