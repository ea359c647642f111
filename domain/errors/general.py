"""What any call can answer with: nothing there, too much at once, and what nobody foresaw."""

from __future__ import annotations

from typing import Any, Unpack

from domain.errors.base import DomainError, Extras, Group, Kind, Recovery


class NotFound(DomainError):
    """There is no such thing, or it belongs to somebody else."""

    code = "NOT_FOUND"
    kind = Kind.NOT_FOUND
    group = Group.NOT_FOUND
    recovery = Recovery(
        actor="caller",
        action="correct_request",
        retry="after_fix",
        text="Check the address and the id, and whether your key or session belongs to the user who owns it.",
        call="GET /api/v1/auth/me",
    )

    def __init__(self, sentence: str | None = None, *, what: str | None = None, **context: Any) -> None:
        if sentence is None and what:
            sentence = f"There is no such {what}, or it belongs to somebody else."
        super().__init__(sentence, what=what, **context)


class RateLimited(DomainError):
    """The key has used up its requests for this minute or this hour."""

    code = "RATE_LIMITED"
    kind = Kind.RATE_LIMITED
    group = Group.RATE
    recovery = Recovery(
        actor="caller",
        action="wait",
        retry="after_delay",
        text="Wait `retryAfter` seconds, then send the request once more. The `RateLimit` header says how "
        "much is left.",
    )

    def __init__(
        self,
        sentence: str | None = None,
        *,
        limit: int | None = None,
        window: str | None = None,
        **extras: Unpack[Extras],
    ) -> None:
        if sentence is None and limit is not None and window:
            sentence = f"This key has made its {limit} requests for this {window}."
        super().__init__(sentence, limit=limit, window=window, **extras)


class LoginRateLimited(DomainError):
    """This account has logged in to the Private API too often; more could make Instagram lock it."""

    code = "LOGIN_RATE_LIMITED"
    kind = Kind.RATE_LIMITED
    group = Group.RATE
    recovery = Recovery(
        actor="caller",
        action="wait",
        retry="after_delay",
        text="Wait until `windowEndsAt` of the session's status; a login before that is refused and changes "
        "nothing.",
        call="GET /api/v1/private-api/status?accountId={accountId}",
    )

    def __init__(
        self,
        sentence: str | None = None,
        *,
        limit: int | None = None,
        hours: int | None = None,
        account_id: object = None,
        **extras: Unpack[Extras],
    ) -> None:
        if sentence is None and limit is not None and hours is not None:
            sentence = f"This account has used its {limit} Private API logins within {hours} hours."
        super().__init__(sentence, limit=limit, hours=hours, account_id=account_id, **extras)


class UnknownError(DomainError):
    """A service we rely on refused in a way that none of our tables knows."""

    code = "UNKNOWN_ERROR"
    kind = Kind.UPSTREAM_FAILED
    group = Group.GENERAL
    recovery = Recovery(
        actor="operator",
        action="report_bug",
        retry="after_fix",
        text="Report it with the request id (`X-Request-Id`), so that the answer gets a code of its own.",
    )


class InternalError(DomainError):
    """Something on this server broke that nobody foresaw."""

    code = "INTERNAL_ERROR"
    kind = Kind.BROKEN
    group = Group.GENERAL
    recovery = Recovery(
        actor="operator",
        action="report_bug",
        retry="after_fix",
        text="Report it with the request id (`X-Request-Id`); the server's log has the rest under that id. "
        "Look first whether a change you asked for was made after all.",
    )
