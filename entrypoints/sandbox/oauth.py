"""The consent pages of both logins, and the exchange of an Instagram code for a token."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import falcon

from entrypoints.sandbox import pages_html
from entrypoints.sandbox.call import Body, Call, Route
from entrypoints.sandbox.dispatch import answer, as_bytes
from entrypoints.sandbox.envelopes import INSTAGRAM_LOGIN
from entrypoints.sandbox.errors import GraphError
from entrypoints.sandbox.parameters import Parameters, read_parameters
from entrypoints.sandbox.records import OAuthCode
from entrypoints.sandbox.tokens import FACEBOOK_SCOPES, INSTAGRAM_SCOPES, SHORT_LIFE, issue
from entrypoints.sandbox.world import World

_REFUSAL = {
    "INSTAGRAM": "The user denied your request",
    "FACEBOOK": "Permissions error",
}
_KNOWN_SCOPES = {
    "INSTAGRAM": set(INSTAGRAM_SCOPES),
    "FACEBOOK": {
        *FACEBOOK_SCOPES,
        "email",
        "ads_management",
        "ads_read",
        "catalog_management",
        "instagram_manage_engagement",
        "instagram_manage_messages",
        "instagram_shopping_tag_products",
        "pages_manage_engagement",
        "pages_manage_metadata",
        "pages_read_user_content",
    },
}
_FRAGMENT = {"INSTAGRAM": "#_", "FACEBOOK": "#_=_"}


class ConsentPage:
    """Where a person allows an app to act for some accounts, or refuses.

    Machines may answer for the person: `sandbox_decision=allow|deny` and `sandbox_account=USERNAME` in the
    address skip the page.
    """

    def __init__(self, world: World, login_method: str) -> None:
        self._world = world
        self._login = login_method

    def on_get(self, req: falcon.Request, resp: falcon.Response, version: str = "") -> None:
        parameters = read_parameters(req)
        fault = self._fault(parameters)
        if fault:
            resp.status, resp.content_type = falcon.HTTP_400, falcon.MEDIA_HTML
            resp.text = pages_html.render("refused.html", sentence=fault)
        elif decision := parameters.text("sandbox_decision"):
            chosen = parameters.listing("sandbox_account") or self._candidates()[:1]
            self._decide(resp, parameters, decision, [str(name) for name in chosen], self._scopes(parameters))
        else:
            resp.content_type = falcon.MEDIA_HTML
            resp.text = pages_html.render(
                "consent.html",
                login=self._login.title(),
                accounts=self._candidates(),
                scopes=self._scopes(parameters),
                hidden=parameters,
            )

    def on_post(self, req: falcon.Request, resp: falcon.Response, version: str = "") -> None:
        form = req.get_media()
        parameters = Parameters({name: one_of(value) for name, value in form.items()})
        fault = self._fault(parameters)
        if fault:
            raise falcon.HTTPBadRequest(title=fault)
        asked = set(self._scopes(parameters))
        granted = [scope for scope in all_of(form.get("granted")) if scope in asked]
        self._decide(resp, parameters, parameters.text("decision"), all_of(form.get("account")), granted)

    def _fault(self, parameters: Parameters) -> str:
        """Why the dialog cannot be shown; nothing may be redirected to an address that is not registered."""
        app = self._world.settings.apps[self._login]
        redirect = parameters.text("redirect_uri")
        if parameters.text("client_id") != app["appId"]:
            return "Invalid platform app: the client_id is not known."
        if not redirect or (app["redirectUris"] and redirect not in app["redirectUris"]):
            return "Invalid redirect_uri: it must be identical to a registered one."
        if parameters.text("response_type") not in ("code", ""):
            return "Invalid response_type."
        unknown = set(self._scopes(parameters)) - _KNOWN_SCOPES[self._login]
        return f"Invalid scopes: {', '.join(sorted(unknown))}." if unknown else ""

    def _scopes(self, parameters: Parameters) -> list[str]:
        text = parameters.text("scope").replace(",", " ").split()
        every = INSTAGRAM_SCOPES if self._login == "INSTAGRAM" else FACEBOOK_SCOPES
        return text or (list(every) if parameters.text("config_id") else list(every[:1]))

    def _candidates(self) -> list[str]:
        with self._world.lock:
            return [a.username for a in self._world.accounts.values() if a.login_method == self._login]

    def _decide(
        self,
        resp: falcon.Response,
        parameters: Parameters,
        decision: str,
        accounts: list[str],
        scopes: list[str],
    ) -> None:
        state = {"state": parameters.text("state")} if "state" in parameters else {}
        known = [name for name in accounts if name in self._candidates()]
        if decision == "allow" and known:
            query = {"code": self._code(parameters, known, scopes), **state}
            fragment = _FRAGMENT[self._login]
        else:
            query = {
                "error": "access_denied",
                "error_reason": "user_denied",
                "error_description": _REFUSAL[self._login],
                **state,
            }
            fragment = ""
        redirect = parameters.text("redirect_uri")
        joint = "&" if "?" in redirect else "?"
        raise falcon.HTTPFound(f"{redirect}{joint}{urlencode(query)}{fragment}")

    def _code(self, parameters: Parameters, accounts: list[str], scopes: list[str]) -> str:
        world = self._world
        with world.change():
            code = OAuthCode(
                value="AQB" + world.chance.text(80),
                login_method=self._login,
                client_id=parameters.text("client_id"),
                redirect_uri=parameters.text("redirect_uri"),
                accounts=accounts[:1] if self._login == "INSTAGRAM" else accounts,
                scopes=scopes,
                issued_at=world.clock.now(),
            )
            world.keep(code)
        return code.value


class InstagramExchange:
    """`POST api.instagram.com/oauth/access_token`: a code becomes a token of one hour."""

    def __init__(self, world: World) -> None:
        self._world = world

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        call = Call(self._world, INSTAGRAM_LOGIN, "POST", req.path, "", read_parameters(req), "", False)
        code = self._world.codes.get(call.parameters.text("code"))
        if code is not None:
            call.account = self._world.accounts.get(code.accounts[0])
        result = answer(call, Route("oauth_token", _exchange, public=True, effect=True))
        resp.status, resp.data = result.status, as_bytes(result.body)
        resp.content_type = "text/html" if isinstance(result.body, str) else "application/json"


def _exchange(call: Call) -> Body:
    world, parameters = call.world, call.parameters
    app = world.settings.apps["INSTAGRAM"]
    if (parameters.text("client_id"), parameters.text("client_secret")) != (app["appId"], app["appSecret"]):
        raise GraphError(101, message="Error validating client secret.")
    if parameters.text("grant_type") != "authorization_code":
        raise GraphError(100, message="Invalid grant_type")
    code = world.codes.get(parameters.text("code").removesuffix("#_"))
    if code is None or code.login_method != "INSTAGRAM" or code.used:
        raise GraphError(100, message="This authorization code was not found or was already used")
    if code.redirect_uri != parameters.text("redirect_uri"):
        raise GraphError(
            100, message="Error validating verification code. The redirect_uri must be identical."
        )
    if world.clock.now() - code.issued_at > SHORT_LIFE:
        raise GraphError(100, message="This authorization code has expired")
    code.used = True
    world.keep(code)
    token = issue(world, "INSTAGRAM", code.accounts, code.scopes, short=True)
    flat = {"access_token": token.value, "user_id": world.accounts[code.accounts[0]].ig_id}
    if world.settings.oauth_shape == "flat":
        return {**flat, "permissions": code.scopes}
    return {"data": [{**flat, "permissions": ",".join(code.scopes)}]}


def one_of(value: Any) -> str:
    return str(value[0] if isinstance(value, list) else value)


def all_of(value: Any) -> list[str]:
    return [] if value is None else [str(each) for each in value] if isinstance(value, list) else [str(value)]
