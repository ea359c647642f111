"""The way through Meta's consent pages: where to send a person, and a token for the code they bring back."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from adapters.graph_api.answers import Body, id_of, text
from adapters.graph_api.apps import MetaApp
from adapters.graph_api.client import Graph
from adapters.graph_api.stages import Stage
from adapters.graph_api.tokens import fresh_token
from application.accounts.ports import Consent, FreshToken
from application.clock import Clock
from domain import errors
from domain.account import LoginMethod
from domain.upstream import Refused, Upstream, Verdict

INSTAGRAM, FACEBOOK = LoginMethod.INSTAGRAM, LoginMethod.FACEBOOK
SCOPES = {
    INSTAGRAM: (
        "instagram_business_basic",
        "instagram_business_content_publish",
        "instagram_business_manage_comments",
    ),
    FACEBOOK: (
        "instagram_basic",
        "instagram_content_publish",
        "instagram_manage_comments",
        "instagram_manage_contents",
        "pages_show_list",
        "pages_read_engagement",
        "pages_manage_posts",
        "business_management",
    ),
}


class GraphConsent(Consent):
    """Knows the dialogs of both logins and exchanges their codes for tokens of about sixty days."""

    def __init__(self, graph: Graph, clock: Clock, apps: Mapping[LoginMethod, MetaApp]) -> None:
        self._graph = graph
        self._clock = clock
        self._apps = apps

    def address(self, login_method: LoginMethod, redirect_uri: str, state: str) -> str:
        """Where to send the person. No app for this login: NOT_CONFIGURED."""
        hosts = self._graph.hosts
        dialog = (
            f"{hosts.instagram_consent}/oauth/authorize"
            if login_method is INSTAGRAM
            else f"{hosts.facebook_consent}/{hosts.version}/dialog/oauth"
        )
        query = {
            "client_id": self._app(login_method).id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": ",".join(SCOPES[login_method]),
            "state": state,
        }
        return f"{dialog}?{urlencode(query)}"

    def exchange(self, login_method: LoginMethod, code: str, redirect_uri: str) -> FreshToken:
        """A long-lived token for a code, which is good once and for an hour. Raises Refused."""
        app = self._app(login_method)
        said = {
            "client_id": app.id,
            "client_secret": app.secret,
            "redirect_uri": redirect_uri,
            "code": code.removesuffix("#_"),
        }
        if login_method is INSTAGRAM:
            return fresh_token(self._instagram_token(app, said), self._clock.now())
        short = self._graph.unversioned("POST", self._facebook_address(), None, said)
        renewal = {
            "grant_type": "fb_exchange_token",
            "client_id": app.id,
            "client_secret": app.secret,
            "fb_exchange_token": id_of(short, Stage.CREATE, "access_token"),
        }
        body = self._graph.unversioned("POST", self._facebook_address(), None, renewal)
        return fresh_token(body, self._clock.now())

    def refusal(self, query: Mapping[str, str]) -> Refused | None:
        return refusal(query)

    def _instagram_token(self, app: MetaApp, said: dict[str, str]) -> Body:
        hosts = self._graph.hosts
        grant = {**said, "grant_type": "authorization_code"}
        body = self._graph.unversioned("POST", f"{hosts.exchange}/oauth/access_token", None, grant)
        # Documented inside a list, met in the field without one.
        rows = body.get("data")
        flat = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else body
        short = id_of(flat, Stage.CREATE, "access_token")
        renewal = {"grant_type": "ig_exchange_token", "client_secret": app.secret}
        return self._graph.unversioned("GET", f"{hosts.instagram}/access_token", short, renewal)

    def _facebook_address(self) -> str:
        return f"{self._graph.hosts.facebook}/{self._graph.hosts.version}/oauth/access_token"

    def _app(self, login_method: LoginMethod) -> MetaApp:
        try:
            return self._apps[login_method]
        except KeyError:
            raise errors.NotConfigured(_NO_APP) from None


_NO_APP = "This server knows no Meta app for this login."


def refusal(query: Mapping[str, str]) -> Refused | None:
    """What the person or Meta said no to, when a dialog comes back without a code."""
    if "error" not in query:
        return None
    upstream = Upstream(
        title=text(query.get("error_reason")) or text(query.get("error")),
        message=text(query.get("error_description")),
    )
    denied = query["error"] == "access_denied"
    return Refused(
        Verdict(
            errors.PermissionMissing.code if denied else errors.AuthFailed.code,
            sentence="The account was not connected, because its owner did not agree." if denied else None,
            upstream=upstream,
        )
    )
