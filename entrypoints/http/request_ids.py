"""The id each request has: the client's own, or one of ours."""

from __future__ import annotations

import re
from uuid import uuid4

import falcon

SAFE = re.compile(r"[A-Za-z0-9._:@/+=-]{1,128}")


def safe_or_new(sent: str | None) -> str:
    """The id a client sent, if it is safe to repeat, or a new one."""
    return sent if sent and SAFE.fullmatch(sent) else f"req_{uuid4().hex}"


def id_of(req: falcon.Request) -> str:
    """The id of a request, the same whenever it is asked for."""
    known: str | None = getattr(req.context, "request_id", None)
    if known is None:
        known = req.context.request_id = safe_or_new(req.get_header("X-Request-Id"))
    return known
