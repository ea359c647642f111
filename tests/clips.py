"""Videos as they come off cameras, phones, screens and editors: a few seconds each, made by ffmpeg."""

from __future__ import annotations

import functools
import subprocess
import tempfile
from pathlib import Path

import imageio_ffmpeg

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
SECONDS = "3.2"
HDR = "setparams=color_primaries=bt2020:color_trc={}:colorspace=bt2020nc"
_X264 = ("-c:v", "libx264", "-preset", "ultrafast")
_X265 = ("-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1", "-pix_fmt", "yuv420p10le")


def _picture(size: str = "180x320", rate: str = "30") -> list[str]:
    return ["-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}"]


def _tone(rate: str = "48000", layout: str = "stereo") -> list[str]:
    return ["-f", "lavfi", "-i", f"sine=r={rate},aformat=channel_layouts={layout}"]


def _hdr(transfer: str, number: str) -> list[str]:
    coded = f"log-level=none:colorprim=bt2020:transfer={number}:colormatrix=bt2020nc"
    return [*_picture(), *_tone(), "-vf", HDR.format(transfer), *_X265, "-x265-params", coded, "-c:a", "aac"]


SINGLE: dict[str, tuple[str, list[str]]] = {
    "variable frame rate": (
        "mp4",
        [
            *_picture(rate="50"),
            *_tone(),
            "-vf",
            "select='if(lt(t,1.6),1,not(mod(n,3)))'",
            "-fps_mode",
            "vfr",
            *_X264,
            "-c:a",
            "aac",
        ],
    ),
    "HLG from a phone": ("mov", _hdr("arib-std-b67", "arib-std-b67")),
    "HDR10 in MKV": ("mkv", _hdr("smpte2084", "smpte2084")),
    "VP9 and Opus": (
        "webm",
        [*_picture(), *_tone(), "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"],
    ),
    "silent, index last": ("mp4", [*_picture(), *_X264]),
    "5.1 sound": (
        "mp4",
        [*_picture(), *_tone(layout="5.1"), *_X264, "-c:a", "aac", "-movflags", "+faststart"],
    ),
    "96 kHz PCM in MOV": ("mov", [*_picture(), *_tone("96000"), *_X264, "-c:a", "pcm_s16le"]),
    "MKV of the right codecs": (
        "mkv",
        [*_picture(), *_tone(), "-c:v", "libx264", "-preset", "veryfast", "-c:a", "aac"],
    ),
    "odd sides": ("mp4", [*_picture("181x319"), *_tone(), *_X264, "-pix_fmt", "yuv444p", "-c:a", "aac"]),
    "15 frames a second": ("mp4", [*_picture(rate="15"), *_tone(), *_X264, "-c:a", "aac"]),
    "120 frames a second": ("mp4", [*_picture(rate="120"), *_tone(), *_X264, "-c:a", "aac"]),
    "4K": ("mp4", ["-f", "lavfi", "-i", "color=teal:s=2160x3840:r=24", *_tone(), *_X264, "-c:a", "aac"]),
    "AVI with MPEG-4 and MP3": (
        "avi",
        [*_picture(), *_tone(), "-c:v", "mpeg4", "-q:v", "6", "-c:a", "libmp3lame"],
    ),
    "ProRes": ("mov", [*_picture(), *_tone(), "-c:v", "prores_ks", "-profile:v", "0", "-c:a", "pcm_s16le"]),
    "interlaced": (
        "mp4",
        [*_picture(), *_tone(), "-vf", "interlace", *_X264, "-flags", "+ilme+ildct", "-c:a", "aac"],
    ),
    "pixels that are not square": (
        "mp4",
        [*_picture(), *_tone(), "-vf", "setsar=4/3", *_X264, "-c:a", "aac"],
    ),
}

TURNED = "rotated by a flag"
TRIMMED = "MOV cut by an edit list"
NAMES = (*SINGLE, TURNED, TRIMMED)


@functools.cache
def clip(name: str) -> bytes:
    """A clip by its name in `NAMES`."""
    with tempfile.TemporaryDirectory() as folder:
        if name == TURNED:
            flat = _write(Path(folder), "flat.mp4", [*_picture("320x180"), *_tone(), *_X264, "-c:a", "aac"])
            return _made(folder, "mp4", ["-display_rotation", "90", "-i", str(flat), "-c", "copy"])
        if name == TRIMMED:
            long = [*_picture(), *_tone(), *_X264, "-g", "30", "-c:a", "aac", "-t", "5"]
            whole = _write(Path(folder), "whole.mov", long)
            return _made(folder, "mov", ["-ss", "0.7", "-i", str(whole), "-c", "copy"])
        suffix, arguments = SINGLE[name]
        return _made(folder, suffix, arguments)


def _made(folder: str, suffix: str, arguments: list[str]) -> bytes:
    return _write(Path(folder), f"made.{suffix}", arguments).read_bytes()


def _write(folder: Path, name: str, arguments: list[str]) -> Path:
    path = folder / name
    length = [] if "-t" in arguments else ["-t", SECONDS]
    command = [FFMPEG, "-nostdin", "-v", "error", "-y", *arguments, *length, "-strict", "-2", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return path
