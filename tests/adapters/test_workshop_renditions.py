"""Pictures made to order: every kind of file through every use, every fit, and words drawn on stories."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from PIL import Image, ImageChops, ImageStat

from domain import errors
from domain.content import Align, Content, Fit, Font, MediaType, TextOverlay
from domain.media import Use
from domain.renditions import CANVAS, Label, Recipe, recipe
from tests.adapters.conftest import Studio
from tests.heic import make_heic
from tests.pictures import encode, exif, make_deep_png, make_picture, make_turned_jpeg, wide_profile

FILE = UUID(int=1)
FEED = Recipe(Use.FEED, 1080, 1350, Fit.PAD_BLUR)
STORY = Recipe(Use.STORY, *CANVAS, Fit.PAD_BLUR)


def _mpo() -> bytes:
    return encode(make_picture(640, 480), "MPO", save_all=True, append_images=[make_picture(640, 480, 2)])


def _animated(format: str) -> bytes:
    others = [make_picture(300, 500, seed) for seed in (2, 3)]
    return encode(make_picture(300, 500, 1), format, save_all=True, append_images=others)


CORPUS: dict[str, Callable[[], bytes]] = {
    **{f"turned {number}": functools.partial(make_turned_jpeg, number, 800, 300) for number in range(1, 9)},
    "Display P3": lambda: encode(make_picture(900, 400), "JPEG", icc_profile=wide_profile("Display P3")),
    "Adobe RGB": lambda: encode(make_picture(900, 400), "JPEG", icc_profile=wide_profile("Adobe RGB")),
    "CMYK": lambda: encode(make_picture(900, 400, mode="CMYK"), "JPEG"),
    "grey": lambda: encode(make_picture(900, 400, mode="L"), "JPEG"),
    "progressive": lambda: encode(make_picture(900, 400), "JPEG", progressive=True),
    "16 bits": lambda: make_deep_png(500, 200),
    "16 bits, alpha": lambda: make_deep_png(500, 200, alpha=True),
    "alpha": lambda: encode(make_picture(900, 400, mode="RGBA"), "PNG", compress_level=1),
    "palette": lambda: encode(make_picture(900, 400, mode="P"), "PNG"),
    "GIF": lambda: _animated("GIF"),
    "APNG": lambda: _animated("PNG"),
    "animated WebP": lambda: _animated("WEBP"),
    "TIFF": lambda: encode(make_picture(900, 400), "TIFF"),
    "AVIF": lambda: encode(make_picture(900, 400), "AVIF", speed=10),
    "MPO": _mpo,
    "HEIC": lambda: make_heic(make_picture(640, 480), profile=wide_profile("Display P3")),
    "48 megapixels": lambda: encode(Image.linear_gradient("L").resize((8000, 6000)), "JPEG"),
    "speck": lambda: encode(make_picture(3, 2), "PNG"),
    "thread": lambda: encode(make_picture(2, 3000), "PNG"),
}


@pytest.mark.parametrize("kind", CORPUS)
def test_every_kind_of_picture_comes_out_right_for_every_use(studio: Studio, kind: str) -> None:
    data = CORPUS[kind]()
    for made in (
        FEED,
        Recipe(Use.CAROUSEL, 1080, 566, Fit.CROP),
        Recipe(Use.COVER, *CANVAS, Fit.PAD_PLAIN),
        replace(STORY, texts=(TextOverlay("Now 🎉"),), labels=(Label("mira", 0.5, 0.9),)),
    ):
        studio.render(data, made)


@pytest.mark.parametrize("fit", [Fit.PAD_BLUR, Fit.PAD_PLAIN])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_padding_shows_all_of_it_upright_and_in_the_middle(
    studio: Studio, fit: Fit, orientation: int
) -> None:
    picture = studio.render(make_turned_jpeg(orientation, 900, 300), replace(FEED, fit=fit))
    across, down = (270, 810), (495 + 90, 495 + 270)
    corners = [picture.getpixel((x, y)) for y in down for x in across]
    for found, wanted in zip(corners, [(255, 0, 0), (0, 128, 0), (0, 0, 255), (255, 255, 255)], strict=True):
        assert isinstance(found, tuple)
        assert all(abs(a - b) <= 12 for a, b in zip(found, wanted, strict=True))


def test_plain_padding_is_white_and_blurred_padding_is_of_the_picture(studio: Studio) -> None:
    red = encode(Image.new("RGB", (900, 300), "red"), "JPEG")
    plain = studio.render(red, replace(FEED, fit=Fit.PAD_PLAIN))
    blurred = studio.render(red, FEED)
    assert plain.getpixel((540, 20)) == (255, 255, 255)
    found = blurred.getpixel((540, 20))
    assert isinstance(found, tuple)
    assert 150 < found[0] < 200
    assert max(found[1:]) < 20


def test_cropping_keeps_what_draws_the_eye(studio: Studio) -> None:
    wall = Image.new("RGB", (3000, 1000), (120, 120, 125))
    face = make_picture(500, 500, 5)
    wall.paste(face, (2300, 250))
    picture = studio.render(encode(wall, "JPEG"), replace(FEED, fit=Fit.CROP))
    bare = ImageStat.Stat(picture.convert("L")).stddev[0]
    assert bare > 12, "the part with something in it was cut away"


def test_the_same_file_and_recipe_give_the_same_bytes(studio: Studio) -> None:
    sha256 = studio.put(encode(make_picture(900, 400), "JPEG"))
    recipe = replace(STORY, texts=(TextOverlay("Twice 🐝"),))
    assert studio.workshop.render(sha256, recipe) == studio.workshop.render(sha256, recipe)


def test_a_cut_off_picture_is_refused_here_as_well(studio: Studio) -> None:
    whole = encode(make_picture(900, 400), "JPEG")
    with pytest.raises(errors.MediaInvalid, match="cut off"):
        studio.render(whole[: len(whole) // 2], FEED)


def test_a_heic_is_turned_by_its_own_boxes_and_never_by_exif(studio: Studio) -> None:
    upright = make_picture(640, 480)
    turned = studio.prepare(make_heic(upright, turns=1))
    assert (turned.facts.width, turned.facts.height) == (480, 640)
    orientation = b"Exif\0\0" + exif(orientation=6).tobytes().removeprefix(b"Exif\0\0")
    noted = studio.prepare(make_heic(upright, exif=orientation), Use.STORY)
    assert (noted.facts.width, noted.facts.height) == (640, 480)
    shown = studio.picture(noted, Use.STORY)
    assert max(ImageStat.Stat(ImageChops.difference(shown, upright.resize(shown.size))).mean) < 4


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_cut_off_heic_is_refused(studio: Studio, share: float) -> None:
    whole = make_heic(make_picture(640, 480))
    assert "damaged" in studio.refusal(whole[: int(len(whole) * share)])


# Words.


def story(studio: Studio, *texts: TextOverlay, labels: tuple[Label, ...] = ()) -> Image.Image:
    ground = encode(Image.new("RGB", CANVAS, (40, 60, 90)), "PNG")
    return studio.render(ground, replace(STORY, texts=texts, labels=labels))


def inked(picture: Image.Image) -> tuple[int, int, int, int]:
    """The box around everything that is not the plain ground."""
    ground = Image.new("RGB", picture.size, (40, 60, 90))
    bounds = (
        ImageChops.difference(picture, ground).convert("L").point(lambda value: 255 * (value > 40)).getbbox()
    )
    assert bounds is not None
    return bounds


@pytest.mark.parametrize(
    "text", ["a & b", "5 < 6", "<span size='999999'>x</span>", "&amp; \" ' >", "%s \\n {0}"]
)
def test_signs_that_mean_something_to_a_renderer_are_only_signs(studio: Studio, text: str) -> None:
    left, top, right, bottom = inked(story(studio, TextOverlay(text)))
    assert bottom - top < 200
    assert right - left > 30


@pytest.mark.parametrize("text", ["\0", "\x07\x1b", " \n\t ", "\u200d", "\ufe0f"])
def test_text_that_shows_nothing_draws_nothing(studio: Studio, text: str) -> None:
    assert story(studio, TextOverlay(text)).tobytes() == story(studio).tobytes()


@pytest.mark.parametrize(
    "text",
    [
        "W" * 20_000,
        "word " * 100,
        "line\n" * 100,
        "🎉" * 300,
        "漢" * 500,
        "ﷺ" * 200,
        "a\u0301\u0302\u0303" * 125,
    ],
)
def test_whatever_its_length_a_text_stays_on_the_canvas(studio: Studio, text: str) -> None:
    picture = story(studio, TextOverlay(text, size=400, background="#000000"))
    assert picture.size == CANVAS


@pytest.mark.parametrize("x", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("y", [0.0, 0.5, 1.0])
def test_a_text_stands_where_it_was_put_and_never_sticks_out(studio: Studio, x: float, y: float) -> None:
    left, top, right, bottom = inked(story(studio, TextOverlay("Hello", x=x, y=y, background="#ffffff")))
    width, height = right - left, bottom - top
    assert abs((left + right) / 2 - min(max(x * 1080, width / 2), 1080 - width / 2)) <= 3
    assert abs((top + bottom) / 2 - min(max(y * 1920, height / 2), 1920 - height / 2)) <= 3


def test_size_width_colour_background_and_font_are_kept(studio: Studio) -> None:
    def size(**how: object) -> tuple[int, int]:
        left, top, right, bottom = inked(story(studio, TextOverlay("Hello there you", **how)))  # type: ignore[arg-type]
        return right - left, bottom - top

    assert size(size=128)[1] > size(size=64)[1] * 1.6
    assert size(width=0.3)[1] > size(width=0.9)[1] * 1.6
    assert size(font=Font.SERIF) != size(font=Font.SANS)
    boxed = story(studio, TextOverlay("Hi", size=200, colour="#ff0000", background="#00ff00"))
    counts = {colour for _, colour in boxed.quantize(8).convert("RGB").getcolors() or []}
    assert any(red > 200 > 80 > green for red, green, _ in counts)  # type: ignore[misc]
    assert any(green > 200 > 80 > red for red, green, _ in counts)  # type: ignore[misc]


def test_lines_are_aligned_as_asked(studio: Studio) -> None:
    drawn = {
        align: story(studio, TextOverlay("I\nwide wide wide", align=align, background="#000000"))
        for align in Align
    }
    firsts = {}
    for align, picture in drawn.items():
        left, top, right, bottom = inked(picture)
        line = picture.crop((left, top, right, (top + bottom) // 2)).convert("L")
        ink = line.point(lambda value: 255 * (value > 200)).getbbox()
        assert ink is not None
        firsts[align] = (ink[0] + ink[2]) / 2 / (right - left)
    assert firsts[Align.LEFT] < 0.25 < firsts[Align.CENTRE] < 0.75 < firsts[Align.RIGHT]


@pytest.mark.parametrize("emoji", ["😀", "🎉", "🇩🇪", "👩🏽‍🚀", "❤️", "1️⃣", "🏳️‍🌈"])
def test_emoji_are_drawn_in_colour_and_as_one_sign(studio: Studio, emoji: str) -> None:
    picture = story(studio, TextOverlay(emoji, size=200, colour="#ffffff", background="#ffffff"))
    left, top, right, bottom = inked(picture)
    colourful = picture.crop((left, top, right, bottom)).convert("HSV").getchannel("S")
    assert ImageStat.Stat(colourful.point(lambda value: 255 * (value > 90))).mean[0] > 8
    assert (right - left) < 500


def test_emoji_are_as_large_as_the_letters_around_them(studio: Studio) -> None:
    def width(size: int) -> int:
        left, _, right, _ = inked(story(studio, TextOverlay("😀", size=size, background="#ffffff")))
        return right - left

    small, large = width(40), width(160)
    assert 3.4 < large / small < 4.6
    assert 40 < small < 100


@pytest.mark.parametrize("text", ["שלום עולם", "مرحبا بالعالم", "Привет", "Grüße, naïve façade"])
def test_other_scripts_are_letters_and_no_boxes(studio: Studio, text: str) -> None:
    empty = story(studio, TextOverlay("\U000f0000" * len(text), background="#000000"))
    assert story(studio, TextOverlay(text, background="#000000")).tobytes() != empty.tobytes()


def test_mentions_are_written_where_they_can_be_tapped(studio: Studio) -> None:
    left, top, right, bottom = inked(story(studio, labels=(Label("studio.mira", 0.25, 0.75),)))
    assert abs((left + right) / 2 - 270) <= 3
    assert abs((top + bottom) / 2 - 1440) <= 3


def test_a_story_that_keeps_its_shape_gets_its_words_all_the_same(studio: Studio) -> None:
    content = Content(MediaType.STORIES, (FILE,), text_overlays=(TextOverlay("Hi"),), fit=Fit.REFUSE)
    prepared = studio.prepare(encode(make_picture(900, 400), "JPEG"))
    made = recipe(content, 0, {FILE: prepared.facts}, Fit.PAD_BLUR)
    assert made is not None
    assert (made.width, made.height) == (900, 400)
    assert studio.render(encode(make_picture(900, 400), "JPEG"), made).size == (900, 400)
