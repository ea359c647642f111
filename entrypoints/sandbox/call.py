"""One call to the Graph API on its way through the simulation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import falcon

from entrypoints.sandbox.envelopes import GRAPH_INSTAGRAM
from entrypoints.sandbox.parameters import Parameters
from entrypoints.sandbox.records import Account, Record, Token
from entrypoints.sandbox.world import World

Body = dict[str, Any]


@dataclass
class Call:
    """What is asked, by whom, of which thing."""

    world: World
    host: str
    method: str
    path: str
    version: str
    parameters: Parameters
    secret: str
    secret_in_query: bool
    node: Record | None = None
    node_id: str = ""
    account: Account | None = None
    caller: Token | None = None
    caption: str = ""
    container: str = ""
    media: str = ""
    received: float = 0.0
    request: falcon.Request | None = None  # for those who read the body themselves
    hang_up: bool = False  # the answer is to be lost

    @property
    def on_instagram(self) -> bool:
        return self.host == GRAPH_INSTAGRAM

    @property
    def token(self) -> Token:
        assert self.caller is not None, "the call is public"
        return self.caller

    @property
    def owner(self) -> Account:
        assert self.account is not None, "the node has no account"
        return self.account


Handler = Callable[[Call], Body]


@dataclass(frozen=True)
class Route:
    """Which handler answers, and how the call is named in faults and records."""

    operation: str
    handler: Handler
    waits: bool = False  # it fetches or reads bodies, so it takes the lock by itself
    public: bool = False  # no token needed
    effect: bool = False  # it changes something
