"""Tokens: what opens the API, for how long, and how they die."""

from __future__ import annotations

from entrypoints.sandbox.clock import DAY
from entrypoints.sandbox.errors import GraphError
from entrypoints.sandbox.records import Account, Token
from entrypoints.sandbox.world import World

LONG_LIFE = 60 * DAY
SHORT_LIFE = 3600.0

INSTAGRAM_SCOPES = [
    "instagram_business_basic",
    "instagram_business_content_publish",
    "instagram_business_manage_comments",
    "instagram_business_manage_insights",
    "instagram_business_manage_messages",
]
FACEBOOK_SCOPES = [
    "instagram_basic",
    "instagram_content_publish",
    "instagram_manage_comments",
    "instagram_manage_contents",
    "instagram_manage_insights",
    "pages_show_list",
    "pages_read_engagement",
    "pages_manage_posts",
    "business_management",
    "public_profile",
]


def issue_first_tokens(world: World, account: Account) -> None:
    """Give a new account the long-lived token of its login, and its Page's token."""
    if account.login_method == "INSTAGRAM":
        account.token = issue(world, "INSTAGRAM", [account.username], INSTAGRAM_SCOPES).value
    else:
        account.token = issue(world, "FACEBOOK", [account.username], FACEBOOK_SCOPES).value
        account.page_token = issue(world, "PAGE", [account.username], FACEBOOK_SCOPES).value
    world.keep(account)


def issue(world: World, holder: str, accounts: list[str], scopes: list[str], *, short: bool = False) -> Token:
    """Make a token; a Page's token has no end of its own."""
    now = world.clock.now()
    prefix = "IGAA" if holder == "INSTAGRAM" else "EAAP" if holder == "PAGE" else "EAAU"
    token = Token(
        value=prefix + world.chance.text(100),
        holder=holder,
        accounts=accounts,
        scopes=list(scopes),
        issued_at=now,
        expires_at=None if holder == "PAGE" else now + (SHORT_LIFE if short else LONG_LIFE),
        short=short,
    )
    return world.keep(token)


def page_token(world: World, account: Account, scopes: list[str]) -> str:
    """The token of an account's Page, as a person with these scopes sees it; a dead one is replaced."""
    token = world.tokens.get(account.page_token)
    if token is None or token.dead is not None or set(scopes) != set(token.scopes):
        account.page_token = issue(world, "PAGE", [account.username], scopes).value
        world.keep(account)
    return account.page_token


def kill(world: World, token: Token, subcode: int) -> None:
    token.dead = subcode
    world.keep(token)


def revive(world: World, token: Token) -> None:
    """Make a token as good as new."""
    now = world.clock.now()
    token.dead, token.issued_at = None, now
    if token.expires_at is not None:
        token.expires_at = now + (SHORT_LIFE if token.short else LONG_LIFE)
    world.keep(token)


def check(world: World, secret: str, host: str) -> Token:
    """The token behind a secret, if it is alive and belongs to this host; raises GraphError 190."""
    if not secret:
        raise GraphError(2500)
    token = world.tokens.get(secret)
    if token is None or (token.holder == "INSTAGRAM") != (host == "graph.instagram.com"):
        raise GraphError(190)
    check_alive(world, token)
    return token


def check_alive(world: World, token: Token) -> None:
    """Raises GraphError 190 for a token that died, ran out, or whose person must pass a checkpoint."""
    if token.dead is not None:
        raise GraphError(190, token.dead or None)
    if token.expires_at is not None and world.clock.now() >= token.expires_at:
        raise GraphError(190, 463)
    if any(world.accounts[name].blocked == "checkpoint" for name in token.accounts):
        raise GraphError(190, 459)


def demand(token: Token, instagram_scope: str, facebook_scope: str) -> None:
    """Raises GraphError 10 when the person did not grant what a call needs."""
    if (instagram_scope if token.holder == "INSTAGRAM" else facebook_scope) not in token.scopes:
        raise GraphError(10)
