"""From a recipe to ffmpeg's arguments. Names are our own, and nothing of a stranger's becomes one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from domain import media_formats
from domain.media_formats import Format
from domain.media_rules import ADMISSION
from domain.video_recipes import AUDIO_BIT_RATE, AUDIO_RATE, Picture, Sound, VideoRecipe

DEMUXERS = {
    media_formats.MP4: "mov",
    media_formats.MOV: "mov",
    media_formats.WEBM: "matroska",
    media_formats.AVI: "avi",
}
_QUIET = ("-nostdin", "-hide_banner", "-v", "error", "-nostats")
_TELLING = ("-progress", "pipe:1", "-stats_period", "0.5")
_SHUT = (
    "-format_whitelist", "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi",
    "-protocol_whitelist", "file,pipe",
    "-max_pixels", str(ADMISSION.frame_pixels),
)  # fmt: skip
_LAYOUT = ("-use_editlist", "0", "-movflags", "+faststart+negative_cts_offsets", "-f", "mp4")
_BARE = ("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact")
_MOST_FAULTY = "0.05"
"""The share of frames that may fail to decode before the whole counts as broken."""


@dataclass(frozen=True)
class Manner:
    """How the encoder works: a preset of x264, its constant quality, and threads for one job."""

    preset: str = "veryfast"
    quality: int = 21
    threads: int = 2


def arguments(
    source: Path, file_format: Format, recipe: VideoRecipe, target: Path, manner: Manner
) -> list[str]:
    """Everything behind the program's name."""
    threads = ("-threads", str(manner.threads))
    seconds = recipe.duration_ms / 1000
    told = [*_QUIET, *_TELLING, "-max_error_rate", _MOST_FAULTY, "-filter_threads", str(manner.threads)]
    told += [*_SHUT, *threads, "-f", DEMUXERS[file_format], "-i", f"file:{source}"]
    if recipe.sound is Sound.SILENCE:
        told += ["-f", "lavfi", "-t", f"{seconds:.3f}", "-i", f"anullsrc=r={AUDIO_RATE}:cl=stereo"]
    told += ["-map", "0:V:0", "-map", "1:a:0" if recipe.sound is Sound.SILENCE else "0:a:0"]
    told += [*_BARE, *_picture(recipe, manner), *_sound(recipe), *threads]
    told += ["-t", f"{seconds + 1:.3f}", "-fs", str(recipe.max_bytes), *_LAYOUT, "-y", f"file:{target}"]
    return told


def _picture(recipe: VideoRecipe, manner: Manner) -> Iterator[str]:
    if recipe.picture is Picture.COPY:
        yield from ("-c:v", "copy")
        if recipe.hevc:
            yield from ("-tag:v", "hvc1")
        return
    yield from ("-vf", ",".join(_filters(recipe)), "-fps_mode", "cfr")
    yield from ("-c:v", "libx264", "-preset", manner.preset, "-crf", str(manner.quality))
    yield from ("-maxrate", str(recipe.bit_rate), "-bufsize", str(2 * recipe.bit_rate))
    yield from ("-profile:v", "high", "-pix_fmt", "yuv420p", "-g", str(recipe.key_frame_every))


def _filters(recipe: VideoRecipe) -> Iterator[str]:
    """Upright comes first by itself; then fewer frames and pixels before anything costly."""
    if recipe.deinterlace:
        yield "bwdif=mode=send_frame"
    if recipe.frame_rate:
        yield f"fps={recipe.frame_rate:g}"
    yield f"scale={recipe.width}:{recipe.height}"
    yield "setsar=1"
    if recipe.tone_map:
        yield f"zscale=tin={recipe.tone_map}:min=bt2020nc:pin=bt2020:t=linear:npl=203,format=gbrpf32le"
        yield "zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv"
    yield "format=yuv420p"


def _sound(recipe: VideoRecipe) -> Iterator[str]:
    if recipe.sound is Sound.COPY:
        yield from ("-c:a", "copy")
        return
    yield from ("-c:a", "aac", "-b:a", str(AUDIO_BIT_RATE), "-ac", "2", "-ar", str(AUDIO_RATE))
