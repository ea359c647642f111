"""`pressroom`: the command line of Pressroom."""

from __future__ import annotations

import typer

from entrypoints.cli import accounts, catalogue, demo, doctor, events, keys, posts, replay, serve
from entrypoints.logs import configure
from entrypoints.settings import Settings

app = typer.Typer(
    name="pressroom",
    help="Publish to Instagram from your own machine, and prove what was done.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
app.command()(demo.demo)
app.command()(serve.serve)
app.command()(serve.worker)
app.command()(serve.sandbox)
app.add_typer(keys.app, name="keys")
app.add_typer(accounts.app, name="accounts")
app.add_typer(posts.app, name="posts")
app.add_typer(events.app, name="events")
app.add_typer(replay.app, name="replay")
app.command()(catalogue.catalogue)
app.command()(doctor.doctor)


def main() -> None:
    """Run the command that was typed."""
    configure(Settings().log_level)
    app()


if __name__ == "__main__":
    main()
