"""The HTTP face: Meta's hosts as path prefixes, and the control face beside them."""

from __future__ import annotations

from typing import Any, NoReturn

import falcon

from entrypoints.sandbox import control, identities
from entrypoints.sandbox.drops import ConnectionDropped, HangUp
from entrypoints.sandbox.errors import ControlError
from entrypoints.sandbox.graph import Graph
from entrypoints.sandbox.world import World


def create_app(world: World) -> HangUp:
    """A WSGI application over a world; a fresh world gets its seed."""
    identities.seed(world)
    app = falcon.App()
    app.req_options.strip_url_path_trailing_slash = True
    for host in ("graph.instagram.com", "graph.facebook.com"):
        app.add_sink(Graph(world, host), prefix=f"/{host}")
    for path, resource in {
        "faults": control.Faults,
        "published": control.Published,
        "calls": control.Calls,
        "clock": control.Clock,
        "accounts": control.Accounts,
        "accounts/{username}": control.OneAccount,
        "human-post": control.HumanPosts,
        "settings": control.SettingsFace,
        "reset": control.Reset,
        "files/{name}": control.Files,
    }.items():
        app.add_route(f"/_sandbox/{path}", resource(world))
    app.add_error_handler(ControlError, _refuse)
    app.add_error_handler(ConnectionDropped, _let_pass)
    return HangUp(app)


def _refuse(req: falcon.Request, resp: falcon.Response, error: ControlError, params: dict[str, Any]) -> None:
    resp.status = falcon.HTTP_400
    resp.media = {"error": str(error)}


def _let_pass(
    req: falcon.Request, resp: falcon.Response, error: ConnectionDropped, params: dict[str, Any]
) -> NoReturn:
    raise error
