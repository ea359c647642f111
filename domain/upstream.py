"""What an upstream service answered, and what that means for the one who asked."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from domain.errors import DomainError, catalogue


@dataclass(frozen=True)
class Upstream:
    """What Meta said, kept with the attempt. Texts may be localised: shown, never matched."""

    http_status: int | None = None
    code: int | None = None
    subcode: int | None = None
    title: str | None = None
    message: str | None = None
    trace_id: str | None = None


class Again(enum.StrEnum):
    """Whether another try is worth it, and of what."""

    NEVER = "NEVER"
    SAME_CALL = "SAME_CALL"
    NEW_CONTAINER = "NEW_CONTAINER"
    NOT_READY = "NOT_READY"
    AFTER_QUOTA = "AFTER_QUOTA"
    AFTER_THROTTLE = "AFTER_THROTTLE"


@dataclass(frozen=True)
class Verdict:
    """One refusal, judged: its catalogue code, and what to do about it.

    `delay` is seconds to wait at least; `most` the tries it is worth; `blocks` whether a person must mend
    the account first; `doubtful` whether the call may have taken effect in spite of the answer.
    """

    code: str
    again: Again = Again.NEVER
    delay: float | None = None
    most: int = 1
    blocks: bool = False
    doubtful: bool = False
    sentence: str | None = None
    upstream: Upstream | None = None

    def error(self) -> DomainError:
        """The refusal as the catalogue knows it."""
        kind = catalogue[self.code]
        wait = int(self.delay) if self.delay and self.again is not Again.NEVER else None
        return kind(self.sentence, retry_after=wait) if wait else kind(self.sentence)


class Refused(Exception):
    """An upstream service refused a call, or left it without an answer (then the verdict is doubtful)."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(f"{verdict.code}: {verdict.sentence or ''}")
        self.verdict = verdict
