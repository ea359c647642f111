"""Beyond the catalogue: our own codes, each with the core code it can be taken for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Unpack

from domain.errors.base import DomainError, Extras, Group, Kind, Recovery, amount


class InvalidCredentials(DomainError):
    """The e-mail address, the password or the one-time code is wrong."""

    code = "INVALID_CREDENTIALS"
    kind = Kind.UNAUTHENTICATED
    group = Group.BEYOND
    fallback = "AUTH_REQUIRED"
    recovery = Recovery(
        actor="caller",
        action="correct_request",
        retry="after_fix",
        text="Enter your address, your password and, where it is switched on, the present one-time code "
        "once more.",
        call="POST /api/auth/login",
    )


class CsrfFailed(DomainError):
    """A change asked for by cookie did not prove that it comes from the console."""

    code = "CSRF_FAILED"
    kind = Kind.FORBIDDEN
    group = Group.BEYOND
    fallback = "COOKIE_AUTH_REQUIRED"
    recovery = Recovery(
        actor="caller",
        action="log_in_again",
        retry="after_fix",
        text="Send the `csrfToken` of your login in the header `X-CSRF-Token`; log in again if you have "
        "none. Programs use an API key instead.",
        call="POST /api/auth/login",
    )


class InsufficientScope(DomainError):
    """The API key is valid, but lacks the scope or the account for this call."""

    code = "INSUFFICIENT_SCOPE"
    kind = Kind.FORBIDDEN
    group = Group.BEYOND
    fallback = "COOKIE_AUTH_REQUIRED"
    recovery = Recovery(
        actor="account_owner",
        action="use_console",
        retry="after_fix",
        text="Make a key in the console that has the scope and the account; the rights of a key never "
        "change.",
    )

    def __init__(
        self, sentence: str | None = None, *, scope: str | None = None, **extras: Unpack[Extras]
    ) -> None:
        if sentence is None and scope:
            sentence = f"This key lacks the scope `{scope}`."
        super().__init__(sentence, scope=scope, **extras)


class IdempotencyKeyReused(DomainError):
    """This `Idempotency-Key` was sent before, with another request."""

    code = "IDEMPOTENCY_KEY_REUSED"
    kind = Kind.REUSED
    group = Group.BEYOND
    fallback = "VALIDATION_ERROR"
    recovery = Recovery(
        actor="caller",
        action="correct_request",
        retry="after_fix",
        text="Take a new key for a new request; repeat a request unchanged under its old key.",
    )


class IdempotencyInProgress(DomainError):
    """The first request with this `Idempotency-Key` is still running."""

    code = "IDEMPOTENCY_IN_PROGRESS"
    kind = Kind.IN_PROGRESS
    group = Group.BEYOND
    fallback = "RATE_LIMITED"
    recovery = Recovery(
        actor="caller",
        action="wait",
        retry="after_delay",
        text="Send the same request with the same key again in a moment; you then get the first one's "
        "answer.",
    )


class PreconditionFailed(DomainError):
    """The post has changed since you read it: `If-Match` names an older version."""

    code = "PRECONDITION_FAILED"
    kind = Kind.STALE
    group = Group.BEYOND
    fallback = "INVALID_STATUS"
    recovery = Recovery(
        actor="caller",
        action="read_again",
        retry="after_fix",
        text="Read the post, decide whether your change still fits, and send it with the new `ETag`.",
        call="GET /api/v1/posts/{postId}",
    )

    def __init__(
        self, sentence: str | None = None, *, post_id: object = None, **extras: Unpack[Extras]
    ) -> None:
        super().__init__(sentence, post_id=post_id, **extras)


class MethodNotAllowed(DomainError):
    """The address exists, but not for this method."""

    code = "METHOD_NOT_ALLOWED"
    kind = Kind.NOT_ALLOWED
    group = Group.BEYOND
    fallback = "NOT_FOUND"
    recovery = Recovery(
        actor="caller",
        action="correct_request",
        retry="after_fix",
        text="Use one of the methods in the `Allow` header.",
        call="GET /api/v1/openapi.json",
    )

    def __init__(
        self, sentence: str | None = None, *, allowed: Iterable[str] = (), **extras: Unpack[Extras]
    ) -> None:
        methods = tuple(allowed)
        if sentence is None and methods:
            sentence = f"This address answers to {', '.join(methods)}."
        super().__init__(sentence, allowed=methods or None, **extras)


class PayloadTooLarge(DomainError):
    """The request body is larger than this call takes."""

    code = "PAYLOAD_TOO_LARGE"
    kind = Kind.TOO_LARGE
    group = Group.BEYOND
    fallback = "VALIDATION_ERROR"
    recovery = Recovery(
        actor="caller",
        action="correct_request",
        retry="after_fix",
        text="Send less at once: split a bulk request, and upload files to the media endpoint.",
        call="POST /api/v1/media",
    )

    def __init__(
        self, sentence: str | None = None, *, limit: int | None = None, **extras: Unpack[Extras]
    ) -> None:
        if sentence is None and limit is not None:
            sentence = f"The request body is larger than {amount(limit)}."
        super().__init__(sentence, limit=limit, **extras)


class LengthRequired(DomainError):
    """The request has a body but does not say how long it is."""

    code = "LENGTH_REQUIRED"
    kind = Kind.NO_LENGTH
    group = Group.BEYOND
    fallback = "VALIDATION_ERROR"
    recovery = Recovery(
        actor="caller",
        action="correct_request",
        retry="after_fix",
        text="Send a `Content-Length` header; most clients do so once the body is not streamed.",
    )


class UnsupportedMediaType(DomainError):
    """The body comes in a format that this call does not read."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    kind = Kind.WRONG_TYPE
    group = Group.BEYOND
    fallback = "VALIDATION_ERROR"
    recovery = Recovery(
        actor="caller",
        action="correct_request",
        retry="after_fix",
        text="Send `Content-Type: application/json` with a JSON body; only uploads are multipart/form-data.",
    )

    def __init__(
        self, sentence: str | None = None, *, wanted: str | None = None, **extras: Unpack[Extras]
    ) -> None:
        if sentence is None and wanted:
            sentence = f"This call reads {wanted} only."
        super().__init__(sentence, wanted=wanted, **extras)


class DuplicatePost(DomainError):
    """A post with the same account, files and caption is waiting or went out within the last 24 hours."""

    code = "DUPLICATE_POST"
    kind = Kind.CONFLICT
    group = Group.BEYOND
    fallback = "INVALID_STATUS"
    recovery = Recovery(
        actor="caller",
        action="choose_other",
        retry="after_fix",
        text="Look at the earlier post; if you do want it twice, send `allowDuplicate: true`.",
        call="GET /api/v1/posts/{postId}",
    )

    def __init__(
        self, sentence: str | None = None, *, post_id: object = None, **extras: Unpack[Extras]
    ) -> None:
        if sentence is None and post_id:
            sentence = f"Post {post_id} has the same account, files and caption."
        super().__init__(sentence, post_id=post_id, **extras)


class CapabilityUnavailable(DomainError):
    """The way this account is connected does not offer what you ask for."""

    code = "CAPABILITY_UNAVAILABLE"
    kind = Kind.CONFLICT
    group = Group.BEYOND
    fallback = "INVALID_STATUS"
    recovery = Recovery(
        actor="account_owner",
        action="choose_other",
        retry="after_fix",
        text="See `capabilities` of the account; connect it by the other kind of login, use another "
        "account, or do without.",
        call="GET /api/v1/accounts/{accountId}",
    )

    def __init__(
        self,
        sentence: str | None = None,
        *,
        capability: str | None = None,
        login_method: str | None = None,
        account_id: object = None,
        **extras: Unpack[Extras],
    ) -> None:
        if sentence is None and capability:
            by = f" by {login_method}" if login_method else ""
            sentence = f"An account connected{by} does not offer this: {capability}."
        super().__init__(
            sentence, capability=capability, login_method=login_method, account_id=account_id, **extras
        )


class MediaFetchFailed(DomainError):
    """Instagram could not fetch the file from the address we gave it."""

    code = "MEDIA_FETCH_FAILED"
    kind = Kind.UPSTREAM_REFUSED
    group = Group.BEYOND
    fallback = "MEDIA_INVALID"
    recovery = Recovery(
        actor="operator",
        action="configure",
        retry="after_fix",
        text="Make sure the media host can be reached from the Internet (`pressroom doctor` probes it), "
        "then retry the post.",
        call="POST /api/v1/posts/{postId}/retry",
    )

    def __init__(
        self, sentence: str | None = None, *, post_id: object = None, **extras: Unpack[Extras]
    ) -> None:
        super().__init__(sentence, post_id=post_id, **extras)


class ContainerExpired(DomainError):
    """Instagram's container ran out after 24 hours, before the post was published."""

    code = "CONTAINER_EXPIRED"
    kind = Kind.UPSTREAM_REFUSED
    group = Group.BEYOND
    fallback = "UNKNOWN_ERROR"
    recovery = Recovery(
        actor="caller",
        action="retry",
        retry="safe",
        text="Nothing was published. Retry the post; that makes a new container.",
        call="POST /api/v1/posts/{postId}/retry",
    )

    def __init__(
        self, sentence: str | None = None, *, post_id: object = None, **extras: Unpack[Extras]
    ) -> None:
        super().__init__(sentence, post_id=post_id, **extras)


class InstagramQuotaReached(DomainError):
    """The account has published all that Instagram allows it within 24 hours."""

    code = "INSTAGRAM_QUOTA_REACHED"
    kind = Kind.RATE_LIMITED
    group = Group.BEYOND
    fallback = "RATE_LIMITED"
    recovery = Recovery(
        actor="caller",
        action="wait",
        retry="after_delay",
        text="Read when a place falls free (`freesAt`), and schedule for then; scheduled posts wait by "
        "themselves.",
        call="GET /api/v1/accounts/{accountId}/publishing-limit",
    )

    def __init__(
        self,
        sentence: str | None = None,
        *,
        total: int | None = None,
        account_id: object = None,
        **extras: Unpack[Extras],
    ) -> None:
        if sentence is None and total is not None:
            sentence = (
                f"The account has published the {total} posts that Instagram allows it within 24 hours."
            )
        super().__init__(sentence, total=total, account_id=account_id, **extras)


class InstagramThrottled(DomainError):
    """Instagram is slowing us down: too many calls for this account or this app."""

    code = "INSTAGRAM_THROTTLED"
    kind = Kind.RATE_LIMITED
    group = Group.BEYOND
    fallback = "RATE_LIMITED"
    recovery = Recovery(
        actor="caller",
        action="wait",
        retry="after_delay",
        text="Wait `retryAfter` seconds, or an hour if it is not given; scheduled posts wait by themselves.",
    )


class PermissionMissing(DomainError):
    """The account is connected, but its owner did not grant a permission this needs."""

    code = "PERMISSION_MISSING"
    kind = Kind.FORBIDDEN
    group = Group.BEYOND
    fallback = "TOKEN_EXPIRED"
    recovery = Recovery(
        actor="account_owner",
        action="reconnect_account",
        retry="after_fix",
        text="Connect the account again and leave every permission on Instagram's page ticked.",
        call="GET /api/auth/instagram/start",
    )

    def __init__(
        self, sentence: str | None = None, *, permission: str | None = None, **extras: Unpack[Extras]
    ) -> None:
        if sentence is None and permission:
            sentence = f"The account's owner did not grant `{permission}`."
        super().__init__(sentence, permission=permission, **extras)


class AccountRestricted(DomainError):
    """Instagram has restricted, locked or challenged the account itself."""

    code = "ACCOUNT_RESTRICTED"
    kind = Kind.FORBIDDEN
    group = Group.BEYOND
    fallback = "TOKEN_EXPIRED"
    recovery = Recovery(
        actor="account_owner",
        action="act_on_instagram",
        retry="after_fix",
        text="Open the Instagram app as this account, follow what it asks for, then connect the account "
        "again.",
        call="GET /api/auth/instagram/start",
    )


class OutcomeUnknown(DomainError):
    """Publishing was asked for and the answer is missing: the post may be live, or not."""

    code = "OUTCOME_UNKNOWN"
    kind = Kind.IN_DOUBT
    group = Group.BEYOND
    fallback = "UNKNOWN_ERROR"
    recovery = Recovery(
        actor="caller",
        action="look_up_outcome",
        retry="never",
        text="Do not publish again. We look at Instagram until we know; follow the post's status, or look "
        "at the account yourself and resolve it by hand.",
        call="GET /api/v1/posts/{postId}",
    )

    def __init__(
        self, sentence: str | None = None, *, post_id: object = None, **extras: Unpack[Extras]
    ) -> None:
        super().__init__(sentence, post_id=post_id, **extras)


class PostMissed(DomainError):
    """The post's time has passed by more than the lateness allowed, so that it was held back."""

    code = "POST_MISSED"
    kind = Kind.CONFLICT
    group = Group.BEYOND
    fallback = "INVALID_SCHEDULE"
    recovery = Recovery(
        actor="caller",
        action="reschedule",
        retry="after_fix",
        text="Decide whether it should still go out: give it a new time, publish it now, or cancel it.",
        call="PATCH /api/v1/schedule/{postId}",
    )

    def __init__(
        self, sentence: str | None = None, *, post_id: object = None, **extras: Unpack[Extras]
    ) -> None:
        super().__init__(sentence, post_id=post_id, **extras)


class ServiceUnavailable(DomainError):
    """This server cannot serve right now: its storage is down or full, or it is shutting down."""

    code = "SERVICE_UNAVAILABLE"
    kind = Kind.UNAVAILABLE
    group = Group.BEYOND
    fallback = "INTERNAL_ERROR"
    recovery = Recovery(
        actor="operator",
        action="contact_operator",
        retry="after_delay",
        text="Try again after `retryAfter` seconds, with the same `Idempotency-Key`; if it lasts, tell "
        "whoever runs the server.",
    )


class SimulationRefused(DomainError):
    """`Pressroom-Simulate` works with a test key and a code of the catalogue only."""

    code = "SIMULATION_REFUSED"
    kind = Kind.INVALID
    group = Group.BEYOND
    fallback = "VALIDATION_ERROR"
    recovery = Recovery(
        actor="caller",
        action="correct_request",
        retry="after_fix",
        text="Drop the header, or send it to a sandbox with its `vg_test_…` key and a code from the list.",
        call="GET /api/v1/errors",
    )
