"""An API key, from its making to its end."""

from __future__ import annotations

from domain.api_key import ApiKey
from tests.fakes.posts import FILE, NOON, OWNER, by, retold


def made() -> ApiKey:
    return ApiKey.create(
        id=FILE,
        user_id=OWNER,
        name="Shop",
        prefix="vg_test_abcd",
        secret_hash="0" * 64,
        scopes=("posts:read",),
        account_ids=None,
        expires_at=NOON,
        by=by(),
    )


def test_a_key_is_good_until_it_is_revoked() -> None:
    key = made()
    assert not key.revoked
    key.revoke(by=by())
    assert key.revoked


def test_revoking_twice_is_no_news() -> None:
    key = made()
    key.revoke(by=by())
    key.revoke(by=by())
    assert len(key.pending_events) == 2


def test_history_retold_is_the_key() -> None:
    key = made()
    key.revoke(by=by())
    assert vars(retold(key)) == vars(key)


def test_the_history_of_a_key_holds_its_hash_and_never_its_secret() -> None:
    (created,) = made().collect_events()
    assert created.secret_hash == "0" * 64
    assert not any(name in vars(created) for name in ("key", "secret"))
