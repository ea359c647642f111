"""Every declared call, asked by everybody: who gets which code, in every cell.

The table is made from the operations themselves, so that a new one is in it before anybody thinks of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import falcon.testing
import pytest

from application.access import SCOPES
from application.service import Service
from domain.content import Content, MediaType
from entrypoints.http.app import create_app
from entrypoints.http.operation import Operation
from entrypoints.http.routes import Route
from entrypoints.http.waiting import WaitingRoom
from tests.fakes.door import FakeDoor
from tests.fakes.service import JPEG, Studio

OWNER, OTHER, PASSWORD = "owner@sandbox.example", "other@sandbox.example", "sandbox-only"
CALLERS = (
    "no auth",
    "wrong key",
    "revoked key",
    "expired key",
    "other user's key",
    "wrong scope",
    "wrong account",
    "cookie",
    "cookie without proof",
    "signed-out cookie",
)
BODIES: dict[str, dict[str, Any]] = {
    "changePost": {"caption": "other"},
    "resolvePost": {"outcome": "PUBLISHED"},
    "reschedulePost": {"scheduledFor": "2026-03-05T12:00:00Z"},
    "createPost": {"accountId": "ACCOUNT", "mediaType": "IMAGE", "mediaFileIds": ["MEDIA"]},
    "publishNewPost": {"accountId": "ACCOUNT", "mediaType": "IMAGE", "mediaFileIds": ["MEDIA"]},
    "schedulePost": {
        "accountId": "ACCOUNT",
        "mediaType": "IMAGE",
        "mediaFileIds": ["MEDIA"],
        "scheduledFor": "2026-03-05T12:00:00Z",
    },
}
"""What is sent along, so that nothing but who asks can be wrong; without a sample, nothing is."""

OWNED = {"post_id": "post", "account_id": "account", "media_id": "media", "key_id": "key"}
OF_ACCOUNTS = {"post_id", "account_id"}


def declared() -> dict[str, Route]:
    """Every operation by its id, as the app has them."""
    app = create_app(FakeDoor(), WaitingRoom(threads=8))  # type: ignore[arg-type]
    resource, _, _ = app._router.find("/api/v1/openapi.json")[:3]
    return {route.operation.id: route for route in resource._routes}


OPERATIONS = declared()


@dataclass
class World:
    """Two users who own the same, and everybody who might ask."""

    studio: Studio
    client: falcon.testing.TestClient
    ids: dict[str, UUID]
    headers: dict[str, dict[str, str]]

    def body(self, id: str) -> Any:
        text = json.dumps(BODIES.get(id))
        for name in ("account", "media"):
            text = text.replace(name.upper(), str(self.ids[name]))
        return json.loads(text)

    def address(self, id: str) -> str:
        """Where an operation is asked for what the owner has."""
        found = OPERATIONS[id].template
        for name in OPERATIONS[id].operation.path:
            found = found.replace("{" + name + "}", str(self.ids.get(OWNED.get(name, ""), uuid4())))
        return found


@pytest.fixture
def world() -> World:
    studio = Studio()
    service: Service = studio.service
    client = falcon.testing.TestClient(create_app(service, WaitingRoom(8)))
    for email in (OWNER, OTHER):
        user = service.ensure_user(email, operator=False, by=studio.by)
        service.set_password(user.id, PASSWORD, by=studio.by)
    account, elsewhere = studio.account(OWNER, "mine"), studio.account(OWNER, "elsewhere")
    caller = service.authenticate(str(studio.key(OWNER).key))
    media = service.receive_media(caller, [JPEG], by=studio.by)
    content = Content(MediaType.IMAGE, (media.id,), "hello")
    post = service.create_post.draft(caller, account.id, content, None, by=studio.by)
    revoked = studio.key(OWNER)
    service.revoke_key(user_id=caller.user_id, key_id=revoked.id, by=studio.by)
    studio.clock.forward(minutes=1)
    expired = studio.key(OWNER, expires_at=studio.clock.now().replace(minute=30))
    good = {
        "wrong key": "vg_test_" + "0" * 43,
        "revoked key": revoked.key,
        "expired key": expired.key,
        "other user's key": studio.key(OTHER).key,
        "wrong account": studio.key(OWNER, account_ids=(elsewhere.id,)).key,
    }
    studio.clock.forward(minutes=30)
    headers = {name: {"Authorization": f"Bearer {key}"} for name, key in good.items()}
    cookies = [session(client) for _ in range(2)]
    client.simulate_post("/api/auth/logout", headers=cookies[1])
    return World(
        studio,
        client,
        {"post": post.id, "account": account.id, "media": media.id, "key": studio.key(OWNER).id},
        headers
        | {
            "no auth": {},
            "cookie": cookies[0],
            "cookie without proof": {"Cookie": cookies[0]["Cookie"]},
            "signed-out cookie": cookies[1],
        },
    )


def session(client: falcon.testing.TestClient) -> dict[str, str]:
    answer = client.simulate_post("/api/auth/login", json={"email": OWNER, "password": PASSWORD})
    cookie = f"pressroom_session={answer.cookies['pressroom_session'].value}"
    return {"Cookie": cookie, "X-CSRF-Token": answer.json["csrfToken"]}


def expected(operation: Operation, method: str, caller: str) -> str | None:
    """The code of a cell; None where this caller is let in, whatever then becomes of an empty request."""
    if not operation.auth:
        return None
    match caller:
        case "no auth":
            return "AUTH_REQUIRED"
        case "wrong key" | "revoked key" | "expired key":
            return "AUTH_INVALID_KEY"
        case "signed-out cookie":
            return "TOKEN_EXPIRED"
        case "cookie without proof":
            return None if method == "GET" else "CSRF_FAILED"
        case "cookie":
            return None
    if operation.person:
        return "COOKIE_AUTH_REQUIRED"
    if caller == "wrong scope":
        return "INSUFFICIENT_SCOPE" if operation.scope else None
    if operation.body is not None and operation.id not in BODIES:
        assert not set(operation.path) & set(OWNED), f"give {operation.id} a sample in BODIES"
        return None
    if operation.upload or needs_query(operation):
        return None
    owned = set(operation.path) & set(OWNED)
    names_account = "accountId" in BODIES.get(operation.id, {})
    if caller == "other user's key" and (owned or names_account):
        return "NOT_FOUND"
    if caller == "wrong account" and (owned & OF_ACCOUNTS or names_account):
        return "INSUFFICIENT_SCOPE"
    return None


def needs_query(operation: Operation) -> bool:
    return operation.query is not None and any(
        field.is_required() for field in operation.query.model_fields.values()
    )


LET_IN = {
    "AUTH_REQUIRED",
    "AUTH_INVALID_KEY",
    "TOKEN_INVALID",
    "COOKIE_AUTH_REQUIRED",
    "CSRF_FAILED",
    "INSUFFICIENT_SCOPE",
}


def test_every_declared_operation_is_in_the_table() -> None:
    app = falcon.testing.TestClient(create_app(FakeDoor(), WaitingRoom(threads=8)))  # type: ignore[arg-type]
    paths = app.simulate_get("/api/v1/openapi.json").json["paths"].values()
    assert {call["operationId"] for methods in paths for call in methods.values()} == set(OPERATIONS)


@pytest.mark.parametrize("id", OPERATIONS)
def test_every_caller_gets_the_code_of_its_cell(world: World, id: str) -> None:
    method, operation, address = OPERATIONS[id].method, OPERATIONS[id].operation, world.address(id)
    for caller in CALLERS:
        for headers in headers_of(world, caller, operation):
            answer = world.client.simulate_request(method, address, headers=headers, json=world.body(id))
            code = answer.json.get("code") if answer.status_code >= 400 else None
            wanted = expected(operation, method, caller)
            if wanted is None:
                assert code not in LET_IN, (caller, method, address, answer.text)
            else:
                assert code == wanted, (caller, method, address, answer.status_code, answer.text)
        if caller == "cookie":
            break  # what this one was let do may have ended what the next would ask for


def headers_of(world: World, caller: str, operation: Operation) -> list[dict[str, str]]:
    """How a caller shows up; one key for each scope that is not the one asked for."""
    if caller != "wrong scope":
        return [world.headers[caller]]
    scopes = [scope for scope in SCOPES if scope not in (operation.scope, "audit:read")]
    keys = [world.studio.key(OWNER, scopes=(scope,)).key for scope in scopes]
    return [{"Authorization": f"Bearer {key}"} for key in keys]


@pytest.mark.parametrize("id", OPERATIONS)
@pytest.mark.parametrize("caller", ["cookie without proof", "signed-out cookie"])
def test_a_cookie_that_proves_nothing_gets_nowhere(world: World, id: str, caller: str) -> None:
    method, operation, address = OPERATIONS[id].method, OPERATIONS[id].operation, world.address(id)
    answer = world.client.simulate_request(method, address, headers=world.headers[caller])
    wanted = expected(operation, method, caller)
    code = answer.json.get("code") if answer.status_code >= 400 else None
    assert code == wanted if wanted else code not in LET_IN
