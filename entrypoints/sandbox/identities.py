"""Accounts and their people and Pages: how they come into the world."""

from __future__ import annotations

from typing import Any

from entrypoints.sandbox.errors import ControlError
from entrypoints.sandbox.records import Account
from entrypoints.sandbox.tokens import issue_first_tokens, kill, revive
from entrypoints.sandbox.world import World

_SEEDED = (("sandbox_studio", "BUSINESS", "FACEBOOK"), ("sandbox_creator", "MEDIA_CREATOR", "INSTAGRAM"))
_BLOCKS = {True: "restricted", False: "", None: "", "restricted": "restricted"}
_BLOCKS |= {"checkpoint": "checkpoint", "permission": "permission"}


def seed(world: World) -> None:
    """Give a fresh world its two accounts; a world that has them stays as it is."""
    with world.change():
        for username, account_type, login_method in _SEEDED:
            if username not in world.accounts:
                found(world, username, account_type, login_method).seeded = True


def reset(world: World) -> None:
    """Back to the seed; the seeded accounts keep their ids and tokens."""
    with world.change():
        seeded = [a for a in world.accounts.values() if a.seeded]
        tokens = [world.tokens[value] for a in seeded for value in (a.token, a.page_token) if value]
        world.clear()
        for account in seeded:
            account.quota, account.blocked, account.throttled_until = None, "", 0.0
            account.created_at = world.clock.now()
            world.keep(account)
        for token in tokens:
            revive(world, token)
        world.keep(world.settings)


def found(
    world: World, username: str, account_type: str, login_method: str, quota: int | None = None
) -> Account:
    """Make an account with long-lived tokens; only within `change`."""
    account = Account(
        username=username,
        ig_id=world.new_id("17841"),
        scoped_id=world.new_id("2"),
        name=username.replace("_", " ").title(),
        account_type=account_type,
        login_method=login_method,
        created_at=world.clock.now(),
        quota=quota,
    )
    if login_method == "FACEBOOK":
        account.person_id = world.new_id("1022", 17)
        account.page_id = world.new_id("10", 15)
        account.page_name = account.name
    world.keep(account)
    issue_first_tokens(world, account)
    return account


def adjust(world: World, account: Account, wanted: dict[str, Any]) -> None:
    """Change what a tester may change about an account; raises ControlError. Only within `change`."""
    unknown = set(wanted) - {"quota", "blocked", "tokenState"}
    if unknown:
        raise ControlError(
            f"An account has no {', '.join(sorted(unknown))}; known are quota, blocked, tokenState."
        )
    quota = wanted.get("quota", account.quota)
    if quota is not None and (isinstance(quota, bool) or not isinstance(quota, int) or quota < 0):
        raise ControlError("quota is a whole number or null.")
    blocked = wanted.get("blocked", account.blocked or False)
    if not isinstance(blocked, str | bool | None) or blocked not in _BLOCKS:
        raise ControlError('blocked is true, false, "checkpoint" or "permission".')
    if "tokenState" in wanted:
        _set_token_state(world, account, str(wanted["tokenState"]))
    account.quota, account.blocked = quota, _BLOCKS[blocked]
    world.keep(account)


def _set_token_state(world: World, account: Account, state: str) -> None:
    subcode = {"expired": 463, "revoked": 458, "invalid": 0}.get(state)
    if subcode is None and state != "valid":
        if not state.isdecimal():
            raise ControlError("tokenState is valid, expired, revoked, invalid or a subcode of 190.")
        subcode = int(state)
    for token in list(world.tokens.values()):
        if account.username in token.accounts:
            if subcode is None:
                revive(world, token)
            else:
                kill(world, token, subcode)
