"""What most commands need: the settings, the data folder, and the service behind it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from application.access import SCOPES, Caller
from application.service import Service
from domain import errors
from domain.aggregate import Cause
from domain.errors import DomainError
from entrypoints.bootstrap import migrate, open_service
from entrypoints.cli.folder import find_installation
from entrypoints.cli.output import refuse, refused
from entrypoints.installation import WrongFolder
from entrypoints.settings import Settings

ACTOR = "operator:cli"


@contextmanager
def opened() -> Iterator[Service]:
    """The service of the data folder; refusals of any kind end the command with exit code 1."""
    try:
        settings = Settings()
        installation = find_installation(settings)
        migrate(installation)
        service = open_service(settings, installation)
    except WrongFolder as wrong:
        raise refuse(str(wrong)) from None
    except DomainError as refusal:
        raise refused(refusal) from None
    try:
        yield service
    except DomainError as refusal:
        raise refused(refusal) from None
    finally:
        service.close()


def cause(service: Service) -> Cause:
    return Cause(at=service.now(), actor=ACTOR)


def owner(service: Service, email: str | None) -> Caller:
    """The user to act for: the one named, or the only one there is."""
    users = service.people.users()
    chosen = [user for user in users if email is None or user.email == email.lower()]
    if len(chosen) != 1:
        names = ", ".join(user.email for user in users) or "nobody"
        raise errors.NotFound(f"Say by --user for whom; there is {names}.")
    user = chosen[0]
    return Caller(user.id, user.email, None, frozenset(SCOPES), None, service.livemode)
