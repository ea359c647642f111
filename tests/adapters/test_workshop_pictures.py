"""Pictures as people send them, and what becomes of them."""

from __future__ import annotations

import io
import random
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from domain.media import Severity, Use
from tests.adapters.conftest import Studio
from tests.pictures import (
    encode,
    exif,
    make_bomb,
    make_deep_png,
    make_jpeg,
    make_picture,
    make_png,
    make_turned_jpeg,
    png,
    srgb_profile,
    wide_profile,
)

ALL = {Use.FEED, Use.CAROUSEL, Use.STORY, Use.COVER, Use.PREVIEW}


def near(found: object, wanted: tuple[int, int, int], most: int = 12) -> bool:
    assert isinstance(found, tuple)
    return all(abs(a - b) <= most for a, b in zip(found, wanted, strict=True))


def difference(one: Image.Image, other: Image.Image) -> float:
    return max(ImageStat.Stat(ImageChops.difference(one, other.resize(one.size))).mean)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(studio: Studio, orientation: int) -> None:
    prepared = studio.prepare(make_turned_jpeg(orientation, width=800, height=600))

    assert (prepared.facts.width, prepared.facts.height) == (800, 600)
    for use in ALL:
        picture = studio.picture(prepared, use)
        assert picture.width > picture.height
        right, bottom = picture.width * 3 // 4, picture.height * 3 // 4
        left, top = picture.width // 4, picture.height // 4
        assert near(picture.getpixel((left, top)), (255, 0, 0))
        assert near(picture.getpixel((right, top)), (0, 128, 0))
        assert near(picture.getpixel((left, bottom)), (0, 0, 255))
        assert near(picture.getpixel((right, bottom)), (255, 255, 255))


@pytest.mark.parametrize("gamut", ["Display P3", "Adobe RGB"])
def test_wide_colours_are_converted_to_srgb(studio: Studio, gamut: str) -> None:
    wide = make_picture(1080, 1080, 3)
    profile = wide_profile(gamut)
    picture = studio.picture(studio.prepare(encode(wide, "JPEG", quality=95, icc_profile=profile)), Use.FEED)

    expected = ImageCms.profileToProfile(
        wide,
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    assert expected is not None
    assert "icc_profile" not in picture.info
    assert difference(picture, expected) < 2.5
    assert difference(picture, wide) > 2.5


def test_a_damaged_colour_profile_does_not_stop_a_picture(studio: Studio) -> None:
    picture = make_picture(640, 640)
    prepared = studio.prepare(encode(picture, "JPEG", quality=95, icc_profile=b"not a profile" * 40))
    assert difference(studio.picture(prepared, Use.FEED), picture) < 3


def test_print_colours_become_screen_colours(studio: Studio) -> None:
    paper = Image.new("CMYK", (640, 640), (0, 0, 0, 0))
    paper.paste((0, 255, 255, 0), (0, 0, 320, 640))
    picture = studio.picture(studio.prepare(encode(paper, "JPEG", quality=95)), Use.FEED)
    assert near(picture.getpixel((100, 300)), (225, 40, 40), most=45)
    assert near(picture.getpixel((500, 300)), (255, 255, 255))


def test_sixteen_bits_are_reduced_without_losing_the_ramp(studio: Studio) -> None:
    picture = studio.picture(studio.prepare(make_deep_png(640, 640)), Use.FEED)
    for y, grey in ((0, 0), (160, 64), (320, 128), (480, 191), (639, 255)):
        assert near(picture.getpixel((320, y)), (grey, grey, grey), most=4)


@pytest.mark.parametrize("deep", [False, True])
def test_what_is_transparent_becomes_white(studio: Studio, deep: bool) -> None:
    if deep:
        data = make_deep_png(640, 640, alpha=True)
    else:
        clear = Image.new("RGBA", (640, 640), (200, 0, 0, 255))
        clear.paste((0, 200, 0, 0), (320, 0, 640, 640))
        data = encode(clear, "PNG")
    picture = studio.picture(studio.prepare(data), Use.FEED)
    assert near(picture.getpixel((500, 100)), (255, 255, 255))
    assert not near(picture.getpixel((100, 100)), (255, 255, 255))


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "I;16"])
def test_few_colours_become_three_channels(studio: Studio, mode: str) -> None:
    picture = studio.picture(
        studio.prepare(encode(make_picture(640, 640).convert("L").convert(mode), "PNG")), Use.FEED
    )
    assert picture.mode == "RGB"


@pytest.mark.parametrize(
    ("format", "mime_type", "options"),
    [
        ("JPEG", "image/jpeg", {"progressive": True, "quality": 95}),
        ("PNG", "image/png", {"compress_level": 1}),
        ("WEBP", "image/webp", {"quality": 95, "method": 0}),
        ("TIFF", "image/tiff", {}),
        ("AVIF", "image/avif", {"quality": 95, "speed": 10}),
    ],
)
def test_every_format_we_take_gives_the_same_picture(
    studio: Studio, format: str, mime_type: str, options: dict[str, int]
) -> None:
    original = make_picture(1600, 1280)
    prepared = studio.prepare(encode(original, format, **options))

    assert prepared.facts.mime_type == mime_type
    assert {issue.rule for issue in prepared.issues} == ({"format"} if format != "JPEG" else set())
    assert {made.use for made in prepared.renditions} == ALL
    assert difference(studio.picture(prepared, Use.FEED), original) < 4
    assert studio.picture(prepared, Use.FEED).size == (1440, 1152)
    assert studio.picture(prepared, Use.PREVIEW).size == (480, 384)


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "TIFF"])
def test_the_first_of_several_frames_counts(studio: Studio, format: str) -> None:
    frames = [Image.new("RGB", (640, 640), colour) for colour in ("red", "blue", "green")]
    data = encode(frames[0], format, save_all=True, append_images=frames[1:])
    prepared = studio.prepare(data)
    assert (prepared.facts.width, prepared.facts.height) == (640, 640)
    assert near(studio.picture(prepared, Use.FEED).getpixel((320, 320)), (255, 0, 0))


@pytest.mark.parametrize(
    ("size", "delivered"),
    [
        ((1080, 1350), (1080, 1350)),
        ((2000, 2500), (1440, 1800)),
        ((1910, 1000), (1440, 754)),
        ((1200, 628), (1200, 629)),
        ((100, 100), (320, 320)),
    ],
)
def test_the_feed_gets_a_size_it_takes(
    studio: Studio, size: tuple[int, int], delivered: tuple[int, int]
) -> None:
    prepared = studio.prepare(make_jpeg(*size, comment=b"so that it is made anew"), Use.FEED)
    assert studio.picture(prepared, Use.FEED).size == delivered
    assert [made.use for made in prepared.renditions] == [Use.FEED]


@pytest.mark.parametrize("size", [(1080, 1920), (3000, 1000), (2, 3000)])
def test_a_shape_the_feed_does_not_take_is_an_issue_and_still_a_story(
    studio: Studio, size: tuple[int, int]
) -> None:
    prepared = studio.prepare(make_png(*size))

    (issue,) = [issue for issue in prepared.issues if issue.rule != "format"]
    assert (issue.rule, issue.severity, issue.fixable) == ("feed_ratio", Severity.WARNING, True)
    assert issue.uses == (Use.FEED, Use.CAROUSEL)
    assert {made.use for made in prepared.renditions} == {Use.STORY, Use.COVER, Use.PREVIEW}
    assert studio.picture(prepared, Use.STORY).width <= 1440


def test_a_small_picture_is_enlarged_with_a_warning(studio: Studio) -> None:
    prepared = studio.prepare(make_jpeg(200, 200))
    (issue,) = prepared.issues
    assert (issue.rule, issue.severity) == ("feed_width", Severity.WARNING)
    assert studio.picture(prepared, Use.FEED).width == 320


def test_even_noise_stays_below_eight_mebibytes(studio: Studio) -> None:
    noise = Image.frombytes("RGB", (1440, 1800), random.Random(1).randbytes(1440 * 1800 * 3))
    studio.picture(studio.prepare(encode(noise, "PNG", compress_level=0)), Use.FEED)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"icc_profile": srgb_profile()}])
def test_what_instagram_takes_already_passes_untouched(studio: Studio, options: dict[str, Any]) -> None:
    data = make_jpeg(**options)
    prepared = studio.prepare(data)
    for use in ALL - {Use.PREVIEW}:
        assert studio.read(prepared, use) == data


@pytest.mark.parametrize(
    "data",
    [
        make_jpeg(exif=exif(gps=True, words="at home")),
        make_jpeg(comment=b"at home"),
        make_jpeg(xmp=b"<x>at home</x>"),
        make_jpeg() + b"at home",
        make_jpeg() + make_jpeg(320, 320, comment=b"at home"),
        encode(make_picture(1080, 1350), "PNG", pnginfo=None, exif=exif(gps=True, words="at home")),
        encode(make_picture(1080, 1350), "WEBP", method=0, exif=exif(gps=True, words="at home")),
    ],
    ids=["exif", "comment", "xmp", "tail", "second picture", "png", "webp"],
)
def test_nothing_but_the_picture_leaves_the_house(studio: Studio, data: bytes) -> None:
    assert b"at home" in data
    prepared = studio.prepare(data)
    for use in ALL:
        made = studio.read(prepared, use)
        assert not any(word in made for word in (b"at home", b"Exif", b"GPS", b"http"))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.95])
def test_a_cut_off_picture_is_refused(studio: Studio, format: str, share: float) -> None:
    whole = encode(make_picture(400, 400), format)
    assert "damaged or cut off" in studio.refusal(whole[: int(len(whole) * share)])


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        (b"", "empty"),
        (b"Dear Sir or Madam, this is text that somebody named holiday.jpg.", "JPEG"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>', "JPEG"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "JPEG"),
        (b"%PDF-1.7\n1 0 obj <<>> endobj", "JPEG"),
        (b"1;2;3\n4;5;6\n", "JPEG"),
        (b"<!doctype html><title>Not found</title>", "JPEG"),
        (encode(make_picture(32, 32), "BMP"), "JPEG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "damaged"),
        (b"\xff\xd8\xff" + b"<svg/>" * 100, "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b'<svg xmlns="http://www.w3.org/2000/svg"/>', "damaged"),
    ],
)
def test_what_is_no_picture_is_refused_whatever_its_name(studio: Studio, data: bytes, hint: str) -> None:
    assert hint in studio.refusal(data)


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        (make_bomb(17_000, 10), "16,384"),
        (make_bomb(12_000, 12_000), "144 megapixels"),
        (png(8000, 8000, b"", interlace=1), "64 megapixels"),
    ],
)
def test_too_many_pixels_are_refused_by_the_header(studio: Studio, data: bytes, hint: str) -> None:
    assert hint in studio.refusal(data)
