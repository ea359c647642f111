"""The stores every conformance test of log, views, vault and leases runs over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.sqlite.store import SqliteStore
from tests.conformance.stores import open_store


@pytest.fixture(params=["sqlite"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store is that several processes can open."""
    return f"{request.param}:{tmp_path / 'pressroom.db'}"


@pytest.fixture(params=["sqlite", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteStore]:
    """An empty store."""
    opened = open_store(f"{request.param}:{tmp_path / 'pressroom.db'}")
    yield opened
    opened.close()
