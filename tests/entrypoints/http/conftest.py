from __future__ import annotations

import falcon.testing
import pytest

from entrypoints.http.app import create_app
from entrypoints.http.waiting import WaitingRoom
from tests.fakes.door import FakeDoor


@pytest.fixture
def service() -> FakeDoor:
    return FakeDoor()


@pytest.fixture
def client(service: FakeDoor) -> falcon.testing.TestClient:
    return falcon.testing.TestClient(create_app(service, WaitingRoom(threads=8)))
