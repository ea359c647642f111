"""What every refusal of ours has: a code, a kind, a sentence, and a recovery a program can follow."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

Actor = Literal["caller", "account_owner", "operator", "nobody"]
Retry = Literal["never", "after_fix", "after_delay", "safe"]
Action = Literal[
    "authenticate",
    "choose_other",
    "configure",
    "contact_operator",
    "correct_request",
    "log_in_again",
    "look_up_outcome",
    "none",
    "reconnect_account",
    "redeploy_worker",
    "replace_media",
    "report_bug",
    "retry",
    "use_console",
    "wait",
]


class Kind(enum.Enum):
    """What sort of refusal it is; each door turns it into its own language (statuses, exit codes)."""

    INVALID = enum.auto()
    WRONG_STATE = enum.auto()
    NOT_SET_UP = enum.auto()
    NEEDS_PERSON = enum.auto()
    UNAUTHENTICATED = enum.auto()
    FORBIDDEN = enum.auto()
    NOT_FOUND = enum.auto()
    IN_PROGRESS = enum.auto()
    RATE_LIMITED = enum.auto()
    UPSTREAM_FAILED = enum.auto()
    UPSTREAM_REFUSED = enum.auto()
    BROKEN = enum.auto()
    UNREACHABLE = enum.auto()
    CONFLICT = enum.auto()
    STALE = enum.auto()
    REUSED = enum.auto()
    UNAVAILABLE = enum.auto()
    NOT_ALLOWED = enum.auto()
    TOO_LARGE = enum.auto()
    NO_LENGTH = enum.auto()
    WRONG_TYPE = enum.auto()


class Group(enum.Enum):
    """The chapters of the catalogue; `BEYOND` holds the codes that are ours."""

    ACCESS = "Authentication & permission"
    REQUEST = "Validation & input"
    NOT_FOUND = "Resource not-found"
    MEDIA = "Media pipeline"
    RATE = "Rate limiting"
    INSTAGRAM = "Instagram / Graph API"
    PRIVATE_API = "Private API / challenge"
    CLOUD = "Cloudflare / Worker"
    GENERAL = "Internal / unclassified"
    BEYOND = "Beyond the catalogue"


@dataclass(frozen=True)
class Recovery:
    """What to do now, and who does it."""

    actor: Actor
    action: Action
    retry: Retry
    text: str
    call: str | None = None


@dataclass(frozen=True)
class Detail:
    """One fault of a request: where (a JSON pointer), which, and in words. Never the value sent."""

    field: str
    code: str
    message: str


catalogue: dict[str, type[DomainError]] = {}


class DomainError(Exception):
    """Base of every refusal; a subclass registers itself under its code."""

    code: ClassVar[str]
    kind: ClassVar[Kind]
    group: ClassVar[Group]
    recovery: ClassVar[Recovery]
    fallback: ClassVar[str]

    def __init__(
        self,
        sentence: str | None = None,
        *,
        details: tuple[Detail, ...] = (),
        retry_after: int | None = None,
        **context: Any,
    ) -> None:
        self.context = context
        self.details = details
        self.retry_after = retry_after
        self.sentence = sentence or self.description()
        super().__init__(self.sentence)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not (cls.__doc__ or "").strip():
            raise TypeError(f"{cls.__name__} has no description (or Python runs with -OO, which strips it)")
        for name in ("code", "kind", "group", "recovery"):
            if name not in cls.__dict__:
                raise TypeError(f"{cls.__name__} does not say its {name}")
        if cls.code in catalogue:
            raise TypeError(f"{cls.code} is listed twice")
        if "fallback" not in cls.__dict__:
            if cls.group is Group.BEYOND:
                raise TypeError(f"{cls.__name__} is beyond the core catalogue and names no fallback")
            cls.fallback = cls.code
        catalogue[cls.code] = cls

    @classmethod
    def description(cls) -> str:
        """The sentence that explains the code: the first paragraph of the docstring."""
        return " ".join((cls.__doc__ or "").strip().split("\n\n")[0].split())

    @classmethod
    def core(cls) -> bool:
        """Whether the code is one of the fifty every client knows."""
        return cls.group is not Group.BEYOND
