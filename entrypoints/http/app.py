"""All routes of the HTTP door, and what every request passes on its way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

import falcon

from application.access import Caller
from application.readiness import Readiness
from entrypoints.http.catalogue import ErrorCatalogue
from entrypoints.http.docs import Docs
from entrypoints.http.errors import add_handlers
from entrypoints.http.middleware import Identification, RequestIds, Scopes, SecurityHeaders
from entrypoints.http.openapi import OpenApi
from entrypoints.http.routes import Routes
from entrypoints.http.system import Healthz, Readyz
from entrypoints.http.waiting import WaitingRoom


class Service(Protocol):
    """What the door itself asks for, whatever the resources do."""

    @property
    def authenticate(self) -> Callable[[str], Caller]: ...

    @property
    def readiness(self) -> Callable[[], Readiness]: ...

    @property
    def now(self) -> Callable[[], datetime]: ...


def create_app(service: Service, room: WaitingRoom) -> falcon.App[Any, Any]:
    """The WSGI application; who waits for something, waits in the room."""
    app = falcon.App()
    routes = Routes(app)
    app.add_middleware(
        [
            RequestIds(service.now),
            SecurityHeaders(),
            Identification(routes, service.authenticate),
            # Here come rate limits: who asks is known, what may be asked is not yet.
            Scopes(routes),
            # Here come idempotency keys: before anything of the request is read.
        ]
    )
    add_handlers(app)
    routes.add("/healthz", Healthz())
    routes.add("/readyz", Readyz(service.readiness, service.now, room))
    routes.add("/api/docs", docs := Docs())
    routes.add("/api/docs/{name}", docs, suffix="file")
    routes.add("/api/v1/openapi.json", OpenApi(routes))
    routes.add("/api/v1/errors", catalogue := ErrorCatalogue())
    routes.add("/api/v1/errors/{code}", catalogue, suffix="one")
    return app
