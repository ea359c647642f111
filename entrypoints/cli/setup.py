"""`pressroom setup`: the first user and the Meta app, without a browser."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from domain.account import LoginMethod
from entrypoints.cli.context import cause, opened
from entrypoints.cli.output import err


def setup(
    email: Annotated[str, typer.Option(help="E-mail address of the first user.")],
    login_method: Annotated[LoginMethod | None, typer.Option(help="Which login the Meta app is for.")] = None,
    app_id: Annotated[str | None, typer.Option(help="The Meta app's id.")] = None,
) -> None:
    """Make the first user, keep the Meta app if one is named, and close the set-up.

    The password, and then the app's secret, are asked for, or read from stdin a line each: the list of
    processes shows what stands on a command line.
    """
    password = secret("Password")
    app_secret = secret("App secret") if app_id else ""
    with opened() as service:
        by = cause(service)
        service.set_up.admin(email=email, password=password, by=by)
        if app_id:
            service.set_up.meta_app(
                login_method=login_method or LoginMethod.INSTAGRAM,
                app_id=app_id,
                app_secret=app_secret,
                by=by,
            )
        service.set_up.complete(by=by)
        err.print("Set up, and closed. Make a key with `pressroom keys create --name NAME`.")


def secret(name: str) -> str:
    """A secret from the keyboard, not shown, or from a pipe."""
    if sys.stdin.isatty():
        return str(typer.prompt(name, hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\n")
