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
from adapters.pyvips.wire import Finished, Made
from domain import media_formats, media_rules
from domain.media import Facts, Kind, Use
from domain.media_formats import Format
from domain.media_rules import ADMISSION, PICTURES, PREVIEW, PictureRules

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
_TRANSFERS = {1: "bt709", 14: "bt2020-10", 15: "bt2020-12", 16: "smpte2084", 18: "arib-std-b67"}
"""How light is coded, by the numbers of ITU-T H.273."""
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
    return Finished(facts, untouched, tuple(_stills(next(iter(key_frames), first), walked, uses)))


def _stills(frame: VideoFrame, walked: Walk, uses: tuple[Use, ...]) -> Iterator[Made]:
    """The preview, and a cover in full size, of one frame."""
    if not uses or Use.PREVIEW in uses:
        yield pictures.preview(_image(frame, walked, PREVIEW))
    if not uses or Use.COVER in uses:
        rules = PICTURES[Use.COVER]
        image = _image(frame, walked, rules)
        jpeg = pictures.encode(image, rules)
        yield Made((Use.COVER,), media_formats.JPEG.mime_type, image.width, image.height, jpeg)


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
    width, height = _shown(frame, walked)
    if _turn(frame) in (90, 270):
        width, height = height, width
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
        video_profile=walked.video_profile,
        steady_frame_rate=walked.steady_frame_rate,
        rotation=_turn(frame),
        square_pixels=walked.pixel_shape == 1,
        trimmed=walked.trimmed,
        colour_transfer=_TRANSFERS.get(int(frame.color_trc)),
    )


def _shown(frame: VideoFrame, walked: Walk) -> tuple[int, int]:
    """Its sides as a player shows them before turning: pixels need not be square."""
    return max(1, round(frame.width * walked.pixel_shape)), frame.height


def _image(frame: VideoFrame, walked: Walk, rules: PictureRules) -> Any:
    """A frame as an upright libvips image, no larger than asked."""
    most = (rules.max_width, rules.max_height)
    sideways = _turn(frame) in (90, 270)
    width, height = media_rules.fitted(*_shown(frame, walked), *(most[::-1] if sideways else most))
    small = frame.reformat(width=width, height=height, format="rgb24")
    plane = small.planes[0]
    data, row = bytes(plane), plane.line_size
    packed = b"".join(data[y * row : y * row + width * 3] for y in range(height))
    image = pyvips.Image.new_from_memory(packed, width, height, 3, "uchar").copy(interpretation="srgb")
    return image.rot(f"d{_turn(frame)}")


def _turn(frame: VideoFrame) -> int:
    """By how many degrees, clockwise and in quarters, the frame must be turned to stand upright."""
    return round(-frame.rotation / 90) % 4 * 90
