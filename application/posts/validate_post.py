"""Preflight: everything that can be known to stand in a post's way, without storing or sending anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from application.access import Caller
from application.posts.checks import Checks, Intention
from application.posts.quota import Ledger, LiveLimit
from application.views.accounts import AccountList
from application.views.media import MediaShelf, facts_of
from domain import caption, errors
from domain.account import AccountStatus
from domain.content import Content
from domain.errors import DomainError
from domain.media import Kind, Severity
from domain.media_types import rules
from domain.repairs import plan_of

CANNOT_FORESEE = (
    errors.AccountRestricted,
    errors.ContainerExpired,
    errors.InstagramQuotaReached,
    errors.InstagramThrottled,
    errors.MediaFetchFailed,
    errors.OutcomeUnknown,
    errors.PermissionMissing,
    errors.PostMissed,
    errors.TokenExpired,
    errors.UnknownError,
)


@dataclass(frozen=True)
class Finding:
    """One thing that stands in the way (ERROR) or is worth knowing (WARNING)."""

    code: str
    severity: Severity
    field: str | None
    message: str
    fix: str | None = None


@dataclass(frozen=True)
class Preflight:
    """What was found, and the codes that only trying can tell."""

    ok: bool
    findings: tuple[Finding, ...]
    cannot_foresee: tuple[str, ...]


@dataclass(frozen=True)
class ValidatePost:
    """Runs the same checks as creating and publishing, and reports all of them."""

    checks: Checks
    accounts: AccountList
    media: MediaShelf
    live_limit: LiveLimit
    ledger: Ledger

    def __call__(
        self, caller: Caller, account_id: UUID, content: Content, due: datetime | None, *, at: datetime
    ) -> Preflight:
        wanted = Intention(account_id, content, due, go=True, now=due is None)
        findings = [found for fault in self.checks.faults(caller, wanted, at) for found in _told(fault)]
        findings += self._advice(caller, account_id, content, due or at, at)
        return Preflight(
            ok=not any(found.severity is Severity.ERROR for found in findings),
            findings=tuple(findings),
            cannot_foresee=tuple(kind.code for kind in CANNOT_FORESEE),
        )

    def _advice(
        self, caller: Caller, account_id: UUID, content: Content, due: datetime, at: datetime
    ) -> list[Finding]:
        told = list(self._hints(caller, content))
        if caption.hashtags(content.caption) > caption.HASHTAG_ADVICE:
            told.append(
                _warn("VALIDATION_ERROR", "/caption", "More than five hashtags are said to be ignored.")
            )
        if caption.mentions(content.caption) > caption.MENTION_ADVICE:
            told.append(
                _warn("VALIDATION_ERROR", "/caption", "More than three mentions are said to hurt reach.")
            )
        account = self.accounts.get(account_id)
        if account is None or account.user_id != caller.user_id:
            return told
        expires = account.token_expires_at
        if account.status is AccountStatus.BLOCKED and account.blocked_by:
            if due > at:
                told.append(_warn(account.blocked_by, "/accountId", _IN_TIME))
        elif expires is not None and expires <= due and due > at:
            told.append(
                _warn(errors.TokenExpired.code, "/accountId", "The account's token ends before the due time.")
            )
        limit = self.live_limit.lately(account_id)
        place = self.ledger.place_at(account_id, due, limit.total) if limit else due
        if place > due:
            message = f"Instagram's limit is reached by then; it will go out at {place:%Y-%m-%dT%H:%M:%SZ}."
            told.append(_warn(errors.InstagramQuotaReached.code, "/scheduledFor", message))
        return told

    def _hints(self, caller: Caller, content: Content) -> Iterator[Finding]:
        """What was found out about the files and is no reason to refuse."""
        use = rules(content.media_type).use
        files = self.media.of(caller.user_id, content.files())
        facts = facts_of(files)
        for index, media_id in enumerate(content.media_ids):
            field = f"/mediaFileIds/{index}"
            file = files.get(media_id)
            if file and file.facts and file.facts.kind is Kind.IMAGE:
                plan = plan_of(content, index, facts, file.size_bytes, self.checks.fit)
                for repair in plan.repairs:
                    yield Finding(
                        errors.MediaInvalid.code, repair.severity, field, repair.message, repair.fix
                    )
                continue
            for issue in file.issues if file else ():
                if issue.severity is not Severity.ERROR and (not issue.uses or use in issue.uses):
                    yield Finding(errors.MediaInvalid.code, issue.severity, field, issue.message)


def _told(fault: DomainError) -> Iterator[Finding]:
    """A refusal as findings: one for each field it names."""
    fix = fault.advice().text
    for detail in fault.details:
        yield Finding(fault.code, Severity.ERROR, detail.field, detail.message, fix)
    if not fault.details:
        field = _FIELDS.get(fault.code)
        if isinstance(fault, errors.NotFound):
            field = "/accountId" if fault.context.get("what") == "account" else "/mediaFileIds"
        yield Finding(fault.code, Severity.ERROR, field, fault.sentence, fix)


_IN_TIME = "The account must be reconnected in time."
_FIELDS = {
    "INSUFFICIENT_SCOPE": "/accountId",
    "TOKEN_EXPIRED": "/accountId",
    "PERMISSION_MISSING": "/accountId",
    "ACCOUNT_RESTRICTED": "/accountId",
    "INVALID_CAROUSEL": "/mediaFileIds",
    "INVALID_MEDIA_TYPE": "/mediaFileIds",
    "MEDIA_INVALID": "/mediaFileIds",
    "PROCESSING_FAILED": "/mediaFileIds",
    "VIDEO_PROCESSING_FAILED": "/mediaFileIds",
    "INVALID_TAGS": "/userTags",
    "INVALID_MENTIONS": "/storyMentions",
    "INVALID_COLLABORATORS": "/collaborators",
    "INVALID_CROSS_POST": "/crossPostToFacebook",
    "NOT_CONFIGURED": "/crossPostToFacebook",
    "INVALID_SCHEDULE": "/scheduledFor",
    "PRIVATE_API_REQUIRED": "/storyMentions",
    "CLOUDFLARE_NOT_CONFIGURED": "/publishVia",
    "R2_NOT_CONFIGURED": "/publishVia",
    "DUPLICATE_POST": "/caption",
}


def _warn(code: str, field: str, message: str) -> Finding:
    return Finding(code, Severity.WARNING, field, message)
