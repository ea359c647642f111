"""Validation and input: what was asked, and whether a post of that type can have it."""

from __future__ import annotations

from typing import Unpack

from domain.errors.base import Detail, DomainError, Extras, Group, Kind, Recovery


class ValidationError(DomainError):
    """The request does not have the shape this call asks for; `details` names every fault at once."""

    code = "VALIDATION_ERROR"
    kind = Kind.INVALID
    group = Group.REQUEST
    recovery = Recovery(
        actor="caller",
        action="correct_request",
        retry="after_fix",
        text="Correct each field that `details` points to, then send the request again.",
        call="GET /api/v1/openapi.json",
    )

    def __init__(
        self,
        sentence: str | None = None,
        *,
        details: tuple[Detail, ...] = (),
        retry_after: int | None = None,
    ) -> None:
        if sentence is None and details:
            several = f"The request has {len(details)} faults; see `details`."
            sentence = details[0].message if len(details) == 1 else several
        super().__init__(sentence, details=details, retry_after=retry_after)


class MissingParam(DomainError):
    """A query parameter that this call cannot do without is absent."""

    code = "MISSING_PARAM"
    kind = Kind.INVALID
    group = Group.REQUEST
    recovery = Recovery(
        actor="caller",
        action="correct_request",
        retry="after_fix",
        text="Add the missing parameter to the query.",
        call="GET /api/v1/openapi.json",
    )

    def __init__(
        self, sentence: str | None = None, *, name: str | None = None, **extras: Unpack[Extras]
    ) -> None:
        if sentence is None and name:
            sentence = f"The query parameter `{name}` is missing."
        super().__init__(sentence, name=name, **extras)


class InvalidParam(DomainError):
    """A query parameter is there but cannot be read."""

    code = "INVALID_PARAM"
    kind = Kind.INVALID
    group = Group.REQUEST
    recovery = Recovery(
        actor="caller",
        action="correct_request",
        retry="after_fix",
        text="Write times as ISO 8601, ids as UUIDs and words as the documentation spells them; use a "
        "cursor only with the filters it came with.",
        call="GET /api/v1/openapi.json",
    )

    def __init__(
        self,
        sentence: str | None = None,
        *,
        name: str | None = None,
        wanted: str | None = None,
        **extras: Unpack[Extras],
    ) -> None:
        if sentence is None and name:
            sentence = f"The query parameter `{name}` must be {wanted or 'readable'}."
        super().__init__(sentence, name=name, wanted=wanted, **extras)


class InvalidCode(DomainError):
    """A challenge is answered with exactly six digits, and this code is something else."""

    code = "INVALID_CODE"
    kind = Kind.INVALID
    group = Group.REQUEST
    recovery = Recovery(
        actor="caller",
        action="correct_request",
        retry="after_fix",
        text="Send the six digits as a string, leading zeros included, without spaces.",
        call="POST /api/v1/private-api/challenge",
    )


class InvalidStatus(DomainError):
    """What you ask for cannot be done in the present status."""

    code = "INVALID_STATUS"
    kind = Kind.WRONG_STATE
    group = Group.REQUEST
    recovery = Recovery(
        actor="caller",
        action="read_again",
        retry="after_fix",
        text="Read the post again and choose what its status allows; somebody else or the worker may have "
        "moved it.",
        call="GET /api/v1/posts/{postId}",
    )

    def __init__(
        self,
        sentence: str | None = None,
        *,
        status: str | None = None,
        wanted: str | None = None,
        post_id: object = None,
        **extras: Unpack[Extras],
    ) -> None:
        if sentence is None and status:
            refused = f", which does not allow this: {wanted}" if wanted else ""
            sentence = f"It is {status}{refused}."
        super().__init__(sentence, status=status, wanted=wanted, post_id=post_id, **extras)


class InvalidSchedule(DomainError):
    """A post can only be scheduled for a moment that exists and is still to come."""

    code = "INVALID_SCHEDULE"
    kind = Kind.INVALID
    group = Group.REQUEST
    recovery = Recovery(
        actor="caller",
        action="reschedule",
        retry="after_fix",
        text="Send a time in the future with its offset, or publish at once instead.",
    )


class InvalidTags(DomainError):
    """Only pictures and carousels can tag people with `userTags`."""

    code = "INVALID_TAGS"
    kind = Kind.INVALID
    group = Group.REQUEST
    recovery = Recovery(
        actor="caller",
        action="correct_request",
        retry="after_fix",
        text="Leave `userTags` empty for reels and stories; a story names people with `storyMentions`.",
    )

    def __init__(
        self, sentence: str | None = None, *, media_type: str | None = None, **extras: Unpack[Extras]
    ) -> None:
        if sentence is None and media_type:
            sentence = f"A post of type {media_type} cannot have `userTags`."
        super().__init__(sentence, media_type=media_type, **extras)


class InvalidMentions(DomainError):
    """Only stories can mention people with `storyMentions`."""

    code = "INVALID_MENTIONS"
    kind = Kind.INVALID
    group = Group.REQUEST
    recovery = Recovery(
        actor="caller",
        action="correct_request",
        retry="after_fix",
        text="Leave `storyMentions` empty, or make the post a story.",
    )

    def __init__(
        self, sentence: str | None = None, *, media_type: str | None = None, **extras: Unpack[Extras]
    ) -> None:
        if sentence is None and media_type:
            sentence = f"A post of type {media_type} cannot have `storyMentions`."
        super().__init__(sentence, media_type=media_type, **extras)


class InvalidCollaborators(DomainError):
    """A story belongs to one account alone; it takes no collaborators."""

    code = "INVALID_COLLABORATORS"
    kind = Kind.INVALID
    group = Group.REQUEST
    recovery = Recovery(
        actor="caller",
        action="correct_request",
        retry="after_fix",
        text="Leave `collaborators` empty, or share it as a feed post or reel.",
    )


class InvalidCrossPost(DomainError):
    """This type of post cannot be shared to Facebook along with Instagram; carousels never can."""

    code = "INVALID_CROSS_POST"
    kind = Kind.INVALID
    group = Group.REQUEST
    recovery = Recovery(
        actor="caller",
        action="correct_request",
        retry="after_fix",
        text="Send `crossPostToFacebook: false` for this post.",
    )

    def __init__(
        self, sentence: str | None = None, *, media_type: str | None = None, **extras: Unpack[Extras]
    ) -> None:
        if sentence is None and media_type:
            sentence = f"A post of type {media_type} cannot be shared to Facebook."
        super().__init__(sentence, media_type=media_type, **extras)


class InvalidMediaType(DomainError):
    """The file and the type of the post do not go together, such as a picture for a reel."""

    code = "INVALID_MEDIA_TYPE"
    kind = Kind.INVALID
    group = Group.REQUEST
    recovery = Recovery(
        actor="caller",
        action="correct_request",
        retry="after_fix",
        text="Use a picture for IMAGE and a video for REELS; carousels and stories take either. Or change "
        "`mediaType` to suit the file.",
        call="GET /api/v1/media/{mediaId}",
    )

    def __init__(
        self,
        sentence: str | None = None,
        *,
        media_type: str | None = None,
        kind: str | None = None,
        media_id: object = None,
        **extras: Unpack[Extras],
    ) -> None:
        if sentence is None and media_type:
            file = {"IMAGE": "A picture", "VIDEO": "A video"}.get(kind or "", "This file")
            sentence = f"{file} cannot be used for {media_type}."
        super().__init__(sentence, media_type=media_type, kind=kind, media_id=media_id, **extras)


class InvalidCarousel(DomainError):
    """A carousel needs two to ten media files."""

    code = "INVALID_CAROUSEL"
    kind = Kind.INVALID
    group = Group.REQUEST
    recovery = Recovery(
        actor="caller",
        action="correct_request",
        retry="after_fix",
        text="Name between two and ten files in `mediaFileIds`; a single file is an IMAGE or REELS post.",
    )

    def __init__(
        self, sentence: str | None = None, *, count: int | None = None, **extras: Unpack[Extras]
    ) -> None:
        if sentence is None and count is not None:
            sentence = f"A carousel needs two to ten media files; this one has {count}."
        super().__init__(sentence, count=count, **extras)


class InvalidWorkerKey(DomainError):
    """Your cloud Worker does not accept the key this server signs its calls with."""

    code = "INVALID_WORKER_KEY"
    kind = Kind.NEEDS_PERSON
    group = Group.REQUEST
    recovery = Recovery(
        actor="account_owner",
        action="redeploy_worker",
        retry="after_fix",
        text="Deploy the Worker again; that gives both sides a fresh key.",
        call="POST /api/v1/cloudflare/worker/deploy",
    )
