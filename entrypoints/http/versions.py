"""Which version of a post a client means to change."""

from __future__ import annotations

from falcon import ETag

from domain import errors
from entrypoints.http.operation import Call


def version_meant(call: Call) -> int | None:
    """The version that If-Match names; None when any will do. What can be no version: PRECONDITION_FAILED.

    Of several the newest is meant: a post is never at two.
    """
    tags = call.req.if_match
    if tags is None or "*" in tags:
        return None
    versions = [int(tag) for tag in tags if isinstance(tag, ETag) and not tag.is_weak and tag.isdecimal()]
    if not versions:
        raise errors.PreconditionFailed
    return max(versions)
