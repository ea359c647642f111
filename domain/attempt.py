"""The parts of an attempt to publish: claim, containers, question, doubt, and what came of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from domain.upstream import Upstream

PARENT = -1


@dataclass(frozen=True)
class Schedule:
    """When a post is due; the wall-clock wish it came from is kept beside the instant."""

    at: datetime
    wall_time: str | None = None
    timezone: str | None = None


@dataclass(frozen=True)
class Claim:
    """The right of one worker to work on an attempt until its lease ends."""

    attempt: int
    worker: str
    lease_until: datetime


@dataclass(frozen=True)
class Container:
    """Instagram's unpublished object for one slot: a child by its index, or the one to publish."""

    slot: int
    id: str
    made_at: datetime
    ready: bool = False


@dataclass(frozen=True)
class Question:
    """An irreversible call that was announced and has no outcome yet."""

    container_id: str
    asked_at: datetime


class Reading(enum.StrEnum):
    """What a look at a container showed."""

    IN_PROGRESS = "IN_PROGRESS"
    FINISHED = "FINISHED"
    PUBLISHED = "PUBLISHED"
    ERROR = "ERROR"
    EXPIRED = "EXPIRED"
    UNREADABLE = "UNREADABLE"


@dataclass(frozen=True)
class Doubt:
    """What is known while the outcome is not: how often we looked, what was seen, how often in a row."""

    since: datetime
    next_look_at: datetime
    looks: int = 0
    reading: Reading | None = None
    agreeing: int = 0


class WaitReason(enum.StrEnum):
    QUOTA = "INSTAGRAM_QUOTA_REACHED"
    THROTTLE = "INSTAGRAM_THROTTLED"
    ACCOUNT = "ACCOUNT_BLOCKED"
    MEDIA = "MEDIA_PROCESSING"
    BACKING_OFF = "BACKING_OFF"
    OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"


@dataclass(frozen=True)
class Waiting:
    """An announced wait; `until` is None where only a person can end it."""

    reason: WaitReason
    until: datetime | None


@dataclass(frozen=True)
class Failure:
    """Why something did not happen: a catalogue code, a sentence, and what Meta said."""

    code: str
    sentence: str
    upstream: Upstream | None = None


@dataclass(frozen=True)
class Publication:
    """What is live; `media_id` is None where two equal items could not be told apart."""

    media_id: str | None
    published_at: datetime
    evidence: str
    permalink: str | None = None


class FollowUp(enum.StrEnum):
    """What may follow a publication; each fails without touching the post."""

    PERMALINK = "PERMALINK"
    COMMENT = "COMMENT"
    FACEBOOK = "FACEBOOK"


class FollowUpStatus(enum.StrEnum):
    DUE = "DUE"
    ASKED = "ASKED"
    DONE = "DONE"
    FAILED = "FAILED"
    UNCONFIRMED = "UNCONFIRMED"


@dataclass(frozen=True)
class FollowUpState:
    """How far one follow-up is; `result` is the comment's, Page post's id or the permalink."""

    status: FollowUpStatus
    tries: int = 0
    next_try_at: datetime | None = None
    asked_at: datetime | None = None
    result: str | None = None
    failure: Failure | None = None
