"""A file that is not taken."""

from __future__ import annotations

DAMAGED_PICTURE = "The picture is damaged or cut off: it could not be decoded to its end."


class Refusal(Exception):
    """Says why, in a sentence for whoever sent the file; what the library said is for the log."""

    def __init__(self, sentence: str, *, detail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail
