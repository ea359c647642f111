"""`pressroom keys`: API keys without a browser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer

from entrypoints.cli.context import cause, opened, owner
from entrypoints.cli.output import Format, Output, err, show, show_one

app = typer.Typer(help="Make, list and revoke API keys.", no_args_is_help=True)

User = Annotated[str | None, typer.Option("--user", help="E-mail of the owner, where there are several.")]


@app.command()
def create(
    name: Annotated[str, typer.Option(help="What the key is for.")],
    scope: Annotated[list[str] | None, typer.Option(help="Give only these scopes; may be repeated.")] = None,
    account: Annotated[list[UUID] | None, typer.Option(help="Only for these accounts.")] = None,
    expires: Annotated[datetime | None, typer.Option(help="When it ends, in UTC.")] = None,
    user: User = None,
    output: Output = Format.TEXT,
) -> None:
    """Make a key. Its secret is printed once and kept nowhere."""
    with opened() as service:
        made = service.create_key(
            user_id=owner(service, user).user_id,
            name=name,
            scopes=tuple(scope) if scope else None,
            account_ids=tuple(account) if account else None,
            expires_at=expires.replace(tzinfo=UTC) if expires else None,
            by=cause(service),
        )
        show_one(made, output, [made.key or ""])
        if output is Format.TEXT:
            err.print("Keep it: it is not shown again. Send it as `Authorization: Bearer …`.")


@app.command("list")
def list_keys(user: User = None, output: Output = Format.TEXT) -> None:
    """The keys that work, without their secrets."""
    with opened() as service:
        rows = [
            {name: value for name, value in vars(row).items() if name != "secret_hash"}
            for row in service.list_keys(owner(service, user).user_id)
        ]
        show(
            rows,
            output,
            columns=("id", "name", "begins with", "made", "expires"),
            cells=lambda row: [row["id"], row["name"], row["prefix"], row["created_at"], row["expires_at"]],
        )


@app.command()
def revoke(key_id: UUID, user: User = None) -> None:
    """End a key at once."""
    with opened() as service:
        service.revoke_key(user_id=owner(service, user).user_id, key_id=key_id, by=cause(service))
        err.print("Revoked.")
