"""Token exchange, refresh and inspection."""

from __future__ import annotations

from entrypoints.sandbox.call import Body, Call
from entrypoints.sandbox.clock import DAY
from entrypoints.sandbox.errors import GraphError
from entrypoints.sandbox.records import Token
from entrypoints.sandbox.tokens import LONG_LIFE, SHORT_LIFE, check_alive, issue, kill
from entrypoints.sandbox.world import World


def exchange_instagram(call: Call) -> Body:
    """`GET /access_token`: a short-lived Instagram token becomes a long-lived one."""
    _demand_grant(call, "ig_exchange_token")
    if call.parameters.text("client_secret") != _app(call.world, "INSTAGRAM")["appSecret"]:
        raise GraphError(101, message="Error validating client secret.")
    token = _token(call, call.secret, "INSTAGRAM")
    if not token.short:
        raise GraphError(100, message="Only short-lived tokens can be exchanged")
    return _long_lived(call, token, "INSTAGRAM")


def refresh(call: Call) -> Body:
    """`GET /refresh_access_token`: a token of a day or more gets sixty new days."""
    _demand_grant(call, "ig_refresh_token")
    token = _token(call, call.secret, "INSTAGRAM")
    if token.short:
        raise GraphError(100, message="Only long-lived tokens can be refreshed")
    if "instagram_business_basic" not in token.scopes:
        raise GraphError(10)
    if call.world.clock.now() - token.issued_at < DAY:
        raise GraphError(100, message="The token must be at least 24 hours old to be refreshed")
    body = _long_lived(call, token, "INSTAGRAM")
    if call.world.settings.refresh_kills_old:
        kill(call.world, token, 467)
    return body


def exchange_facebook(call: Call) -> Body:
    """`/oauth/access_token`: a code becomes a short-lived token, or a token a long-lived one."""
    app = _app(call.world, "FACEBOOK")
    if call.parameters.text("client_id") != app["appId"]:
        raise GraphError(101, message="Error validating application. Cannot get application info.")
    if call.parameters.text("client_secret") != app["appSecret"]:
        raise GraphError(101, message="Error validating client secret.")
    if call.parameters.text("grant_type") == "fb_exchange_token":
        token = _token(call, call.parameters.text("fb_exchange_token"), "FACEBOOK")
        return _long_lived(call, token, "FACEBOOK")
    return _short_lived(call)


def _short_lived(call: Call) -> Body:
    world, code = call.world, call.world.codes.get(call.parameters.text("code"))
    if code is None or code.login_method != "FACEBOOK":
        raise GraphError(100, message="Invalid verification code format.")
    if code.used:
        raise GraphError(100, 36007, "This authorization code has been used.")
    if code.redirect_uri != call.parameters.text("redirect_uri"):
        raise GraphError(
            100, 36008, "Error validating verification code. The redirect_uri must be identical."
        )
    if world.clock.now() - code.issued_at > SHORT_LIFE:
        raise GraphError(100, 36009, "This authorization code has expired.")
    code.used = True
    world.keep(code)
    token = issue(world, "FACEBOOK", code.accounts, code.scopes, short=True)
    return {"access_token": token.value, "token_type": "bearer", "expires_in": int(SHORT_LIFE)}


def _long_lived(call: Call, old: Token, holder: str) -> Body:
    """A new token of sixty days; it becomes the account's own."""
    new = issue(call.world, holder, old.accounts, old.scopes)
    for name in old.accounts:
        account = call.world.accounts[name]
        account.token = new.value
        call.world.keep(account)
    return {"access_token": new.value, "token_type": "bearer", "expires_in": int(LONG_LIFE)}


def debug(call: Call) -> Body:
    """`GET /debug_token`: what a token is, also when it is dead."""
    app = _app(call.world, "FACEBOOK")
    asker = call.world.tokens.get(call.secret)
    if call.secret != f"{app['appId']}|{app['appSecret']}" and (asker is None or asker.dead is not None):
        raise GraphError(190)
    token = call.world.tokens.get(call.parameters.text("input_token"))
    if token is None:
        error = {"code": 190, "message": "Invalid OAuth access token."}
        return {"data": {"is_valid": False, "scopes": [], "error": error}}
    account = call.world.accounts[token.accounts[0]]
    data: Body = {
        "app_id": app["appId"],
        "type": "PAGE" if token.holder == "PAGE" else "USER",
        "application": "Sandbox",
        "user_id": account.person_id or account.scoped_id,
        "is_valid": True,
        "issued_at": int(token.issued_at),
        "expires_at": int(token.expires_at or 0),
        "data_access_expires_at": int(token.issued_at + 90 * DAY),
        "scopes": token.scopes,
        "granular_scopes": [{"scope": scope} for scope in token.scopes],
    }
    if token.holder == "PAGE":
        data["profile_id"] = account.page_id
    try:
        check_alive(call.world, token)
    except GraphError as error:
        data["is_valid"] = False
        data["error"] = {"code": error.code, "message": error.message, "subcode": error.subcode}
    return {"data": data}


def _demand_grant(call: Call, wanted: str) -> None:
    if call.parameters.text("grant_type") != wanted:
        raise GraphError(100, message=f"Param grant_type must be {wanted}")


def _token(call: Call, secret: str, holder: str) -> Token:
    token = call.world.tokens.get(secret)
    if token is None or token.holder != holder:
        raise GraphError(190)
    check_alive(call.world, token)
    return token


def _app(world: World, login_method: str) -> dict[str, str]:
    return world.settings.apps[login_method]
