"""What a video is, found out by opening it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import av
from av.error import FFmpegError
from PIL import Image


class NoVideoError(Exception):
    """The file is no video, or a broken one."""


@dataclass(frozen=True)
class ClipFacts:
    """What the specification of a video speaks about."""

    format: str
    seconds: float
    size: int
    width: int
    height: int
    frame_rate: float
    codec: str
    pixel_format: str
    audio_codec: str = ""
    audio_rate: int = 0
    audio_channels: int = 0
    index_first: bool = True

    @property
    def ratio(self) -> float:
        return self.width / self.height

    @property
    def bit_rate(self) -> float:
        return self.size * 8 / self.seconds if self.seconds else 0.0


def look_at(file: Path) -> ClipFacts:
    """Read what a video says about itself; raises NoVideoError."""
    try:
        with av.open(str(file)) as clip:
            if not clip.streams.video:
                raise NoVideoError("no video stream")
            picture, audio = clip.streams.video[0], next(iter(clip.streams.audio), None)
            seconds = clip.duration / av.time_base if clip.duration else 0.0
            return ClipFacts(
                format=clip.format.name,
                seconds=seconds,
                size=file.stat().st_size,
                width=picture.codec_context.width,
                height=picture.codec_context.height,
                frame_rate=float(picture.average_rate or picture.guessed_rate or 0),
                codec=picture.codec_context.name,
                pixel_format=picture.codec_context.pix_fmt or "",
                audio_codec=audio.codec_context.name if audio else "",
                audio_rate=audio.codec_context.sample_rate if audio else 0,
                audio_channels=audio.codec_context.layout.nb_channels if audio else 0,
                index_first=_index_first(file),
            )
    except (FFmpegError, OSError, ValueError) as error:
        raise NoVideoError(str(error)) from error


def poster(file: Path, at_seconds: float = 0.0) -> bytes:
    """A still of the video as JPEG; raises NoVideoError."""
    try:
        with av.open(str(file)) as clip:
            wanted = None
            for frame in clip.decode(video=0):
                wanted = frame
                if frame.time is None or frame.time >= at_seconds:
                    break
            if wanted is None:
                raise NoVideoError("no frame can be decoded")
            image: Image.Image = wanted.to_image()  # type: ignore[no-untyped-call]
    except (FFmpegError, OSError, ValueError) as error:
        raise NoVideoError(str(error)) from error
    image.thumbnail((720, 1280))
    stream = io.BytesIO()
    image.convert("RGB").save(stream, "JPEG", quality=85)
    return stream.getvalue()


def _index_first(file: Path) -> bool:
    """Whether the `moov` box stands before the data, so that playing can begin while bytes arrive."""
    with file.open("rb") as stream:
        place = 0
        while len(head := stream.read(8)) == 8:
            length, name = int.from_bytes(head[:4], "big"), head[4:]
            if name in (b"moov", b"mdat"):
                return name == b"moov"
            if length == 1:
                length = int.from_bytes(stream.read(8), "big")
            if length < 8:
                return True
            place += length
            stream.seek(place)
    return True
