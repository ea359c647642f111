"""What Meta sends to an app when a person removes it, or asks for deletion of their data."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import falcon

from entrypoints.sandbox.control import Face, account_named, sent
from entrypoints.sandbox.errors import ControlError
from entrypoints.sandbox.fetching import FetchError
from entrypoints.sandbox.records import Account
from entrypoints.sandbox.tokens import kill
from entrypoints.sandbox.world import World

_SECONDS = 10.0


class Callbacks(Face):
    """`POST {kind, account, url}` sends a `signed_request` and tells what came back."""

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        wanted = sent(req, {"kind", "account", "url"})
        if wanted.get("kind") not in ("deauthorize", "data_deletion"):
            raise ControlError("kind is deauthorize or data_deletion.")
        account = account_named(self.world, wanted.get("account"))
        if wanted["kind"] == "deauthorize":
            _forget_app(self.world, account)
        form = {"signed_request": signed_request(self.world, account)}
        try:
            status, text = self.world.fetcher.post(str(wanted.get("url")), form, seconds=_SECONDS)
        except FetchError as error:
            raise ControlError(f"The callback could not be delivered: {error}.") from error
        resp.media = {"status": status, "body": text}


def signed_request(world: World, account: Account) -> str:
    """Signature and payload, each base64url without padding, joined by a dot."""
    payload: dict[str, Any] = {
        "algorithm": "HMAC-SHA256",
        "issued_at": int(world.clock.now()),
        "user_id": account.person_id or account.scoped_id,
    }
    encoded = _encode(json.dumps(payload).encode())
    secret = world.settings.apps[account.login_method]["appSecret"]
    return f"{_encode(hmac.digest(secret.encode(), encoded.encode(), hashlib.sha256))}.{encoded}"


def _forget_app(world: World, account: Account) -> None:
    with world.change():
        for token in list(world.tokens.values()):
            if account.username in token.accounts:
                kill(world, token, 458)


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
