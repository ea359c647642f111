"""The recipe for videos: read the structure, walk through every packet, decode enough to be believed."""

from __future__ import annotations

import errno
import fractions
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import av.logging
import pyvips
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from adapters.pyvips import pictures
from adapters.pyvips.boxes import Layout, read_layout
from adapters.pyvips.refusal import Refusal
from adapters.pyvips.walk import Walk, walk
from adapters.pyvips.wire import Finished
from domain import media_formats, media_rules
from domain.media import Facts, Kind, Use
from domain.media_formats import Format
from domain.media_rules import ADMISSION, PREVIEW

DAMAGED = "The video is damaged or cut off: it could not be decoded."
_DEMUXERS = {
    media_formats.MP4: "mov",
    media_formats.MOV: "mov",
    media_formats.WEBM: "matroska",
    media_formats.AVI: "avi",
}
_OPTIONS = {
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi",
    "protocol_whitelist": "file,pipe",
}
_FIRST_FRAMES = 30
_LOOKS = (0.1, 0.5, 0.9)
"""Where in the video a key frame is decoded; the first is the preview."""

av.logging.set_level(av.logging.PANIC)


def prepare(path: Path, file_format: Format, uses: tuple[Use, ...]) -> Finished:
    """Judge a video and make its preview; raises Refusal."""
    try:
        return _prepare(path, file_format, uses)
    except (av.FFmpegError, EOFError) as failure:
        if isinstance(failure, OSError) and failure.errno == errno.ENOMEM:
            raise MemoryError(str(failure)) from failure
        raise Refusal(DAMAGED, detail=str(failure)) from failure


def _prepare(path: Path, file_format: Format, uses: tuple[Use, ...]) -> Finished:
    layout = _layout(path, file_format)
    with _open(path, file_format) as container:
        walked = walk(container, _pictures_of(container), edited=layout is not None and layout.edit_list)
    with _open(path, file_format) as container:
        stream = _pictures_of(container)
        first, progressive = _first_frame(container, stream)
        key_frames = list(_key_frames(container, stream, walked))
    facts = _facts(file_format, walked, layout, first, progressive)
    issues = media_rules.judge(facts, path.stat().st_size)
    untouched = tuple(use for use in media_rules.met(facts, issues) if not uses or use in uses)
    preview = pictures.preview(_image(next(iter(key_frames), first)))
    return Finished(facts, untouched, (preview,) if not uses or Use.PREVIEW in uses else ())


def _layout(path: Path, file_format: Format) -> Layout | None:
    if _DEMUXERS[file_format] != "mov":
        return None
    with path.open("rb") as file:
        return read_layout(file, path.stat().st_size)


def _open(path: Path, file_format: Format) -> InputContainer:
    return av.open(f"file:{path}", format=_DEMUXERS[file_format], options=_OPTIONS, metadata_errors="ignore")


def _pictures_of(container: InputContainer) -> VideoStream:
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic and _is_decodable(stream):
            if stream.width * stream.height > ADMISSION.frame_pixels:
                raise Refusal(f"The video is {stream.width} by {stream.height} pixels, which is too large.")
            stream.codec_context.thread_count = 1
            return stream
    raise Refusal("The file holds no video that can be decoded.")


def _is_decodable(stream: VideoStream) -> bool:
    return getattr(stream, "codec_context", None) is not None


def _first_frame(container: InputContainer, stream: VideoStream) -> tuple[VideoFrame, bool]:
    """The first picture, and whether none of the first ones is interlaced."""
    frames = list(itertools.islice(_sound_frames(container, stream), _FIRST_FRAMES))
    if not frames:
        raise Refusal(DAMAGED, detail="no frame at all")
    return frames[0], not any(frame.interlaced_frame for frame in frames)


def _sound_frames(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    for frame in container.decode(stream):
        assert isinstance(frame, VideoFrame)
        if frame.is_corrupt:
            raise Refusal(DAMAGED, detail="a frame is corrupt")
        yield frame


def _key_frames(container: InputContainer, stream: VideoStream, walked: Walk) -> Iterator[VideoFrame]:
    assert stream.time_base is not None
    stream.codec_context.skip_frame = "NONKEY"
    for share in _LOOKS:
        at = walked.start + fractions.Fraction(share) * walked.duration
        container.seek(int(at / stream.time_base), stream=stream, backward=True)
        yield from itertools.islice(_sound_frames(container, stream), 1)


def _facts(
    file_format: Format, walked: Walk, layout: Layout | None, frame: VideoFrame, progressive: bool
) -> Facts:
    sideways = _turn(frame) in (90, 270)
    width, height = (frame.height, frame.width) if sideways else (frame.width, frame.height)
    return Facts(
        kind=Kind.VIDEO,
        mime_type=file_format.mime_type,
        width=width,
        height=height,
        duration_ms=round(walked.duration * 1000),
        video_codec=walked.video_codec,
        audio_codec=walked.audio_codec,
        frame_rate=walked.frame_rate,
        bit_rate=walked.bit_rate,
        pixel_format=frame.format.name,
        progressive=progressive,
        audio_rate=walked.audio_rate,
        audio_channels=walked.audio_channels,
        index_first=layout.index_first if layout else None,
        edit_list=layout.edit_list if layout else None,
    )


def _image(frame: VideoFrame) -> Any:
    """A frame as an upright libvips image, already about as small as a preview."""
    width, height = media_rules.fitted(frame.width, frame.height, PREVIEW.max_width, PREVIEW.max_height)
    small = frame.reformat(width=width, height=height, format="rgb24")
    plane = small.planes[0]
    data, row = bytes(plane), plane.line_size
    packed = b"".join(data[y * row : y * row + width * 3] for y in range(height))
    image = pyvips.Image.new_from_memory(packed, width, height, 3, "uchar").copy(interpretation="srgb")
    return image.rot(f"d{_turn(frame)}")


def _turn(frame: VideoFrame) -> int:
    """By how many degrees, clockwise and in quarters, the frame must be turned to stand upright."""
    return round(-frame.rotation / 90) % 4 * 90
