"""What every refusal of ours has: a code, a kind, a sentence, and a recovery a program can follow."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, TypedDict

Actor = Literal["caller", "account_owner", "operator", "nobody"]
Retry = Literal["never", "after_fix", "after_delay", "safe"]
Action = Literal[
    "act_on_instagram",
    "authenticate",
    "choose_other",
    "configure",
    "contact_operator",
    "correct_request",
    "log_in_again",
    "look_up_outcome",
    "none",
    "read_again",
    "reconnect_account",
    "redeploy_worker",
    "replace_media",
    "report_bug",
    "reschedule",
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
    IN_DOUBT = enum.auto()
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
    """What to do now, and who does it.

    `retry` says when the same request may be sent again: `never`; `after_fix`, once the action is done;
    `after_delay`, once `retryAfter` or a while has passed; `safe`, at once.
    `call` is a request that helps; a name in braces stands for an id, as in `GET /api/v1/posts/{postId}`.
    """

    actor: Actor
    action: Action
    retry: Retry
    text: str
    call: str | None = None

    def with_ids(self, context: dict[str, Any]) -> Recovery:
        """The same advice, its call filled in with the ids that are known: `post_id` for `{postId}`."""
        call = self.call
        if call is None:
            return self
        for name, value in context.items():
            first, *others = name.split("_")
            call = call.replace("{" + first + "".join(map(str.title, others)) + "}", str(value))
        return replace(self, call=call)


@dataclass(frozen=True)
class Detail:
    """One fault of a request: where (a JSON pointer), which, and in words. Never the value sent."""

    field: str
    code: str
    message: str


class Extras(TypedDict, total=False):
    """What every refusal takes besides its own context."""

    details: tuple[Detail, ...]
    retry_after: int | None


catalogue: dict[str, type[DomainError]] = {}


class DomainError(Exception):
    """Base of every refusal; a subclass registers itself under its code.

    Made from a sentence, from typed context that composes one, or from nothing: then the description speaks.
    Where the advice depends on the case, `cases` holds it by name, and the instance says which `case` it is.
    """

    code: ClassVar[str]
    kind: ClassVar[Kind]
    group: ClassVar[Group]
    recovery: ClassVar[Recovery]
    fallback: ClassVar[str]
    cases: ClassVar[dict[str, Recovery]] = {}
    case: str | None = None

    def __init__(
        self,
        sentence: str | None = None,
        *,
        details: tuple[Detail, ...] = (),
        retry_after: int | None = None,
        **context: Any,
    ) -> None:
        self.context = {name: value for name, value in context.items() if value is not None}
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

    def advice(self) -> Recovery:
        """What to do now in this very case, its call filled in with the ids that are known."""
        return self.cases.get(self.case or "", self.recovery).with_ids(self.context)

    @classmethod
    def description(cls) -> str:
        """The sentence that explains the code: the first paragraph of the docstring."""
        return " ".join((cls.__doc__ or "").strip().split("\n\n")[0].split())

    @classmethod
    def core(cls) -> bool:
        """Whether the code is one of the fifty every client knows."""
        return cls.group is not Group.BEYOND


def amount(size: int) -> str:
    """A number of bytes as people say it: 300 MB, 64 KB."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}"
    return f"{size} bytes"
