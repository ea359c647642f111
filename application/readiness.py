"""Whether this installation can do its work, as far as one process can see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Readiness:
    """What was found on looking: the storage answers, its schema is the one we know, a worker was seen."""

    storage: bool
    schema: bool
    worker_alive: bool = False
    worker_seen_at: datetime | None = None

    @property
    def can_serve(self) -> bool:
        """Whether requests can be answered; posts can be taken in while no worker is there."""
        return self.storage and self.schema
