"""All routes of the HTTP door, and what every request passes on its way."""

from __future__ import annotations

from typing import Any

import falcon

from application.service import Service
from entrypoints.http.accounts import AccountList, Identity
from entrypoints.http.api_keys import KeyList
from entrypoints.http.bulk import Bulk
from entrypoints.http.catalogue import ErrorCatalogue
from entrypoints.http.consent import Connecting
from entrypoints.http.docs import Docs
from entrypoints.http.errors import add_handlers
from entrypoints.http.idempotency import IdempotencyKeys, Replay, replay
from entrypoints.http.media import MediaFiles
from entrypoints.http.media_files import PublicMedia
from entrypoints.http.meta import MetaCallbacks
from entrypoints.http.metrics import Metrics
from entrypoints.http.middleware import Identification, RequestIds, Scopes, SecurityHeaders
from entrypoints.http.openapi import OpenApi
from entrypoints.http.posts import PostList
from entrypoints.http.preflight import Preflight
from entrypoints.http.rate_limits import RateLimits
from entrypoints.http.routes import Routes
from entrypoints.http.schedule import Schedule
from entrypoints.http.session import Login, Logout
from entrypoints.http.setup import SetUp
from entrypoints.http.simulation import Simulation
from entrypoints.http.system import Healthz, Readyz
from entrypoints.http.waiting import WaitingRoom


def create_app(service: Service, room: WaitingRoom) -> falcon.App[Any, Any]:
    """The WSGI application; who waits for something, waits in the room."""
    app = falcon.App()
    routes = Routes(app)
    app.add_middleware(
        [
            RequestIds(service.now),
            metrics := Metrics(),
            SecurityHeaders(),
            Identification(routes, service.authenticate, service.sessions),
            RateLimits(service.rate_limit),
            Simulation(),
            Scopes(routes),
            IdempotencyKeys(routes, service.idempotency, room),
        ]
    )
    add_handlers(app)
    app.add_error_handler(Replay, replay)
    posts = PostList(service, room)
    routes.add("/api/v1/auth/me", Identity(service))
    routes.add("/api/auth/login", Login(service))
    routes.add("/api/auth/logout", Logout(service))
    routes.add("/api/auth/instagram/start", connecting := Connecting(service), suffix="start")
    routes.add("/api/auth/instagram/callback", connecting, suffix="callback")
    routes.add("/api/meta/deauthorize", meta := MetaCallbacks(service), suffix="deauthorize")
    routes.add("/api/meta/data-deletion", meta, suffix="deletion")
    routes.add("/api/setup", setup := SetUp(service))
    routes.add("/api/setup/admin", setup, suffix="admin")
    routes.add("/api/setup/meta-app", setup, suffix="app")
    routes.add("/api/setup/complete", setup, suffix="complete")
    routes.add("/api/v1/settings/api-keys", keys := KeyList(service))
    routes.add("/api/v1/settings/api-keys/{key_id}", keys, suffix="one")
    routes.add("/api/v1/accounts", accounts := AccountList(service))
    routes.add("/api/v1/accounts/{account_id}", accounts, suffix="one")
    routes.add("/api/v1/accounts/{account_id}/refresh-token", accounts, suffix="token")
    routes.add("/api/v1/accounts/{account_id}/publishing-limit", accounts, suffix="limit")
    routes.add("/api/v1/media", media := MediaFiles(service))
    routes.add("/api/v1/media/{media_id}", media, suffix="one")
    routes.add("/api/v1/media/{media_id}/preview", media, suffix="preview")
    routes.add("/api/v1/posts", posts)
    routes.add("/api/v1/posts/publish", posts, suffix="publish")
    routes.add("/api/v1/posts/validate", Preflight(service))
    routes.add("/api/v1/posts/{post_id}", posts, suffix="one")
    routes.add("/api/v1/posts/{post_id}/publish", posts, suffix="publish_one")
    routes.add("/api/v1/posts/{post_id}/retry", posts, suffix="retry")
    routes.add("/api/v1/posts/{post_id}/resolve", posts, suffix="resolve")
    routes.add("/api/v1/posts/{post_id}/instagram", posts, suffix="live")
    routes.add("/api/v1/posts/{post_id}/timeline", posts, suffix="timeline")
    routes.add("/api/v1/schedule", schedule := Schedule(service))
    routes.add("/api/v1/schedule/bulk", Bulk(service))
    routes.add("/api/v1/schedule/{post_id}", schedule, suffix="one")
    routes.add("/media-files/{token}.{suffix}", PublicMedia(service))
    routes.add("/healthz", Healthz())
    routes.add("/metrics", metrics)
    routes.add("/readyz", Readyz(service.readiness, service.now, room))
    routes.add("/api/docs", docs := Docs())
    routes.add("/api/docs/{name}", docs, suffix="file")
    routes.add("/api/v1/openapi.json", OpenApi(routes))
    routes.add("/api/v1/errors", catalogue := ErrorCatalogue())
    routes.add("/api/v1/errors/{code}", catalogue, suffix="one")
    return app
