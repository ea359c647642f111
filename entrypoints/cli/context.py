"""What most commands need: the settings, the data folder, and the service behind it."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from application.access import SCOPES, Caller
from application.service import Service
from domain import errors
from domain.aggregate import Cause
from domain.errors import DomainError
from entrypoints.bootstrap import migrate, open_service
from entrypoints.cli.output import refuse, refused
from entrypoints.installation import Installation, WrongFolder
from entrypoints.settings import Settings

ACTOR = "operator:cli"


def find_installation(settings: Settings) -> Installation:
    """The data folder that is set, else the one of the two default folders that is in use."""
    if settings.data_dir is not None:
        return Installation.open(settings.folder(sandbox=False))
    found = [
        settings.folder(sandbox=sandbox)
        for sandbox in (False, True)
        if (settings.folder(sandbox=sandbox) / "installation.json").exists()
    ]
    if len(found) == 2:
        raise WrongFolder(
            f"There are two data folders, {found[0]} and {found[1]}; say which by PRESSROOM_DATA_DIR."
        )
    return Installation.open(found[0] if found else settings.folder(sandbox=False))


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


def command(settings: Settings, words: str) -> str:
    """A command line of ours that can be typed where this one was, and finds the same data folder."""
    given = Path(sys.argv[0])
    found = shutil.which("pressroom")
    program = "pressroom" if found and Path(found).resolve() == given.resolve() else shlex.quote(sys.argv[0])
    folder = f"PRESSROOM_DATA_DIR={shlex.quote(str(settings.data_dir))} " if settings.data_dir else ""
    return f"{folder}{program} {words}"


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
