"""Accounts: connected, connected again, let go."""

from __future__ import annotations

import pytest

from application.access import Caller
from application.accounts.access import token_name
from application.vault import fingerprint
from domain import errors
from domain.account import AccountStatus, LoginMethod
from tests.worlds import World

KINDS = ("token", "second", "page")


def secrets(world: World) -> list[str]:
    names = [token_name(world.account.id, kind) for kind in KINDS]
    return [secret for name in names if (secret := world.store.vault.get(name)) is not None]


@pytest.mark.parametrize("login", LoginMethod)
def test_a_connected_account_is_known_by_what_instagram_says(login: LoginMethod) -> None:
    with World(login=login) as world:
        row = world.account
        assert (row.profile.username, row.profile.login_method) == (world.username, login)
        assert (row.profile.page is not None) == (login is LoginMethod.FACEBOOK)
        assert row.status is AccountStatus.CONNECTED
        assert row.token_expires_at is None or row.token_expires_at > world.now()


def test_connecting_twice_is_one_account(world: World) -> None:
    before = world.account
    again = world.connect()
    assert again.id == before.id
    assert [row.id for row in world.service.accounts.of(world.user.id)] == [before.id]


def test_tokens_stand_in_the_vault_and_never_in_the_log(world: World) -> None:
    kept = secrets(world)
    assert kept
    told = repr([vars(entry.event) for entry in world.service.reader.entries()])
    assert not any(secret in told for secret in kept)
    assert world.account.token_fingerprint == fingerprint(kept[0])


def test_reconnecting_ends_a_block(world: World) -> None:
    world.fault("media", error={"code": 190, "subcode": 463})
    world.publish()
    world.step(world.service.posts.agenda(until=world.now(), limit=1)[0].post_id)
    blocked = world.service.find_account(world.caller, world.account.id)
    assert (blocked.status, blocked.blocked_by) == (AccountStatus.BLOCKED, "TOKEN_EXPIRED")
    assert world.connect().status is AccountStatus.CONNECTED


def test_disconnecting_destroys_the_tokens(world: World) -> None:
    world.service.disconnect_account(world.caller, world.account.id, by=world.cause())
    assert secrets(world) == []
    row = world.service.accounts.get(world.account.id)
    assert row is not None
    assert (row.status, row.token_fingerprint) == (AccountStatus.DISCONNECTED, "")
    assert world.service.accounts.of(world.user.id) == []


def test_a_disconnected_account_can_be_connected_again(world: World) -> None:
    world.service.disconnect_account(world.caller, world.account.id, by=world.cause())
    assert world.connect().id == world.account.id
    post_id = world.publish()
    world.settle()
    assert world.status(post_id) == "PUBLISHED"


def test_a_token_instagram_refuses_connects_nothing(world: World) -> None:
    world.at_instagram(tokenState="expired")
    with pytest.raises(errors.TokenExpired):
        world.connect()


def test_another_users_account_is_not_found(world: World) -> None:
    stranger = world.service.ensure_user("other@sandbox.example", operator=False, by=world.cause())
    caller = Caller(stranger.id, stranger.email, None, world.caller.scopes, None, livemode=False)
    with pytest.raises(errors.NotFound):
        world.service.find_account(caller, world.account.id)
    with pytest.raises(errors.NotFound):
        world.service.disconnect_account(caller, world.account.id, by=world.cause())


def test_a_key_for_other_accounts_may_not_use_this_one(world: World) -> None:
    caller = Caller(world.user.id, world.user.email, None, world.caller.scopes, frozenset(), livemode=False)
    with pytest.raises(errors.InsufficientScope):
        world.service.find_account(caller, world.account.id)
