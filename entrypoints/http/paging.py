"""Lists a page at a time: a cursor says where the next one begins, and for which list it was given."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from pydantic import Field

from domain import errors
from domain.errors import Detail
from entrypoints.http.models import Query

R = TypeVar("R")

Position = tuple[datetime, UUID]


class PageQuery(Query):
    """How much of a list, and from where."""

    limit: int = Field(50, ge=1, le=100)
    cursor: str | None = Field(None, max_length=400)

    def position(self) -> Position | None:
        """Where the page begins. A cursor that is none of ours, or of another list: INVALID_PARAM."""
        if self.cursor is None:
            return None
        try:
            packed = base64.urlsafe_b64decode(self.cursor.encode() + b"==")
            list_, at, id_ = json.loads(packed)
            position = datetime.fromisoformat(at), UUID(id_)
        except (ValueError, TypeError, AttributeError):
            raise bad_cursor("This is no cursor of ours.") from None
        if list_ != self.fingerprint() or position[0].tzinfo is None:
            raise bad_cursor("This cursor was given for a list with other filters.")
        return position

    def after(self, at: datetime, id_: UUID) -> str:
        """The cursor of the page behind a row."""
        packed = json.dumps([self.fingerprint(), at.isoformat(), str(id_)], separators=(",", ":"))
        return base64.urlsafe_b64encode(packed.encode()).rstrip(b"=").decode()

    def fingerprint(self) -> str:
        """Which list this is: its kind and its filters."""
        filters = self.model_dump_json(exclude={"limit", "cursor"})
        return hashlib.sha256(f"{type(self).__name__} {filters}".encode()).hexdigest()[:12]


def bad_cursor(sentence: str) -> errors.InvalidParam:
    return errors.InvalidParam(sentence, details=(Detail("/cursor", "cursor", sentence),))


def page(
    query: PageQuery,
    read: Callable[[Position | None, int], list[R]],
    place: Callable[[R], tuple[Any, UUID]],
) -> tuple[list[R], str | None]:
    """One page and the cursor of the next: one row more than asked for tells whether there is one."""
    rows = read(query.position(), query.limit + 1)
    if len(rows) <= query.limit:
        return rows, None
    rows = rows[: query.limit]
    return rows, query.after(*place(rows[-1]))
