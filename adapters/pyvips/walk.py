"""Walks through every packet of a video without decoding, and measures what headers only claim."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from adapters.pyvips.refusal import Refusal

MOST_PACKETS = 2_000_000
"""Fifteen minutes at 60 frames a second have 54,000, and their sound about as many."""
_UNEVEN = Fraction(1, 4)
_CLOCK = Fraction(2, 1000)
_ODD_ONES = Fraction(1, 50)
_LONGEST_GAP = Fraction(1, 2)
_LEAST_SHARE = Fraction(9, 10)
"""Of the length a file claims; players round, but not by a tenth."""


@dataclass(frozen=True)
class Walk:
    """What the packets showed; times in seconds."""

    start: Fraction
    duration: Fraction
    video_codec: str
    video_profile: str | None
    frame_rate: float
    steady_frame_rate: bool
    trimmed: bool
    pixel_shape: Fraction
    bit_rate: int
    audio_codec: str | None
    audio_rate: int | None
    audio_channels: int | None


class _Track:
    """The packets of one stream, counted."""

    def __init__(self) -> None:
        self.packets = 0
        self.bytes = 0
        self.start: Fraction | None = None
        self.last = Fraction(0)
        self.end = Fraction(0)
        self.hidden = 0
        self.times: list[int] = []
        self.base = Fraction(1)

    def count(self, *, hidden: bool) -> None:
        self.packets += 1
        self.hidden += hidden
        if self.packets > MOST_PACKETS:
            raise Refusal("The video is damaged: it has absurdly many parts.")

    def add(self, size: int, ticks: int, length: int, base: Fraction) -> None:
        time, duration = ticks * base, length * base
        self.times.append(ticks)
        self.base = base
        self.bytes += size
        self.start = time if self.start is None else min(self.start, time)
        self.last = max(self.last, time)
        self.end = max(self.end, time + duration)

    @property
    def frame_rate(self) -> float:
        span = self.last - (self.start or 0)
        return round(float((len(self.times) - 1) / span), 3) if span > 0 else 0.0

    @property
    def steady(self) -> bool:
        """Whether frames follow one another evenly, but for the rounding of clocks and a dropped frame."""
        times = sorted(self.times)
        gaps: list[int] = sorted(later - earlier for earlier, later in itertools.pairwise(times))
        if not gaps:
            return True
        usual = gaps[len(gaps) // 2]
        slack = max(usual * _UNEVEN, _CLOCK / self.base)
        odd = sum(abs(gap - usual) > slack for gap in gaps)
        return odd <= max(Fraction(1), len(gaps) * _ODD_ONES) and gaps[-1] * self.base <= _LONGEST_GAP


def walk(container: InputContainer, video: VideoStream, *, edited: bool) -> Walk:
    """Measure a file; refuses one that is shorter than it claims, unless `edited` explains that."""
    audio = next(iter(container.streams.audio), None)
    tracks = {stream.index: _Track() for stream in (video, audio) if stream}
    for packet in container.demux([stream for stream in (video, audio) if stream]):
        if not packet.size:
            continue
        if packet.is_corrupt:
            raise Refusal("The video is damaged: a part of it cannot be read.")
        time = packet.pts if packet.pts is not None else packet.dts
        track = tracks[packet.stream_index]
        track.count(hidden=packet.is_discard)
        if time is not None and packet.time_base and not packet.is_discard:
            track.add(packet.size, time, packet.duration or 0, packet.time_base)
    pictures = tracks[video.index]
    exact = container.format.name.startswith("mov")  # elsewhere the number of frames is a header's guess
    promised = video.frames if exact else video.frames * _LEAST_SHARE
    if not pictures.packets or (not edited and pictures.packets < promised):
        raise Refusal("The video is cut off: frames its index promises are missing.")
    start = max(Fraction(0), min(track.start or Fraction(0) for track in tracks.values()))
    duration = max(track.end for track in tracks.values()) - start
    claimed = Fraction(container.duration or 0, av.time_base)
    if not edited and duration < claimed * _LEAST_SHARE:
        raise Refusal("The video is cut off: it is shorter than it claims to be.")
    return Walk(
        start=pictures.start or Fraction(0),
        duration=duration,
        video_codec=video.codec_context.codec.canonical_name,
        video_profile=video.codec_context.profile,
        frame_rate=pictures.frame_rate,
        steady_frame_rate=pictures.steady,
        trimmed=pictures.hidden > 0,
        pixel_shape=_pixel_shape(video),
        bit_rate=round(pictures.bytes * 8 / duration) if duration else 0,
        audio_codec=_codec(audio),
        audio_rate=audio.sample_rate if audio and _codec(audio) != "unknown" else None,
        audio_channels=audio.channels if audio and _codec(audio) != "unknown" else None,
    )


def _pixel_shape(video: VideoStream) -> Fraction:
    """Width to height of one pixel, where it is told and can be meant."""
    told = video.sample_aspect_ratio or Fraction(1)
    return told if Fraction(1, 4) <= told <= 4 else Fraction(1)


def _codec(audio: AudioStream | None) -> str | None:
    if audio is None:
        return None
    context = getattr(audio, "codec_context", None)
    return context.codec.canonical_name if context else "unknown"
