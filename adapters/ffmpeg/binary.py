"""Which ffmpeg is run."""

from __future__ import annotations

import functools
import shutil

import imageio_ffmpeg

from domain import errors


@functools.cache
def find(wanted: str | None) -> str:
    """The chosen program, or the one that came with the installation. None to be had: SERVICE_UNAVAILABLE."""
    try:
        found = shutil.which(wanted) if wanted else imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError:
        found = None
    if not found:
        raise errors.ServiceUnavailable(
            f"There is no ffmpeg at `{wanted}`." if wanted else "This installation came without an ffmpeg."
        )
    return found
