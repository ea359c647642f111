"""Keys: made, shown once, recognised, limited, ended."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from application.access import SCOPES
from domain import errors
from tests.fakes.service import Studio


@pytest.fixture
def studio() -> Studio:
    return Studio()


def test_a_key_tells_whose_it_is_and_what_it_may(studio: Studio) -> None:
    made = studio.key(scopes=("posts:read",))
    caller = studio.service.authenticate(made.key)
    assert (caller.key_id, caller.email, caller.scopes) == (
        made.id,
        "studio@sandbox.example",
        {"posts:read"},
    )
    assert made.key.startswith(made.prefix)
    assert made.prefix.startswith("vg_test_")


@pytest.mark.parametrize("wrong", ["", "vg_test_short", "vg_test_" + "a" * 43, "vg_live_" + "a" * 43])
def test_what_is_no_key_of_ours_is_refused(studio: Studio, wrong: str) -> None:
    studio.key()
    with pytest.raises(errors.AuthInvalidKey):
        studio.service.authenticate(wrong)


def test_a_revoked_key_is_refused_at_once(studio: Studio) -> None:
    made = studio.key()
    user = studio.service.authenticate(made.key).user_id
    studio.service.revoke_key(user_id=user, key_id=made.id, by=studio.by)
    with pytest.raises(errors.AuthInvalidKey):
        studio.service.authenticate(made.key)


def test_a_key_ends_at_its_expiry(studio: Studio) -> None:
    made = studio.key(expires_at=studio.clock.now() + timedelta(hours=1))
    studio.clock.forward(minutes=59)
    assert studio.service.authenticate(made.key).key_id == made.id
    studio.clock.forward(minutes=1)
    with pytest.raises(errors.AuthInvalidKey):
        studio.service.authenticate(made.key)


def test_an_expiry_that_is_over_is_refused(studio: Studio) -> None:
    with pytest.raises(errors.ValidationError):
        studio.key(expires_at=studio.clock.now())


def test_only_operators_may_see_the_whole_instance(studio: Studio) -> None:
    with pytest.raises(errors.ValidationError):
        studio.key(scopes=("audit:read",))
    assert set(studio.key().scopes) == set(SCOPES) - {"audit:read"}
    operator = studio.service.ensure_user("boss@sandbox.example", operator=True, by=studio.by)
    made = studio.service.create_key(user_id=operator.id, name="all", by=studio.by)
    assert set(made.scopes) == set(SCOPES)


def test_a_scope_nobody_knows_is_refused_by_its_place(studio: Studio) -> None:
    with pytest.raises(errors.ValidationError) as refusal:
        studio.key(scopes=("posts:read", "everything"))
    assert [detail.field for detail in refusal.value.details] == ["/scopes/1"]


def test_another_users_key_cannot_be_revoked(studio: Studio) -> None:
    made = studio.key()
    other = studio.service.ensure_user("other@sandbox.example", operator=False, by=studio.by)
    with pytest.raises(errors.NotFound):
        studio.service.revoke_key(user_id=other.id, key_id=made.id, by=studio.by)
    with pytest.raises(errors.NotFound):
        studio.service.revoke_key(user_id=other.id, key_id=uuid4(), by=studio.by)


def test_keys_are_listed_without_their_secrets(studio: Studio) -> None:
    made = studio.key()
    user = studio.service.authenticate(made.key).user_id
    assert made.key not in repr(studio.service.list_keys(user))
    assert made.key not in repr([vars(entry.event) for entry in studio.service.reader.entries()])


def test_a_user_is_made_once(studio: Studio) -> None:
    first = studio.service.ensure_user("A@Sandbox.Example ", operator=False, by=studio.by)
    again = studio.service.ensure_user("a@sandbox.example", operator=True, by=studio.by)
    assert first == again
