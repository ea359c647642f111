"""Any refusal on demand, for programs that want to see how they take it: with test keys only."""

from __future__ import annotations

from typing import Any

import falcon

from application.access import Caller
from domain import errors
from domain.errors import Detail, Kind

HEADER, MARK = "Pressroom-Simulate", "Pressroom-Simulated"
WAITS = (Kind.RATE_LIMITED, Kind.IN_PROGRESS, Kind.UNAVAILABLE)
RETRY_SECONDS = 1


class Simulation:
    """Answers a request that asks for a code with that code, before anything is read or done."""

    def process_resource(
        self, req: falcon.Request, resp: falcon.Response, resource: object, params: dict[str, Any]
    ) -> None:
        wanted = req.get_header(HEADER)
        caller: Caller | None = getattr(req.context, "caller", None)
        if wanted is None or caller is None:
            return
        if caller.livemode or caller.key_id is None:
            raise errors.SimulationRefused
        kind = errors.catalogue.get(wanted)
        if kind is None:
            message = "The catalogue has no such code; `GET /api/v1/errors` lists all."
            raise errors.ValidationError(message, details=(Detail(f"/{HEADER}", "choice", message),))
        resp.set_header(MARK, wanted)
        raise kind(retry_after=RETRY_SECONDS if kind.kind in WAITS else None)
