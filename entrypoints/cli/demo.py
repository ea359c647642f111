"""`pressroom demo`: publish a picture in a sandbox, through the same API and the same code as any client."""

from __future__ import annotations

import io
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from PIL import Image, ImageDraw, ImageFont
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from application.posts.timeline import clock
from domain.aggregate import Cause
from domain.errors import DomainError
from entrypoints.bootstrap import open_service
from entrypoints.children import DidNotStart
from entrypoints.cli.ensemble import STUDIO, SUPERVISOR, Ensemble
from entrypoints.cli.folder import command
from entrypoints.cli.output import err, refuse, refused, say
from entrypoints.installation import Installation, WrongFolder
from entrypoints.settings import Settings

AHEAD = 6
PATIENCE = 60


class Stopped(Exception):
    """The demo cannot go on; the message says why."""


def demo(
    file: Annotated[
        Path | None,
        typer.Argument(help="A picture to publish; without one, one is made.", exists=True, dir_okay=False),
    ] = None,
    caption: Annotated[str, typer.Option(help="What to write below it.")] = "Hello from Pressroom 👋",
) -> None:
    """Publish a picture now and another in a few seconds, in a sandbox: no Instagram account needed."""
    settings = _with_free_ports(Settings())
    folder = settings.folder(sandbox=True)
    try:
        installation = Installation.open(folder, sandbox=True)
    except WrongFolder as wrong:
        raise refuse(str(wrong)) from None
    ensemble = Ensemble(settings, installation)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    try:
        with Progress(*columns, console=err, disable=not err.is_terminal) as progress:
            _run(ensemble, progress, file, caption)
    except (DidNotStart, Stopped, httpx.HTTPError) as failed:
        raise refuse(f"The demo stopped: {failed}") from None
    except DomainError as refusal:
        raise refused(refusal) from None
    finally:
        ensemble.stop()
    _say_what_next(settings, installation)


def _with_free_ports(settings: Settings) -> Settings:
    """The usual ports where nobody listens on them, so that links stay good when `serve` runs later."""
    ports = {}
    for name in ("port", "sandbox_port"):
        wanted = getattr(settings, name)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.host, wanted))
            except OSError:
                wanted = 0
        ports[name] = wanted
    return settings.model_copy(update=ports)


def _run(ensemble: Ensemble, progress: Progress, file: Path | None, caption: str) -> None:
    def step(words: str) -> TaskID:
        if not err.is_terminal:
            say(f"… {words}")
        return progress.add_task(words, total=1)

    task = step("Starting server, worker and a simulated Instagram")
    ensemble.start()
    progress.update(task, completed=1)
    key = _make_key(ensemble)
    with httpx.Client(
        base_url=f"{ensemble.server}/api/v1", headers={"Authorization": f"Bearer {key}"}, timeout=PATIENCE
    ) as api:
        account = _ok(api.get("/auth/me"))["accounts"][0]
        task = step("Uploading the picture")
        first = _upload(api, file, 0)
        progress.update(task, completed=1)
        # A demo may be run again with the same picture; a second post of it is meant.
        draft = {"accountId": account["id"], "mediaType": "IMAGE", "allowDuplicate": True}
        task = step(f"Publishing it as @{account['username']}")
        post = _ok(
            api.post(
                "/posts/publish",
                params={"wait": 30},
                json=draft | {"caption": caption, "mediaFileIds": [first["id"]]},
            )
        )
        post = _until_settled(api, post)
        progress.update(task, completed=1)
        due = datetime.now(UTC) + timedelta(seconds=AHEAD)
        second = _upload(api, None, 1)
        planned = _ok(
            api.post(
                "/schedule",
                json=draft
                | {
                    "caption": "And this one was scheduled.",
                    "mediaFileIds": [second["id"]],
                    "scheduledFor": due.isoformat(),
                },
            )
        )
        task = step(f"Waiting for a second one, scheduled for {clock(due)}")
        planned = _until_settled(api, planned)
        progress.update(task, completed=1)
        progress.stop()
        for title, made in (("Published at once", post), ("Published on schedule", planned)):
            _tell(api, title, made)


def _make_key(ensemble: Ensemble) -> str:
    service = open_service(ensemble.settings, ensemble.installation)
    try:
        by = Cause(at=service.now(), actor=SUPERVISOR)
        studio = service.ensure_user(STUDIO, operator=True, by=by)
        made = service.create_key(user_id=studio.id, name="demo", by=by)
        assert made.key is not None
        return made.key
    finally:
        service.close()


def _upload(api: httpx.Client, file: Path | None, number: int) -> dict[str, Any]:
    content = file.read_bytes() if file else make_picture(number)
    return _ok(api.post("/media", files={"file": (file.name if file else "demo.jpg", content)}))


def _until_settled(api: httpx.Client, post: dict[str, Any]) -> dict[str, Any]:
    """Wait until it is live and its permalink is known."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        post = _ok(api.get(f"/posts/{post['id']}"))
        if post["status"] in ("FAILED", "MISSED", "CANCELLED"):
            raise Stopped(post["failure"]["error"] if post["failure"] else post["status"])
        if post["status"] == "PUBLISHED" and post["instagram"] and post["instagram"]["permalink"]:
            return post
        time.sleep(0.5)
    raise Stopped(f"the post is still {post['status']} after {PATIENCE} s")


def _tell(api: httpx.Client, title: str, post: dict[str, Any]) -> None:
    typer.echo(f"\n{title}: {post['instagram']['permalink']}")
    for item in _ok(api.get(f"/posts/{post['id']}/timeline"))["items"]:
        moment = datetime.fromisoformat(item["time"])
        typer.echo(f"  {item['position']:>4}  {moment:%H:%M:%S}Z  {item['text']}")


def _say_what_next(settings: Settings, installation: Installation) -> None:
    hints = {
        "serve --sandbox": "the API, its documentation, and the simulated feed with both pictures",
        "events list": "every fact of what just happened",
        "replay verify": "the log retold, compared with what the server shows",
    }
    typed = {command(settings, words): purpose for words, purpose in hints.items()}
    width = max(map(len, typed))
    typer.echo("\nInstagram was simulated: nothing left this machine, and the links lead to the simulation.")
    typer.echo(f"Everything is kept in {installation.folder}. Where to look next:")
    for line, purpose in typed.items():
        typer.echo(f"  {line:<{width}}   {purpose}")


def _ok(answer: httpx.Response) -> dict[str, Any]:
    told: dict[str, Any] = answer.json()
    if answer.is_error:
        raise Stopped(f"{told.get('code')}: {told.get('error')}")
    return told


def make_picture(number: int) -> bytes:
    """A portrait poster in one of two moods, dated, as JPEG."""
    palettes = (((18, 32, 74), (238, 118, 92)), ((14, 74, 68), (244, 196, 98)))
    top, bottom = palettes[number % 2]
    gradient = Image.linear_gradient("L").resize((1080, 1350))
    picture = Image.composite(
        Image.new("RGB", (1080, 1350), bottom), Image.new("RGB", (1080, 1350), top), gradient
    )
    drawing = ImageDraw.Draw(picture)
    for ring in range(6):
        radius = 120 + 90 * ring
        box = (540 - radius, 900 - radius, 540 + radius, 900 + radius)
        drawing.arc(box, 180, 360, fill=(255, 255, 255), width=3)
    drawing.text((90, 120), "Pressroom", font=ImageFont.load_default(120), fill="white")
    words = f"{'published now' if number == 0 else 'published on schedule'}"
    drawing.multiline_text((94, 280), words, font=ImageFont.load_default(44), fill="white", spacing=18)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92)
    return out.getvalue()
