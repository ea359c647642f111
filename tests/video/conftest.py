"""A service over real workshops, in a folder of its own, without servers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from application.access import SCOPES, Caller
from application.service import Service
from application.views.media import MediaRow
from domain.aggregate import Cause
from entrypoints.bootstrap import migrate, open_service
from entrypoints.installation import Installation
from entrypoints.settings import Settings


class Darkroom:
    """Uploads and prepares, as a door and a worker would."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.installation = Installation.open(folder, sandbox=True)
        migrate(self.installation)
        self.service: Service = open_service(Settings(_env_file=None, **settings), self.installation)
        by = self.by
        user = self.service.ensure_user("studio@sandbox.example", operator=False, by=by)
        self.caller = Caller(user.id, user.email, uuid4(), frozenset(SCOPES), None, False)

    @property
    def by(self) -> Cause:
        return Cause(self.service.now(), "test")

    def upload(self, data: bytes) -> MediaRow:
        return self.service.receive_media(self.caller, [data], by=self.by)

    def prepare(self, row: MediaRow) -> MediaRow:
        self.service.process_video(row.id, "worker", lambda: True)
        return self.read(row)

    def read(self, row: MediaRow) -> MediaRow:
        found = self.service.media.get(row.id)
        assert found is not None
        return found

    def unfinished(self) -> list[Path]:
        folder = self.installation.unfinished
        return list(folder.iterdir()) if folder.exists() else []


@pytest.fixture(scope="session")
def darkroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Darkroom]:
    room = Darkroom(tmp_path_factory.mktemp("darkroom"))
    yield room
    room.service.close()
