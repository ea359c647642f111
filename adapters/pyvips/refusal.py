"""A file that is not taken."""

from __future__ import annotations


class Refusal(Exception):
    """Says why, in a sentence for whoever sent the file; what the library said is for the log."""

    def __init__(self, sentence: str, *, detail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail
