"""The HTTP door of a world, and the other account that lives in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import falcon.testing

from application.views.accounts import AccountRow
from domain.account import LoginMethod
from domain.content import Content
from entrypoints.http.app import create_app
from entrypoints.http.waiting import WaitingRoom
from tests.worlds import World


class Client:
    """Asks as a client with a key does."""

    def __init__(self, world: World) -> None:
        made = world.service.create_key(user_id=world.user.id, name="test", by=world.cause())
        self.headers = {"Authorization": f"Bearer {made.key}"}
        self.app = falcon.testing.TestClient(create_app(world.service, WaitingRoom(threads=8)))

    def ask(self, method: str, path: str, json: Any = None) -> falcon.testing.Result:
        return self.app.simulate_request(method, f"/api/v1{path}", json=json, headers=self.headers)

    def refusal(self, method: str, path: str, json: Any = None) -> str:
        """The code of an answer that has to be a refusal."""
        answer = self.ask(method, path, json)
        assert answer.status_code >= 400, answer.text
        return str(answer.json["code"])


def account_of(world: World) -> AccountRow:
    """The world's account as it is now."""
    row = world.service.accounts.get(world.account.id)
    assert row is not None
    return row


def connect_other(world: World, username: str = "sandbox_creator") -> AccountRow:
    """Connect the other account of the simulation."""
    known = world.simulation.accounts[username]
    (row,) = world.service.connect_account(
        user_id=world.user.id,
        token=known.token,
        login_method=LoginMethod(known.login_method),
        by=world.cause(),
    )
    return row


def publish_for(world: World, account: AccountRow, content: Content) -> UUID:
    return world.service.create_post.publish(world.caller, account.id, content, by=world.cause()).id


def page_posts(world: World) -> list[dict[str, Any]]:
    """What people see on the Facebook Page."""
    return [item for item in world._ask("GET", "published")["items"] if item["target"] == "facebook"]


def calls_of(world: World, username: str) -> list[dict[str, Any]]:
    """Every call that Instagram received for an account."""
    return list(world._ask("GET", f"calls?account={username}")["items"])
