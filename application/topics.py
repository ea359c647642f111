"""Every aggregate whose events may stand in the log: what is not listed here cannot be stored or read."""

from __future__ import annotations

from domain.account import Account
from domain.aggregate import Aggregate
from domain.api_key import ApiKey
from domain.media import MediaFile
from domain.post import Post
from domain.setup import Setup
from domain.user import User

AGGREGATES: tuple[type[Aggregate], ...] = (Account, ApiKey, MediaFile, Post, Setup, User)


def event_classes(aggregate: type[Aggregate]) -> dict[str, type[Aggregate.Event]]:
    """The aggregate's event classes by their topic."""
    return {
        member.TOPIC: member
        for member in vars(aggregate).values()
        if isinstance(member, type) and issubclass(member, Aggregate.Event) and hasattr(member, "TOPIC")
    }
