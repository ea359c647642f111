"""The pictures all contenders get, and the reference their results are held against."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyvips
from PIL import Image, ImageCms

from tests.pictures import encode, exif, make_picture, wide_profile

TARGET = (1080, 1350)
TWELVE, FORTY_EIGHT = (3120, 3900), (6200, 7750)
P3 = wide_profile("Display P3")


@dataclass(frozen=True)
class Input:
    """One file; `upright` is what it shows in sRGB. `fine` asks sharp to shrink as carefully as we do."""

    name: str
    suffix: str
    data: Callable[[], bytes]
    upright: Callable[[], Image.Image]
    fine: bool = False


def _photo(size: tuple[int, int]) -> Image.Image:
    return make_picture(*size, 7)


def _phone(size: tuple[int, int]) -> bytes:
    """As a phone stores it: lying on its side, in Display P3."""
    lying = _photo(size).transpose(Image.Transpose.ROTATE_90)
    return encode(lying, "JPEG", quality=92, exif=exif(orientation=6, gps=True), icc_profile=P3)


def _from_p3(size: tuple[int, int]) -> Image.Image:
    converted = ImageCms.profileToProfile(
        _photo(size), ImageCms.ImageCmsProfile(io.BytesIO(P3)), ImageCms.createProfile("sRGB")
    )
    assert converted is not None
    return converted


def inputs(sizes: dict[str, tuple[int, int]]) -> list[Input]:
    rows = []
    for name, size in sizes.items():
        plain = functools.partial(_photo, size)
        jpeg = functools.partial(lambda size: encode(_photo(size), "JPEG", quality=92), size)
        png = functools.partial(lambda size: encode(_photo(size), "PNG", compress_level=1), size)
        webp = functools.partial(lambda size: encode(_photo(size), "WEBP", quality=90, method=0), size)
        rows += [
            Input(f"{name} JPEG", "jpg", jpeg, plain),
            Input(f"{name} JPEG, sharp's careful way", "jpg", jpeg, plain, fine=True),
            Input(
                f"{name} JPEG of a phone (P3, turned)",
                "jpg",
                functools.partial(_phone, size),
                functools.partial(_from_p3, size),
            ),
            Input(f"{name} PNG", "png", png, plain),
            Input(f"{name} WebP", "webp", webp, plain),
        ]
    return rows


def reference(upright: Image.Image) -> Image.Image:
    """The picture in the wanted size by a Lanczos filter over floating-point numbers."""
    channels = [channel.convert("F").resize(TARGET, Image.Resampling.LANCZOS) for channel in upright.split()]
    return Image.merge("RGB", [channel.convert("L") for channel in channels])


def ssim(one: Image.Image, other: Image.Image) -> float:
    """Structural similarity of two pictures' brightness, 11 by 11 Gaussian windows, averaged."""
    first, second = _grey(one), _grey(other)
    mean_1, mean_2 = _soft(first), _soft(second)
    both = mean_1 * mean_2
    deviation_1 = _soft(first * first) - mean_1 * mean_1
    deviation_2 = _soft(second * second) - mean_2 * mean_2
    shared = _soft(first * second) - both
    little, more = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    above = (both * 2 + little) * (shared * 2 + more)
    below = (mean_1 * mean_1 + mean_2 * mean_2 + little) * (deviation_1 + deviation_2 + more)
    return float((above / below).avg())


def _grey(picture: Image.Image) -> Any:
    grey = picture.convert("L")
    return pyvips.Image.new_from_memory(grey.tobytes(), *grey.size, 1, "uchar").cast("float")


def _soft(image: Any) -> Any:
    return image.gaussblur(1.5, precision="float", min_ampl=0.02)
