"""How each kind of refusal is said in HTTP; the only place where a code meets a status."""

from __future__ import annotations

from domain.errors import DomainError, Kind

STATUS: dict[Kind, int] = {
    Kind.INVALID: 400,
    Kind.WRONG_STATE: 400,
    Kind.NOT_SET_UP: 400,
    Kind.NEEDS_PERSON: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.NOT_ALLOWED: 405,
    Kind.IN_PROGRESS: 409,
    Kind.CONFLICT: 409,
    Kind.NO_LENGTH: 411,
    Kind.STALE: 412,
    Kind.TOO_LARGE: 413,
    Kind.WRONG_TYPE: 415,
    Kind.REUSED: 422,
    Kind.RATE_LIMITED: 429,
    Kind.UPSTREAM_FAILED: 500,
    Kind.BROKEN: 500,
    Kind.UPSTREAM_REFUSED: 502,
    Kind.UNREACHABLE: 502,
    Kind.IN_DOUBT: 502,
    Kind.UNAVAILABLE: 503,
}


def status_of(error: DomainError | type[DomainError]) -> int:
    """The HTTP status of a refusal, or of a class of them."""
    return STATUS[error.kind]
