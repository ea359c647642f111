"""Instagram's Graph API: what it will not do for anybody."""

from __future__ import annotations

from domain.errors.base import DomainError, Group, Kind, Recovery


class StoriesCannotDelete(DomainError):
    """A published story cannot be taken back through the API."""

    code = "STORIES_CANNOT_DELETE"
    kind = Kind.INVALID
    group = Group.INSTAGRAM
    recovery = Recovery(
        actor="account_owner",
        action="act_on_instagram",
        retry="never",
        text="Delete the story in the Instagram app, or let it run out 24 hours after it was published.",
    )
