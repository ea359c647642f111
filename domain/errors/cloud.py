"""The user's own Cloudflare stack, and other services that have to be set up first."""

from __future__ import annotations

from typing import Literal, Unpack

from domain.errors.base import DomainError, Extras, Group, Kind, Recovery

Integration = Literal["meta_app", "facebook_page", "worker"]


class CloudflareNotConfigured(DomainError):
    """There is no cloud stack yet: neither a bucket nor a Worker of yours is known here."""

    code = "CLOUDFLARE_NOT_CONFIGURED"
    kind = Kind.NOT_SET_UP
    group = Group.CLOUD
    recovery = Recovery(
        actor="account_owner",
        action="configure",
        retry="after_fix",
        text="Run the cloud set-up once, or publish with `publishVia: LOCAL`.",
        call="POST /api/v1/cloudflare/setup",
    )


class NotConfigured(DomainError):
    """A service this call relies on has not been set up: the Meta app, a Facebook Page or the Worker."""

    code = "NOT_CONFIGURED"
    kind = Kind.NOT_SET_UP
    group = Group.CLOUD
    recovery = Recovery(
        actor="operator",
        action="configure",
        retry="after_fix",
        text="Set up the missing service, then send the request again; `pressroom doctor` lists what is "
        "missing.",
    )
    cases = {
        "meta_app": Recovery(
            actor="operator",
            action="configure",
            retry="after_fix",
            text="Save the Meta app's id and secret in the set-up, or connect the account by its access "
            "token.",
            call="POST /api/setup/meta-app",
        ),
        "facebook_page": Recovery(
            actor="account_owner",
            action="configure",
            retry="after_fix",
            text="Link a Page to the account on Instagram and connect it again by Facebook Login, or send "
            "`crossPostToFacebook: false`.",
            call="GET /api/auth/instagram/start",
        ),
        "worker": Recovery(
            actor="account_owner",
            action="redeploy_worker",
            retry="after_fix",
            text="Deploy the Worker, then send the request again.",
            call="POST /api/v1/cloudflare/worker/deploy",
        ),
    }
    sentences: dict[Integration, str] = {
        "meta_app": "No Meta app is configured, so that no account can be connected by login.",
        "facebook_page": "This account is linked to no Facebook Page.",
        "worker": "There is a bucket but no Worker to speak to.",
    }

    def __init__(
        self, sentence: str | None = None, *, what: Integration | None = None, **extras: Unpack[Extras]
    ) -> None:
        super().__init__(sentence or (self.sentences[what] if what else None), what=what, **extras)
        self.case = what


class R2NotConfigured(DomainError):
    """This needs an R2 bucket, and the cloud stack has none."""

    code = "R2_NOT_CONFIGURED"
    kind = Kind.NOT_SET_UP
    group = Group.CLOUD
    recovery = Recovery(
        actor="account_owner",
        action="configure",
        retry="after_fix",
        text="Run the cloud set-up with a `bucket`; it takes up where it stopped.",
        call="POST /api/v1/cloudflare/setup",
    )


class TokenRequired(DomainError):
    """Cloudflare can only be set up with an API token, and none is stored."""

    code = "TOKEN_REQUIRED"
    kind = Kind.NOT_SET_UP
    group = Group.CLOUD
    recovery = Recovery(
        actor="account_owner",
        action="configure",
        retry="after_fix",
        text="Create a token in the Cloudflare dashboard and store it, then run the set-up.",
        call="PUT /api/v1/cloudflare/token",
    )


class WorkerUnreachable(DomainError):
    """Your Worker did not answer."""

    code = "WORKER_UNREACHABLE"
    kind = Kind.UNREACHABLE
    group = Group.CLOUD
    recovery = Recovery(
        actor="account_owner",
        action="wait",
        retry="after_delay",
        text="Try again in a minute. If it stays silent, look at the Worker in the Cloudflare dashboard and "
        "deploy it again.",
        call="GET /api/v1/cloudflare/diagnostics",
    )


class SyncFailed(DomainError):
    """Exchanging posts and sessions with your Worker did not come to its end."""

    code = "SYNC_FAILED"
    kind = Kind.UPSTREAM_FAILED
    group = Group.CLOUD
    recovery = Recovery(
        actor="caller",
        action="retry",
        retry="safe",
        text="Sync again; what has been exchanged already is not exchanged twice. If it keeps failing, read "
        "the Worker's log.",
        call="POST /api/v1/cloudflare/sync",
    )


class EncryptionKeyMismatch(DomainError):
    """This server and your Worker hold different encryption keys and cannot read each other."""

    code = "ENCRYPTION_KEY_MISMATCH"
    kind = Kind.NEEDS_PERSON
    group = Group.CLOUD
    recovery = Recovery(
        actor="account_owner",
        action="redeploy_worker",
        retry="after_fix",
        text="Deploy the Worker again, which hands it the present key; then sync.",
        call="POST /api/v1/cloudflare/worker/deploy",
    )


class WorkerDeployFailed(DomainError):
    """Cloudflare did not take the Worker, or the Worker did not come up healthy."""

    code = "WORKER_DEPLOY_FAILED"
    kind = Kind.UPSTREAM_FAILED
    group = Group.CLOUD
    recovery = Recovery(
        actor="account_owner",
        action="retry",
        retry="safe",
        text="Deploy again; if it fails once more, see which row of the diagnostics is red and check the "
        "token's permissions.",
        call="POST /api/v1/cloudflare/worker/deploy",
    )


class CloudflareError(DomainError):
    """Cloudflare refused a call for a reason of its own."""

    code = "CLOUDFLARE_ERROR"
    kind = Kind.UPSTREAM_FAILED
    group = Group.CLOUD
    recovery = Recovery(
        actor="account_owner",
        action="wait",
        retry="after_delay",
        text="Look at www.cloudflarestatus.com and at the diagnostics, then try again.",
        call="GET /api/v1/cloudflare/diagnostics",
    )
