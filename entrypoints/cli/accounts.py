"""`pressroom accounts`: connected Instagram accounts."""

from __future__ import annotations

from typing import Annotated

import typer

from domain.account import LoginMethod
from entrypoints.cli.context import cause, opened, owner
from entrypoints.cli.output import Format, Output, show

app = typer.Typer(help="List and connect Instagram accounts.", no_args_is_help=True)

User = Annotated[str | None, typer.Option("--user", help="E-mail of the owner, where there are several.")]
COLUMNS = ("id", "username", "login", "status", "token expires")


@app.command("list")
def list_accounts(output: Output = Format.TEXT) -> None:
    """Every connected account, whoever owns it."""
    with opened() as service:
        _show(service.accounts.all(), output)


@app.command()
def connect(
    login: Annotated[LoginMethod, typer.Option(help="Which of Meta's logins gave the token.")],
    token: Annotated[
        str, typer.Option(help="The access token.", prompt=True, hide_input=True, envvar="PRESSROOM_TOKEN")
    ],
    user: User = None,
    output: Output = Format.TEXT,
) -> None:
    """Connect every professional account a token reaches."""
    with opened() as service:
        rows = service.connect_account(
            user_id=owner(service, user).user_id, token=token, login_method=login, by=cause(service)
        )
        _show(rows, output)


def _show(rows: list, output: Format) -> None:  # type: ignore[type-arg]
    show(
        rows,
        output,
        columns=COLUMNS,
        cells=lambda row: [
            row.id,
            row.profile.username,
            row.profile.login_method,
            row.blocked_by or row.status,
            row.token_expires_at,
        ],
    )
