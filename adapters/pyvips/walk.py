"""Walks through every packet of a video without decoding, and measures what headers only claim."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from adapters.pyvips.refusal import Refusal

_LEAST_SHARE = Fraction(9, 10)
"""Of the length a file claims; players round, but not by a tenth."""


@dataclass(frozen=True)
class Walk:
    """What the packets showed; times in seconds."""

    start: Fraction
    duration: Fraction
    video_codec: str
    frame_rate: float
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

    def add(self, size: int, time: Fraction, duration: Fraction) -> None:
        self.packets += 1
        self.bytes += size
        self.start = time if self.start is None else min(self.start, time)
        self.last = max(self.last, time)
        self.end = max(self.end, time + duration)

    @property
    def frame_rate(self) -> float:
        span = self.last - (self.start or 0)
        return round(float((self.packets - 1) / span), 3) if span > 0 else 0.0


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
        if time is not None and packet.time_base:
            base = packet.time_base
            tracks[packet.stream_index].add(packet.size, time * base, (packet.duration or 0) * base)
    pictures = tracks[video.index]
    if not pictures.packets or (not edited and pictures.packets < video.frames):
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
        frame_rate=pictures.frame_rate,
        bit_rate=round(pictures.bytes * 8 / duration) if duration else 0,
        audio_codec=_codec(audio),
        audio_rate=audio.sample_rate if audio and _codec(audio) != "unknown" else None,
        audio_channels=audio.channels if audio and _codec(audio) != "unknown" else None,
    )


def _codec(audio: AudioStream | None) -> str | None:
    if audio is None:
        return None
    context = getattr(audio, "codec_context", None)
    return context.codec.canonical_name if context else "unknown"
