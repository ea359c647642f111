"""Keeps a key to its limits, and tells it how it stands with every answer."""

from __future__ import annotations

from typing import Any

import falcon

from application.rate_limits import RateLimit, Standing
from domain import errors


class RateLimits:
    """Counts each request that shows a key. Beyond the limits: RATE_LIMITED, with the seconds to wait."""

    def __init__(self, limit: RateLimit) -> None:
        self._limit = limit

    def process_resource(
        self, req: falcon.Request, resp: falcon.Response, resource: object, params: dict[str, Any]
    ) -> None:
        caller = getattr(req.context, "caller", None)
        if caller is None or caller.key_id is None:
            return
        standing = self._limit(caller.key_id)
        req.context.standing = standing
        full = standing.refused_by
        if full is not None:
            raise errors.RateLimited(limit=full.quota, window=full.name, retry_after=full.resets_in)

    def process_response(
        self, req: falcon.Request, resp: falcon.Response, resource: object, req_succeeded: bool
    ) -> None:
        standing: Standing | None = getattr(req.context, "standing", None)
        if standing is None or not standing.windows:
            return
        told = [f'"{window.name}";r={window.remaining};t={window.resets_in}' for window in standing.windows]
        policy = [f'"{window.name}";q={window.quota};w={window.seconds}' for window in standing.windows]
        tightest = standing.refused_by or standing.tightest
        now = int(req.context.now().timestamp())
        resp.set_header("RateLimit", ", ".join(told))
        resp.set_header("RateLimit-Policy", ", ".join(policy))
        resp.set_header("X-RateLimit-Limit", str(tightest.quota))
        resp.set_header("X-RateLimit-Remaining", str(tightest.remaining))
        resp.set_header("X-RateLimit-Reset", str(now + tightest.resets_in))
