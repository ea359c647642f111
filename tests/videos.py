"""Videos for tests, made on the spot and the same every time."""

from __future__ import annotations

import functools
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from tests.pictures import make_picture

COMPLIANT_LAYOUT = {"movflags": "+faststart+negative_cts_offsets", "use_editlist": "0"}
_SPEED = {"libx264": {"preset": "ultrafast"}, "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"}}
_SAMPLES = 1024


@functools.cache
def make_video(
    width: int = 360,
    height: int = 640,
    *,
    seconds: float = 3.5,
    frame_rate: int = 24,
    codec: str = "libx264",
    sound: str | None = "aac",
    container: str = "mp4",
    compliant_layout: bool = True,
    pixel_format: str = "yuv420p",
    seed: int = 0,
) -> bytes:
    """A few seconds of a drifting picture in silence; as it stands, Instagram takes it as a reel."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "video"
        layout = COMPLIANT_LAYOUT if compliant_layout and container in ("mp4", "mov") else {}
        with av.open(path, "w", format=container, options=layout) as output:
            video = cast(
                VideoStream, output.add_stream(codec, rate=frame_rate, options=_SPEED.get(codec, {}))
            )
            video.width, video.height, video.pix_fmt = width, height, pixel_format
            video.codec_context.gop_size = frame_rate
            audio = cast(AudioStream, output.add_stream(sound, rate=48_000)) if sound else None
            picture = make_picture(width * 2, height, seed)
            for number in range(round(seconds * frame_rate)):
                left = number * 2 % width
                part = picture.crop((left, 0, left + width, height)).convert("RGBA").tobytes()
                frame = VideoFrame.from_bytes(part, width, height)
                frame.pts, frame.time_base = number, Fraction(1, frame_rate)
                output.mux(video.encode(frame))
            output.mux(video.encode(None))
            if audio:
                for number in range(int(seconds * 48_000) // _SAMPLES):
                    output.mux(audio.encode(_silence(number, audio.format.name)))
                output.mux(audio.encode(None))
        return path.read_bytes()


def _silence(number: int, sample_format: str) -> AudioFrame:
    frame = AudioFrame(format=sample_format, layout="stereo", samples=_SAMPLES)
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    frame.pts, frame.sample_rate, frame.time_base = number * _SAMPLES, 48_000, Fraction(1, 48_000)
    return frame
