"""HEIC pictures by libheif: libvips reads their headers, but its wheel cannot decode them."""

from __future__ import annotations

from typing import Any

import pi_heif
import pyvips

from adapters.pyvips.refusal import DAMAGED_PICTURE as DAMAGED
from adapters.pyvips.refusal import Refusal

pi_heif.options.DECODE_THREADS = 1


class Heic:
    """The main picture of a HEIC file. The file's own turning is applied; Exif's is not meant for it."""

    def __init__(self, data: bytes) -> None:
        try:
            file = pi_heif.open_heif(data)
            self._image = file[file.primary_index]
            self.width, self.height = self._image.size
            self._profile: bytes | None = self._image.info.get("icc_profile") or None
            self._metadata = bool(self._image.info.get("exif") or self._image.info.get("xmp"))
        except MemoryError:
            raise
        except Exception as failure:
            raise Refusal(DAMAGED, detail=f"{type(failure).__name__}: {failure}") from failure

    def header(self) -> Any:
        """What libvips would show of the header; its pixels are black and cost nothing."""
        bands = len(self._image.mode)
        empty = pyvips.Image.black(self.width, self.height, bands=bands).copy(interpretation="srgb")
        return self._described(empty)

    def pixels(self) -> Any:
        """The decoded picture."""
        try:
            data, stride = self._image.data, self._image.stride
            width, height = self._image.size
            bands = len(self._image.mode)
        except MemoryError:
            raise
        except Exception as failure:
            raise Refusal(DAMAGED, detail=f"{type(failure).__name__}: {failure}") from failure
        if (width, height) != (self.width, self.height) or stride % bands:
            raise Refusal(DAMAGED, detail=f"{width} by {height}, {stride} bytes a row")
        wide = pyvips.Image.new_from_memory(data, stride // bands, height, bands, "uchar")
        image = wide.crop(0, 0, width, height).copy(interpretation="srgb")
        return self._described(image)

    def _described(self, image: Any) -> Any:
        if not self._profile and not self._metadata:
            return image
        image = image.copy()
        if self._profile:
            image.set_type(pyvips.GValue.blob_type, "icc-profile-data", self._profile)
        if self._metadata:
            image.set_type(pyvips.GValue.gint_type, "exif-data", 1)
        return image
