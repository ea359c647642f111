"""Removing what nothing needs any more: leftovers of crashes, of files deleted and of forms made anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from application.clock import Clock
from application.media.ports import BlobStore
from application.views.media import MediaShelf

PAUSE = timedelta(hours=1)


@dataclass(frozen=True)
class SweepBlobs:
    """Forgets blobs that no media file needs and nobody stored lately.

    Whoever stores a blob has `age` to put on record what needs it; an upload takes seconds.
    """

    media: MediaShelf
    blobs: BlobStore
    clock: Clock
    age: timedelta
    _swept: list[datetime] = field(default_factory=list)

    def __call__(self) -> int:
        """How many were removed."""
        return sum(
            self.blobs.remove_stale(sha256, age=self.age)
            for sha256 in self.blobs
            if not self.media.uses_blob(sha256)
        )

    def now_and_then(self) -> int:
        """The same, at most once an hour; nothing where no age is set."""
        now = self.clock.now()
        if not self.age or (self._swept and now < self._swept[-1] + PAUSE):
            return 0
        self._swept[:] = [now]
        return self()
