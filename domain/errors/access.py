"""Authentication and permission: who asks, and may they?"""

from __future__ import annotations

from typing import Unpack

from domain.errors.base import DomainError, Extras, Group, Kind, Recovery


class AuthRequired(DomainError):
    """The request carries neither an API key nor a console session, and this call needs one of them."""

    code = "AUTH_REQUIRED"
    kind = Kind.UNAUTHENTICATED
    group = Group.ACCESS
    recovery = Recovery(
        actor="caller",
        action="authenticate",
        retry="after_fix",
        text="Send your API key in the header `Authorization: Bearer vg_live_…`, or log in to the console.",
        call="GET /api/v1/auth/me",
    )


class AuthInvalidKey(DomainError):
    """The API key is not one of ours, was revoked, or is past its expiry."""

    code = "AUTH_INVALID_KEY"
    kind = Kind.UNAUTHENTICATED
    group = Group.ACCESS
    recovery = Recovery(
        actor="caller",
        action="authenticate",
        retry="after_fix",
        text="Compare the key with the one you were given; if it was revoked or ran out, make a new one in "
        "the console or with `pressroom keys create`.",
        call="GET /api/v1/auth/me",
    )


class TokenInvalid(DomainError):
    """The session cookie was not signed by this server, or was changed on its way."""

    code = "TOKEN_INVALID"
    kind = Kind.UNAUTHENTICATED
    group = Group.ACCESS
    recovery = Recovery(
        actor="caller",
        action="log_in_again",
        retry="after_fix",
        text="Drop the cookie and log in to the console again. API keys are not affected.",
        call="POST /api/auth/login",
    )


class TokenExpired(DomainError):
    """A token has outlived its time: the Instagram token of the account, or the session cookie."""

    code = "TOKEN_EXPIRED"
    kind = Kind.UNAUTHENTICATED
    group = Group.ACCESS
    recovery = Recovery(
        actor="account_owner",
        action="reconnect_account",
        retry="after_fix",
        text="Ask the account's owner to connect it again in the console; posts whose time is still to come "
        "then go on by themselves. If it was your console session that ended, log in again.",
        call="GET /api/auth/instagram/start",
    )
    cases = {
        "session": Recovery(
            actor="caller",
            action="log_in_again",
            retry="after_fix",
            text="Log in to the console again. API keys are not affected.",
            call="POST /api/auth/login",
        ),
    }

    def __init__(
        self,
        sentence: str | None = None,
        *,
        session: bool = False,
        username: str | None = None,
        **extras: Unpack[Extras],
    ) -> None:
        if sentence is None and session:
            sentence = "Your console session has ended."
        elif sentence is None and username:
            sentence = f"Instagram no longer accepts the token of @{username}; it has expired."
        super().__init__(sentence, username=username, **extras)
        self.case = "session" if session else None


class AuthFailed(DomainError):
    """Instagram's login did not come to its end: the exchange of its code for a token broke on their side."""

    code = "AUTH_FAILED"
    kind = Kind.UPSTREAM_FAILED
    group = Group.ACCESS
    recovery = Recovery(
        actor="account_owner",
        action="retry",
        retry="safe",
        text="Start connecting the account once more; nothing was saved. If it breaks again, show the "
        "request id to whoever runs this server.",
        call="GET /api/auth/instagram/start",
    )


class CookieAuthRequired(DomainError):
    """API keys may not do this; it needs a person who is logged in to the console."""

    code = "COOKIE_AUTH_REQUIRED"
    kind = Kind.FORBIDDEN
    group = Group.ACCESS
    recovery = Recovery(
        actor="account_owner",
        action="use_console",
        retry="never",
        text="Do this in the console, under Settings; no API key can be given this right.",
    )


class SetupLocked(DomainError):
    """This server is set up, and its set-up calls are closed for good."""

    code = "SETUP_LOCKED"
    kind = Kind.FORBIDDEN
    group = Group.ACCESS
    recovery = Recovery(
        actor="nobody",
        action="none",
        retry="never",
        text="There is nothing left to set up here. Change settings in the console once you are logged in.",
        call="GET /api/setup",
    )
