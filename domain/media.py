"""A media file: one uploaded picture or video, what was found out about it, and its renditions."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import errors
from domain.aggregate import Aggregate, Cause


class Kind(enum.StrEnum):
    IMAGE = "IMAGE"
    VIDEO = "VIDEO"


class MediaStatus(enum.StrEnum):
    RECEIVED = "RECEIVED"
    PROCESSING = "PROCESSING"
    READY = "READY"
    FAILED = "FAILED"
    DELETED = "DELETED"


class Use(enum.StrEnum):
    """What a rendition is made for."""

    FEED = "FEED"
    STORY = "STORY"
    REEL = "REEL"
    COVER = "COVER"
    CAROUSEL = "CAROUSEL"
    PREVIEW = "PREVIEW"


class Severity(enum.StrEnum):
    ERROR = "ERROR"
    WARNING = "WARNING"
    INFO = "INFO"


@dataclass(frozen=True)
class Issue:
    """One way in which a file misses what Instagram asks; `rule` is a stable word, `message` a sentence."""

    rule: str
    severity: Severity
    message: str
    fixable: bool
    uses: tuple[Use, ...] = ()

    def is_hopeless(self, use: Use) -> bool:
        """Whether it rules out a use for good."""
        return self.severity is Severity.ERROR and not self.fixable and use in self.uses


@dataclass(frozen=True)
class Facts:
    """What decoding showed. Pixels as seen (after orientation), milliseconds, bits per second.

    None says: does not apply, or could not be found out.
    """

    kind: Kind
    mime_type: str
    width: int
    height: int
    duration_ms: int | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    frame_rate: float | None = None
    bit_rate: int | None = None
    pixel_format: str | None = None
    progressive: bool | None = None
    audio_rate: int | None = None
    audio_channels: int | None = None
    index_first: bool | None = None
    edit_list: bool | None = None
    video_profile: str | None = None
    steady_frame_rate: bool | None = None
    rotation: int | None = None
    colour_transfer: str | None = None
    square_pixels: bool | None = None
    trimmed: bool | None = None
    orientation: int | None = None
    colours: str | None = None
    colour_profile: str | None = None
    alpha: bool | None = None
    pages: int | None = None
    metadata: bool | None = None


@dataclass(frozen=True)
class Rendition:
    """A file made to fit one use; `sha256` is its name in the blob store."""

    use: Use
    sha256: str
    mime_type: str
    width: int
    height: int
    size_bytes: int


@dataclass(frozen=True)
class MadeToOrder:
    """A rendition that was made for a post; `recipe` is the key of all that decided how it looks."""

    recipe: str
    rendition: Rendition


@dataclass(frozen=True)
class Failure:
    """Why a file cannot be used: a catalogue code and a sentence."""

    code: str
    sentence: str


class MediaFile(Aggregate):
    """One uploaded file on its way to being fit for Instagram."""

    TOPIC = "media"

    def __init__(self) -> None:
        self.user_id: UUID
        self.sha256 = ""
        self.size_bytes = 0
        self.status = MediaStatus.RECEIVED
        self.facts: Facts | None = None
        self.issues: tuple[Issue, ...] = ()
        self.renditions: dict[Use, Rendition] = {}
        self.made_to_order: dict[str, Rendition] = {}
        self.failure: Failure | None = None
        self.starts = 0
        self.received_at: datetime

    class Created(Aggregate.Created, Aggregate.Event):
        """A file arrived and its bytes were stored."""

        TOPIC = "media.received"
        user_id: UUID
        sha256: str
        size_bytes: int

        def apply(self, aggregate: MediaFile) -> None:
            aggregate.user_id = self.user_id
            aggregate.sha256 = self.sha256
            aggregate.size_bytes = self.size_bytes
            aggregate.received_at = self.timestamp

    class Examined(Aggregate.Event):
        """It was decoded to be believed, and to serve every use it can, work remains to be done."""

        TOPIC = "media.examined"
        facts: Facts
        issues: tuple[Issue, ...]
        renditions: tuple[Rendition, ...]

        def apply(self, aggregate: MediaFile) -> None:
            aggregate.status = MediaStatus.PROCESSING
            aggregate.facts = self.facts
            aggregate.issues = self.issues
            aggregate.renditions = {made.use: made for made in self.renditions}

    class ProcessingStarted(Aggregate.Event):
        """A worker began to make what is missing, or began anew after another one was lost."""

        TOPIC = "media.processing_started"

        def apply(self, aggregate: MediaFile) -> None:
            aggregate.status = MediaStatus.PROCESSING
            aggregate.starts += 1

    class ProcessingInterrupted(Aggregate.Event):
        """The worker let it go for reasons of its own; it is begun anew."""

        TOPIC = "media.processing_interrupted"

        def apply(self, aggregate: MediaFile) -> None:
            aggregate.starts -= 1

    class Prepared(Aggregate.Event):
        """It was decoded whole, and what could be made of it was made."""

        TOPIC = "media.prepared"
        facts: Facts
        issues: tuple[Issue, ...]
        renditions: tuple[Rendition, ...]

        def apply(self, aggregate: MediaFile) -> None:
            aggregate.status = MediaStatus.READY
            aggregate.facts = self.facts
            aggregate.issues = self.issues
            aggregate.renditions = {made.use: made for made in self.renditions}

    class Rendered(Aggregate.Event):
        """A form that a post needs was made: brought to a shape, with its texts drawn."""

        TOPIC = "media.rendered"
        recipe: str
        rendition: Rendition

        def apply(self, aggregate: MediaFile) -> None:
            aggregate.made_to_order[self.recipe] = self.rendition

    class Failed(Aggregate.Event):
        """It cannot be used, and this is why."""

        TOPIC = "media.failed"
        failure: Failure

        def apply(self, aggregate: MediaFile) -> None:
            aggregate.status = MediaStatus.FAILED
            aggregate.failure = self.failure

    class Deleted(Aggregate.Event):
        """Its owner removed it."""

        TOPIC = "media.deleted"

        def apply(self, aggregate: MediaFile) -> None:
            aggregate.status = MediaStatus.DELETED

    @classmethod
    def receive(cls, *, id: UUID, user_id: UUID, sha256: str, size_bytes: int, by: Cause) -> MediaFile:
        return cls.begin(cls.Created, by, id=id, user_id=user_id, sha256=sha256, size_bytes=size_bytes)

    def examined(
        self, facts: Facts, issues: tuple[Issue, ...], renditions: tuple[Rendition, ...], *, by: Cause
    ) -> None:
        self.record(self.Examined, by, facts=facts, issues=issues, renditions=renditions)

    def start_processing(self, *, by: Cause) -> None:
        self.record(self.ProcessingStarted, by)

    def interrupt(self, *, by: Cause) -> None:
        self.record(self.ProcessingInterrupted, by)

    def prepared(
        self, facts: Facts, issues: tuple[Issue, ...], renditions: tuple[Rendition, ...], *, by: Cause
    ) -> None:
        self.record(self.Prepared, by, facts=facts, issues=issues, renditions=renditions)

    def rendered(self, recipe: str, rendition: Rendition, *, by: Cause) -> None:
        """Record what was made for a recipe; the same again is no news. A deleted file: NOT_FOUND."""
        if self.status is MediaStatus.DELETED:
            raise errors.NotFound(what="media file")
        if self.made_to_order.get(recipe) != rendition:
            self.record(self.Rendered, by, recipe=recipe, rendition=rendition)

    def fail(self, failure: Failure, *, by: Cause) -> None:
        self.record(self.Failed, by, failure=failure)

    def delete(self, *, needed: bool, by: Cause) -> None:
        """Remove it; refused with INVALID_STATUS while a live post needs it."""
        if needed:
            raise errors.InvalidStatus("A post that is still to be published needs this file.")
        if self.status is not MediaStatus.DELETED:
            self.record(self.Deleted, by)
