"""Delivery: a JPEG without metadata that keeps to its limit of bytes."""

from __future__ import annotations

from typing import Any

from adapters.pyvips.refusal import Refusal
from domain.media_rules import PictureRules

_QUALITIES_BELOW = (80, 65, 50)


def encode(image: Any, rules: PictureRules) -> bytes:
    """An image as a JPEG; the quality is lowered only where the bytes would be too many."""
    for quality in (rules.quality, *_QUALITIES_BELOW):
        data: bytes = image.jpegsave_buffer(Q=quality, keep="none", optimize_coding=True, subsample_mode="on")
        if len(data) <= rules.max_bytes:
            return data
    raise Refusal("The picture does not fit into 8 MiB, however it is compressed.")
