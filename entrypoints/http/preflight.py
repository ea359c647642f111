"""What would stand in the way of a post, before it is one."""

from __future__ import annotations

from pydantic import Field

from application.service import Service
from domain import errors
from domain.media import Severity
from entrypoints.http.errors import not_set
from entrypoints.http.models import Shown
from entrypoints.http.operation import Call, operation
from entrypoints.http.post_body import NewPost


class Finding(Shown):
    """One thing in the way (ERROR) or worth knowing; `field` points into the body, `fix` says what to do."""

    code: str
    severity: Severity
    field: str | None
    message: str
    fix: str | None = Field(None, exclude_if=not_set)


class Validation(Shown):
    """All that was found, and the codes that only trying can tell."""

    ok: bool
    findings: list[Finding]
    cannot_foresee: list[str]


class Preflight:
    """Runs every check on a post and stores nothing."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @operation(
        id="validatePost",
        summary="All that would stand in the way of a post; nothing is stored",
        body=NewPost,
        answers={200: Validation},
        errors=(errors.InvalidCarousel,),
        scope="posts:read",
    )
    def on_post(self, call: Call, body: NewPost) -> Validation:
        schedule = body.schedule()
        return Validation.model_validate(
            self._service.validate_post(
                call.caller,
                body.account_id,
                body.content(),
                schedule.at if schedule else None,
                at=self._service.now(),
            )
        )
