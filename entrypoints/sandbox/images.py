"""What a picture is, found out by decoding it."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

Image.MAX_IMAGE_PIXELS = 200_000_000


class NoImageError(Exception):
    """The bytes are no picture, or a broken one."""


@dataclass(frozen=True)
class ImageFacts:
    """Format and size of a picture."""

    format: str
    width: int
    height: int

    @property
    def ratio(self) -> float:
        return self.width / self.height


def look_at(content: bytes) -> ImageFacts:
    """Read a picture to its end; raises NoImageError."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            facts = ImageFacts(image.format or "", *image.size)
            # Decoding at an eighth of the size is cheap and still finds a truncated file.
            image.draft("RGB", (image.width // 8, image.height // 8))
            image.load()
            return facts
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NoImageError(str(error)) from error
