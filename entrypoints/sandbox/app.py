"""The HTTP face: Meta's hosts as path prefixes, and the control face beside them."""

from __future__ import annotations

from typing import Any, NoReturn

import falcon

from entrypoints.sandbox import callbacks, control, identities, oauth, pages_html
from entrypoints.sandbox.drops import ConnectionDropped, HangUp
from entrypoints.sandbox.errors import ControlError
from entrypoints.sandbox.graph import Graph
from entrypoints.sandbox.rupload import Rupload
from entrypoints.sandbox.world import World


def create_app(world: World) -> HangUp:
    """A WSGI application over a world; a fresh world gets its seed."""
    identities.seed(world)
    app = falcon.App()
    app.req_options.strip_url_path_trailing_slash = True
    for host in ("graph.instagram.com", "graph.facebook.com"):
        app.add_sink(Graph(world, host), prefix=f"/{host}")
    app.add_sink(Rupload(world), prefix="/rupload.facebook.com")
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
        "callbacks": callbacks.Callbacks,
        "files/{name}": control.Files,
    }.items():
        app.add_route(f"/_sandbox/{path}", resource(world))
    _add_pages(app, world)
    _add_login(app, world)
    app.add_error_handler(ControlError, _refuse)
    app.add_error_handler(ConnectionDropped, _let_pass)
    return HangUp(app)


def _add_pages(app: falcon.App[falcon.Request, falcon.Response], world: World) -> None:
    app.add_route("/", pages_html.FeedPage(world))
    app.add_route("/_sandbox", pages_html.FeedPage(world))
    app.add_route("/_sandbox/style.css", pages_html.Style())
    app.add_route("/_sandbox/avatars/{name}", pages_html.Avatar(world))
    for path in ("/p/{name}", "/reel/{name}", "/stories/{username}/{name}", "/page/{name}"):
        app.add_route(path, pages_html.PostPage(world))


def _add_login(app: falcon.App[falcon.Request, falcon.Response], world: World) -> None:
    app.add_route("/www.instagram.com/oauth/authorize", oauth.ConsentPage(world, "INSTAGRAM"))
    for path in ("/www.facebook.com/dialog/oauth", "/www.facebook.com/{version}/dialog/oauth"):
        app.add_route(path, oauth.ConsentPage(world, "FACEBOOK"))
    app.add_route("/api.instagram.com/oauth/access_token", oauth.InstagramExchange(world))


def _refuse(req: falcon.Request, resp: falcon.Response, error: ControlError, params: dict[str, Any]) -> None:
    resp.status = falcon.HTTP_400
    resp.media = {"error": str(error)}


def _let_pass(
    req: falcon.Request, resp: falcon.Response, error: ConnectionDropped, params: dict[str, Any]
) -> NoReturn:
    raise error
