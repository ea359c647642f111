"""A Meta to talk to, and an account of each login."""

from __future__ import annotations

import pytest

from application.posts.ports import Access
from domain.account import LoginMethod
from tests.fakes.meta import Meta, access_by


@pytest.fixture
def meta() -> Meta:
    return Meta()


@pytest.fixture(params=list(LoginMethod))
def access(request: pytest.FixtureRequest) -> Access:
    return access_by(request.param)


@pytest.fixture
def facebook() -> Access:
    return access_by(LoginMethod.FACEBOOK)


@pytest.fixture
def instagram() -> Access:
    return access_by(LoginMethod.INSTAGRAM)
