"""`pressroom posts`: what became of posts, and a person's word where Instagram's is missing."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from application.access import SCOPES, Caller
from application.posts.timeline import Happening, clock
from application.service import Service
from application.views.posts import PostRow
from domain import errors
from domain.post import Status
from entrypoints.cli.context import cause, opened
from entrypoints.cli.output import Format, Output, cell, show, show_one

app = typer.Typer(help="List, show and resolve posts.", no_args_is_help=True)


@app.command("list")
def list_posts(
    status: Annotated[Status | None, typer.Option(help="Only these.", case_sensitive=False)] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    output: Output = Format.TEXT,
) -> None:
    """Posts of every user, newest first."""
    with opened() as service:
        rows = [
            row
            for user in service.people.users()
            for row in service.posts.page(user.id, status=status, limit=limit)
        ]
        rows.sort(key=lambda row: row.created_at, reverse=True)
        show(
            rows[:limit],
            output,
            columns=("id", "type", "status", "due", "caption"),
            cells=lambda row: [
                row.id,
                row.media_type,
                row.status,
                row.scheduled_for,
                row.content.caption[:40].replace("\n", " "),
            ],
        )


@app.command("show")
def show_post(post_id: UUID, output: Output = Format.TEXT) -> None:
    """One post: where it stands and why."""
    with opened() as service:
        row = _find(service, post_id)
        show_one(row, output, _sentences(row))


@app.command()
def timeline(post_id: UUID, output: Output = Format.TEXT) -> None:
    """Everything that happened to a post, in words."""
    with opened() as service:
        row = _find(service, post_id)
        happenings = service.timeline(_owner_of(row, service), post_id)
        if output is Format.TEXT:
            for line in map(in_words, happenings):
                typer.echo(line)
        else:
            show(happenings, output, columns=(), cells=lambda _: ())


@app.command()
def resolve(
    post_id: UUID,
    published: Annotated[bool, typer.Option("--published/--not-published", help="What you saw.")],
    media_id: Annotated[str | None, typer.Option(help="Instagram's id of it, if known.")] = None,
) -> None:
    """Settle a doubt: you looked at Instagram and say what became of the post."""
    with opened() as service:
        row = _find(service, post_id)
        settled = service.change_post.resolve(
            _owner_of(row, service), post_id, published=published, media_id=media_id, by=cause(service)
        )
        typer.echo(settled.status)


def in_words(happening: Happening) -> str:
    return f"{happening.position:>6}  {clock(happening.time)}  {happening.text}"


def _find(service: Service, post_id: UUID) -> PostRow:
    row = service.posts.get(post_id)
    if row is None:
        raise errors.NotFound(what="post")
    return row


def _owner_of(row: PostRow, service: Service) -> Caller:
    return Caller(row.user_id, "", None, frozenset(SCOPES), None, service.livemode)


def _sentences(row: PostRow) -> list[str]:
    told = [f"{row.media_type} {row.id}: {row.status}"]
    if row.scheduled_for:
        told.append(f"due       {cell(row.scheduled_for)}")
    if row.waiting:
        told.append(f"waiting   {row.waiting.reason}, until {cell(row.waiting.until)}")
    if row.failure:
        told.append(f"failure   {row.failure.code}: {row.failure.sentence}")
    if row.publication:
        told.append(f"live      {row.publication.permalink or row.publication.media_id or 'yes'}")
    return told
