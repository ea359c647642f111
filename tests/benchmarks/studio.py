"""Somebody who works with a running sandbox, the way any client would."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from domain.aggregate import Cause
from entrypoints.bootstrap import open_service
from entrypoints.cli.ensemble import STUDIO
from entrypoints.installation import Installation
from entrypoints.settings import Settings
from tests.benchmarks.processes import PATIENCE, addresses
from tests.pictures import encode, make_picture

ACTOR = "system:benchmark"


class Studio:
    """Holds a key of the sandbox in a folder; `account` is its first account."""

    def __init__(self, folder: Path) -> None:
        installation = Installation.open(folder / "data")
        service = open_service(Settings(), installation)
        try:
            by = Cause(at=service.now(), actor=ACTOR)
            user = service.ensure_user(STUDIO, operator=True, by=by)
            self.key = service.create_key(user_id=user.id, name="benchmark", by=by).key
        finally:
            service.close()
        self.address = addresses(folder)["server"]
        self.api = httpx.Client(
            base_url=f"{self.address}/api/v1",
            headers={"Authorization": f"Bearer {self.key}"},
            timeout=PATIENCE,
        )
        self.account: str = self._ok(self.api.get("/auth/me"))["accounts"][0]["id"]

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def upload(self) -> str:
        """The id of a new picture."""
        picture = encode(make_picture(1080, 1350), "JPEG", quality=90)
        return str(self._ok(self.api.post("/media", files={"file": ("benchmark.jpg", picture)}))["id"])

    def post(self, media_id: str, caption: str) -> dict[str, Any]:
        """The body of a post that is due in ten days; a picture may be used any number of times."""
        return {
            "accountId": self.account,
            "mediaType": "IMAGE",
            "caption": caption,
            "mediaFileIds": [media_id],
            "allowDuplicate": True,
            "scheduledFor": (datetime.now(UTC) + timedelta(days=10)).isoformat(),
        }

    def schedule(self, body: dict[str, Any]) -> str:
        return str(self._ok(self.api.post("/schedule", json=body))["id"])

    def publish_one(self) -> None:
        """Publish a picture and wait until it is live."""
        body = self.post(self.upload(), "A first one")
        del body["scheduledFor"]
        post_id = self._ok(self.api.post("/posts/publish", json=body, params={"wait": 30}))["id"]
        end = time.monotonic() + PATIENCE
        while self._ok(self.api.get(f"/posts/{post_id}"))["status"] != "PUBLISHED":
            if time.monotonic() > end:
                raise TimeoutError(f"post {post_id} is not live")
            time.sleep(0.1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.api.close()

    def _ok(self, answer: httpx.Response) -> Any:
        if answer.is_error:
            raise RuntimeError(answer.text)
        return answer.json()
