"""`python -m tests.benchmarks.pictures.contender ours|pillow FILE`: one run for each line on its input."""

from __future__ import annotations

import io
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SIZE = (1080, 1350)


def ours() -> Callable[[bytes], bytes]:
    from adapters.pyvips import renditions
    from adapters.pyvips.libvips import shut_unwanted_doors
    from domain.content import Fit
    from domain.media import Use
    from domain.media_formats import HEAD_BYTES, recognise
    from domain.renditions import Recipe

    shut_unwanted_doors()
    recipe = Recipe(Use.FEED, *SIZE, Fit.CROP)

    def run(data: bytes) -> bytes:
        file_format = recognise(data[:HEAD_BYTES])
        assert file_format
        return renditions.make(data, file_format, recipe).data

    return run


def pillow() -> Callable[[bytes], bytes]:
    from PIL import Image, ImageCms, ImageOps

    srgb = ImageCms.createProfile("sRGB")

    def run(data: bytes) -> bytes:
        image: Any = Image.open(io.BytesIO(data))
        profile = image.info.get("icc_profile")
        image.draft("RGB", (SIZE[0] * 2, SIZE[1] * 2))
        image = ImageOps.fit(ImageOps.exif_transpose(image), SIZE, Image.Resampling.LANCZOS)
        if profile:
            image = ImageCms.profileToProfile(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), srgb)
        into = io.BytesIO()
        image.convert("RGB").save(into, "JPEG", quality=90, optimize=True, exif=b"", icc_profile=None)
        return into.getvalue()

    return run


def main() -> None:
    run = {"ours": ours, "pillow": pillow}[sys.argv[1]]()
    data, into = Path(sys.argv[2]).read_bytes(), Path(sys.argv[3])
    for _ in sys.stdin:
        before, cpu = time.perf_counter(), _processor_seconds()
        made = run(data)
        told = {
            "wall": time.perf_counter() - before,
            "cpu": _processor_seconds() - cpu,
            "bytes": len(made),
        }
        into.write_bytes(made)
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
