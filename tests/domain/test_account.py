"""An account: connected, blocked, let go, and connected again."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from domain.account import (
    CAPABILITIES,
    Account,
    AccountStatus,
    Capability,
    LoginMethod,
    Page,
    Profile,
    account_id,
)
from tests.fakes.posts import NOON, OWNER, by, retold

PROFILE = Profile("17841", "studio", "BUSINESS", LoginMethod.FACEBOOK, Page("10", "Studio"))


def connected(days: float | None = 60) -> Account:
    ends = None if days is None else NOON + timedelta(days=days)
    return Account.connect(user_id=OWNER, profile=PROFILE, fingerprint="abc", expires_at=ends, by=by())


def reconnect(account: Account) -> None:
    account.reconnect(profile=PROFILE, fingerprint="def", expires_at=NOON + timedelta(days=61), by=by())


def test_an_account_has_one_id_per_owner_and_instagram_account() -> None:
    assert connected().id == account_id(OWNER, "17841") == connected().id
    assert account_id(OWNER, "17841") != account_id(OWNER, "17842")
    assert account_id(OWNER, "17841") != account_id(UUID(int=99), "17841")


def test_a_block_is_by_a_code_and_the_first_one_stays() -> None:
    account = connected()
    account.block("TOKEN_EXPIRED", by=by())
    account.block("ACCOUNT_RESTRICTED", by=by())
    assert (account.status, account.blocked_by) == (AccountStatus.BLOCKED, "TOKEN_EXPIRED")
    assert len(account.pending_events) == 2


@pytest.mark.parametrize("trouble", ["block", "disconnect"])
def test_reconnecting_ends_whatever_was_wrong(trouble: str) -> None:
    account = connected()
    account.block("TOKEN_EXPIRED", by=by())
    if trouble == "disconnect":
        account.disconnect(by=by())
    reconnect(account)
    assert (account.status, account.blocked_by) == (AccountStatus.CONNECTED, None)
    assert (account.token_fingerprint, account.token_expires_at) == ("def", NOON + timedelta(days=61))


def test_a_disconnected_account_keeps_no_fingerprint_and_is_not_blocked() -> None:
    account = connected()
    account.disconnect(by=by())
    account.disconnect(by=by())
    account.block("TOKEN_EXPIRED", by=by())
    assert (account.status, account.token_fingerprint) == (AccountStatus.DISCONNECTED, "")
    assert len(account.pending_events) == 2


def test_a_token_ends_at_its_last_moment_or_never() -> None:
    account = connected(days=1)
    assert not account.token_expired(NOON + timedelta(hours=23))
    assert account.token_expired(NOON + timedelta(days=1))
    assert not connected(days=None).token_expired(NOON + timedelta(days=9999))


def test_a_refreshed_token_has_a_new_life() -> None:
    account = connected(days=1)
    account.token_refreshed(fingerprint="ghi", expires_at=NOON + timedelta(days=60), by=by())
    assert account.token_fingerprint == "ghi"
    assert not account.token_expired(NOON + timedelta(days=59))


def test_instagram_login_can_publish_and_comment_and_facebook_login_can_do_all() -> None:
    assert CAPABILITIES[LoginMethod.FACEBOOK] == set(Capability)
    assert CAPABILITIES[LoginMethod.INSTAGRAM] == {Capability.PUBLISH, Capability.COMMENT}


def test_history_retold_is_the_account() -> None:
    account = connected()
    account.block("TOKEN_EXPIRED", by=by())
    account.token_refreshed(fingerprint="x", expires_at=None, by=by())
    reconnect(account)
    account.disconnect(by=by())
    assert vars(retold(account)) == vars(account)
