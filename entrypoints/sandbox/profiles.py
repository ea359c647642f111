"""Who is who: `/me`, accounts, people with their Pages, permissions, and the publishing limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from entrypoints.sandbox import limits, paging
from entrypoints.sandbox.call import Body, Call
from entrypoints.sandbox.clock import DAY
from entrypoints.sandbox.errors import GraphError
from entrypoints.sandbox.fields import select
from entrypoints.sandbox.records import Account
from entrypoints.sandbox.tokens import demand, page_token
from entrypoints.sandbox.world import World

Known = dict[str, Callable[[str], Any]]


def read_account(call: Call) -> Body:
    """`GET /me` with Instagram Login, `GET /{ig-id}` with both."""
    demand(call.token, "instagram_business_basic", "instagram_basic")
    return select(call.parameters.text("fields"), _account(call), node="IGUser")


def _account(call: Call) -> Known:
    account, world = call.owner, call.world
    visible = [m for m in world.media_of[account.username] if not m.parent and m.deleted_at is None]
    known: Known = {
        "id": lambda _: account.scoped_id if call.on_instagram else account.ig_id,
        "username": lambda _: account.username,
        "name": lambda _: account.name,
        "biography": lambda _: "",
        "website": lambda _: "",
        "profile_picture_url": lambda _: world.url(f"/_sandbox/avatars/{account.username}.svg"),
        "followers_count": lambda _: 1024,
        "follows_count": lambda _: 12,
        "media_count": lambda _: len(visible),
    }
    if call.on_instagram:
        known |= {"user_id": lambda _: account.ig_id, "account_type": lambda _: account.account_type}
    else:
        known |= {
            "ig_id": lambda _: int(account.ig_id),
            "is_published": lambda _: True,
            "has_profile_pic": lambda _: True,
            "legacy_instagram_user_id": lambda _: account.scoped_id,
            "shopping_product_tag_eligibility": lambda _: _not_permitted(),
        }
    return known


def _not_permitted() -> bool:
    raise GraphError(10)


def read_person(call: Call) -> Body:
    """`GET /me` with a Facebook user's token."""
    person = call.owner
    known: Known = {"id": lambda _: person.person_id, "name": lambda _: f"Owner of {person.page_name}"}
    return select(call.parameters.text("fields"), known, ("name",), node="User")


def list_pages(call: Call) -> Body:
    """`GET /me/accounts`: the Pages of a person, with their tokens and linked accounts."""
    if "pages_show_list" not in call.token.scopes:
        return {"data": []}
    rows = [call.world.accounts[name] for name in call.token.accounts]
    fields = call.parameters.text("fields")
    default = ("access_token", "category", "name", "tasks")
    return paging.page(
        call,
        rows,
        lambda a: a.page_id,
        lambda a: select(fields, _page(call, a), default, node="Page"),
        default=25,
    )


def read_page(call: Call) -> Body:
    """`GET /{page-id}`, also `/me` with a Page's token."""
    return select(call.parameters.text("fields"), _page(call, call.owner), ("name",), node="Page")


def _page(call: Call, account: Account) -> Known:
    world = call.world
    known: Known = {
        "id": lambda _: account.page_id,
        "name": lambda _: account.page_name,
        "username": lambda _: account.username,
        "category": lambda _: "Creative studio",
        "link": lambda _: world.url(f"/_sandbox#{account.username}"),
        "tasks": lambda _: ["MANAGE", "CREATE_CONTENT", "MODERATE", "ADVERTISE", "ANALYZE"],
        "access_token": lambda _: page_token(world, account, call.token.scopes),
        "instagram_business_account": lambda inner: _linked(call, account, inner),
    }
    known["connected_instagram_account"] = known["instagram_business_account"]
    return known


def _linked(call: Call, account: Account, inner: str) -> Body | None:
    if "instagram_basic" not in call.token.scopes:
        return None
    known: Known = {
        "id": lambda _: account.ig_id,
        "ig_id": lambda _: int(account.ig_id),
        "username": lambda _: account.username,
        "name": lambda _: account.name,
        "profile_picture_url": lambda _: call.world.url(f"/_sandbox/avatars/{account.username}.svg"),
        "followers_count": lambda _: 1024,
        "media_count": lambda _: len(call.world.media_of[account.username]),
    }
    return select(inner, known, node="IGUser")


def list_permissions(call: Call) -> Body:
    """`GET /me/permissions`."""
    return {"data": [{"permission": scope, "status": "granted"} for scope in call.token.scopes]}


def publishing_limit(call: Call) -> Body:
    """`GET /{ig-id}/content_publishing_limit`."""
    demand(call.token, "instagram_business_content_publish", "instagram_content_publish")
    world, account = call.world, call.owner
    now = world.clock.now()
    since, _ = paging.moments(call.parameters)
    if since and since < now - DAY - 60:
        raise GraphError(100, message="Param since must not be older than 24 hours")
    known: Known = {
        "quota_usage": lambda _: limits.quota_used(world, account, since or None),
        "config": lambda _: {"quota_total": limits.quota_total(world, account), "quota_duration": int(DAY)},
    }
    return {
        "data": [
            select(call.parameters.text("fields"), known, ("quota_usage",), node="ContentPublishingLimit")
        ]
    }


def subscribe(call: Call) -> Body:
    """`POST /me/subscribed_apps`: noted and forgotten, the simulation sends no webhooks."""
    return {"success": True}


def empty_list(call: Call) -> Body:
    """Edges that exist and have nothing in them."""
    return {"data": []}


def describe(world: World, account: Account) -> Body:
    """An account as the control face shows it, without secrets."""
    token = world.tokens.get(account.token)
    dead = token is None or token.dead is not None
    return {
        "username": account.username,
        "name": account.name,
        "accountType": account.account_type,
        "loginMethod": account.login_method,
        "igUserId": account.ig_id,
        "pageId": account.page_id or None,
        "quota": limits.quota_total(world, account),
        "quotaUsed": limits.quota_used(world, account),
        "blocked": account.blocked or False,
        "tokenState": "valid" if not dead else str((token.dead if token else 0) or "invalid"),
        "tokenExpiresAt": token.expires_at if token else None,
    }
