"""The Private API: logins, challenges and story reposts."""

from __future__ import annotations

from typing import Unpack

from domain.errors.base import DomainError, Extras, Group, Kind, Recovery


class PrivateApiRequired(DomainError):
    """Mention stickers on a story need the Private API, and this account has no credentials for it."""

    code = "PRIVATE_API_REQUIRED"
    kind = Kind.NOT_SET_UP
    group = Group.PRIVATE_API
    recovery = Recovery(
        actor="account_owner",
        action="configure",
        retry="after_fix",
        text="Save the account's Private API credentials, or mention with `via: TAG`, or without mentions.",
        call="POST /api/v1/private-api/credentials",
    )


class LoginFailed(DomainError):
    """Instagram turned the Private API login down: the password, the user name or the code is wrong."""

    code = "LOGIN_FAILED"
    kind = Kind.NEEDS_PERSON
    group = Group.PRIVATE_API
    recovery = Recovery(
        actor="account_owner",
        action="log_in_again",
        retry="after_fix",
        text="Check user name, password and code, look into the Instagram app for a warning, then log in "
        "once more. Each try counts towards the login limit.",
        call="POST /api/v1/private-api/credentials",
    )


class TwoFactorRequired(DomainError):
    """The account is protected by two-factor authentication, and no TOTP secret was given."""

    code = "TWO_FACTOR_REQUIRED"
    kind = Kind.NEEDS_PERSON
    group = Group.PRIVATE_API
    recovery = Recovery(
        actor="account_owner",
        action="configure",
        retry="after_fix",
        text="Send the credentials again with `totpSecret`, the key of the authenticator app. Keep two- "
        "factor authentication switched on.",
        call="POST /api/v1/private-api/credentials",
    )


class NoActiveSession(DomainError):
    """No login is waiting for a code: the challenge has run out, was answered, or never began."""

    code = "NO_ACTIVE_SESSION"
    kind = Kind.WRONG_STATE
    group = Group.PRIVATE_API
    recovery = Recovery(
        actor="caller",
        action="log_in_again",
        retry="after_fix",
        text="Save the credentials again to start a new login, then answer its challenge within the time "
        "shown.",
        call="POST /api/v1/private-api/credentials",
    )


class MissingAccountId(DomainError):
    """The answer to a challenge does not say which account it is for."""

    code = "MISSING_ACCOUNT_ID"
    kind = Kind.INVALID
    group = Group.PRIVATE_API
    recovery = Recovery(
        actor="caller",
        action="correct_request",
        retry="after_fix",
        text="Send `accountId` next to `code`; the list of accounts has it.",
        call="GET /api/v1/accounts",
    )


class CredentialsNotConfigured(DomainError):
    """Story reposts work through the Private API, and this account has no credentials for it yet."""

    code = "CREDENTIALS_NOT_CONFIGURED"
    kind = Kind.NOT_SET_UP
    group = Group.PRIVATE_API
    recovery = Recovery(
        actor="account_owner",
        action="configure",
        retry="after_fix",
        text="Save the account's Private API credentials first.",
        call="POST /api/v1/private-api/credentials",
    )


class AlreadyReposted(DomainError):
    """This feed post is in the account's story already; each is reposted only once."""

    code = "ALREADY_REPOSTED"
    kind = Kind.WRONG_STATE
    group = Group.PRIVATE_API
    recovery = Recovery(
        actor="nobody",
        action="none",
        retry="never",
        text="Nothing is left to do; the history shows the repost that succeeded.",
        call="GET /api/v1/story-repost/history?accountId={accountId}",
    )

    def __init__(
        self, sentence: str | None = None, *, account_id: object = None, **extras: Unpack[Extras]
    ) -> None:
        super().__init__(sentence, account_id=account_id, **extras)


class RepostInProgress(DomainError):
    """A repost of the same feed post is still on its way."""

    code = "REPOST_IN_PROGRESS"
    kind = Kind.IN_PROGRESS
    group = Group.PRIVATE_API
    recovery = Recovery(
        actor="caller",
        action="wait",
        retry="after_delay",
        text="Follow the running repost in the history until it is decided; ask again only if it failed.",
        call="GET /api/v1/story-repost/history?accountId={accountId}",
    )

    def __init__(
        self, sentence: str | None = None, *, account_id: object = None, **extras: Unpack[Extras]
    ) -> None:
        super().__init__(sentence, account_id=account_id, **extras)


class InvalidState(DomainError):
    """What you ask for cannot be done to a repost in its present status."""

    code = "INVALID_STATE"
    kind = Kind.WRONG_STATE
    group = Group.PRIVATE_API
    recovery = Recovery(
        actor="caller",
        action="read_again",
        retry="after_fix",
        text="Read the repost's status in the history. Retry works after FAILED and SKIPPED, cancel while "
        "QUEUED.",
        call="GET /api/v1/story-repost/history?accountId={accountId}",
    )

    def __init__(
        self,
        sentence: str | None = None,
        *,
        status: str | None = None,
        wanted: str | None = None,
        account_id: object = None,
        **extras: Unpack[Extras],
    ) -> None:
        if sentence is None and status:
            refused = f", which does not allow this: {wanted}" if wanted else ""
            sentence = f"The repost is {status}{refused}."
        super().__init__(sentence, status=status, wanted=wanted, account_id=account_id, **extras)


class RepostFailed(DomainError):
    """Instagram's Private API refused the repost."""

    code = "REPOST_FAILED"
    kind = Kind.UPSTREAM_FAILED
    group = Group.PRIVATE_API
    recovery = Recovery(
        actor="caller",
        action="retry",
        retry="after_delay",
        text="Nothing was shared. Try it again in a while; if it keeps failing, switch reposts off and read "
        "the `failure` in the history.",
        call="POST /api/v1/story-repost/{repostId}/retry",
    )

    def __init__(
        self, sentence: str | None = None, *, repost_id: object = None, **extras: Unpack[Extras]
    ) -> None:
        super().__init__(sentence, repost_id=repost_id, **extras)
