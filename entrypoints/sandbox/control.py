"""The control face under `/_sandbox`: what a tester may see and order."""

from __future__ import annotations

from typing import Any

import falcon

from entrypoints.sandbox import faults, human, identities, profiles, visible
from entrypoints.sandbox.clock import iso_time
from entrypoints.sandbox.errors import ControlError
from entrypoints.sandbox.records import Account, CallRecord
from entrypoints.sandbox.world import World

Body = dict[str, Any]


class Face:
    """A resource of the control face."""

    def __init__(self, world: World) -> None:
        self.world = world


class Faults(Face):
    """Disturbances for calls to come."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        with self.world.lock:
            resp.media = {"items": [faults.describe(fault) for fault in self.world.faults.values()]}

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        with self.world.change():
            resp.media = {"id": faults.order(self.world, sent(req)).id}
        resp.status = falcon.HTTP_201

    def on_delete(self, req: falcon.Request, resp: falcon.Response) -> None:
        with self.world.change():
            for fault in list(self.world.faults.values()):
                self.world.drop(fault)
        resp.status = falcon.HTTP_204


class Published(Face):
    """Everything visible to the world."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        with self.world.lock:
            resp.media = {"items": visible.published(self.world)}


class Calls(Face):
    """Every call the simulation received, oldest first."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        operation, account = req.get_param("operation"), req.get_param("account")
        after = req.get_param_as_int("after") or 0
        with self.world.lock:
            calls = [*self.world.publish_calls, *(() if operation == "media_publish" else self.world.calls)]
        wanted = [
            call
            for call in sorted(calls, key=lambda c: c.number)
            if operation in (None, call.operation) and account in (None, call.account) and call.number > after
        ]
        limit = req.get_param_as_int("limit", min_value=1)
        resp.media = {"items": [_describe_call(call) for call in (wanted[-limit:] if limit else wanted)]}


class Clock(Face):
    """The one clock of the sandbox."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        resp.media = {"now": iso_time(self.world.clock.now())}

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        seconds = sent(req, {"advance"}).get("advance")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
            raise ControlError("advance is a number of seconds, zero or more.")
        with self.world.lock:
            resp.media = {"now": iso_time(self.world.clock.advance(seconds))}


class Accounts(Face):
    """The accounts of the world."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        with self.world.lock:
            resp.media = {"items": [profiles.describe(self.world, a) for a in self.world.accounts.values()]}

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        wanted = sent(req, {"username", "accountType", "loginMethod", "quota"})
        username = wanted.get("username")
        if not isinstance(username, str) or not username:
            raise ControlError("username is a text that is not empty.")
        with self.world.change():
            account = self.world.accounts.get(username)
            resp.status = falcon.HTTP_200 if account else falcon.HTTP_201
            resp.media = _with_tokens(account or self._found(username, wanted))

    def _found(self, username: str, wanted: Body) -> Account:
        account_type = wanted.get("accountType", "BUSINESS")
        login_method = wanted.get("loginMethod", "INSTAGRAM")
        if account_type not in ("BUSINESS", "MEDIA_CREATOR"):
            raise ControlError("accountType is BUSINESS or MEDIA_CREATOR.")
        if login_method not in ("INSTAGRAM", "FACEBOOK"):
            raise ControlError("loginMethod is INSTAGRAM or FACEBOOK.")
        quota = wanted.get("quota")
        if quota is not None and (isinstance(quota, bool) or not isinstance(quota, int) or quota < 0):
            raise ControlError("quota is a whole number or null.")
        return identities.found(self.world, username, account_type, login_method, quota)


class OneAccount(Face):
    """What can be done to one account."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, username: str) -> None:
        with self.world.lock:
            resp.media = profiles.describe(self.world, account_named(self.world, username))

    def on_patch(self, req: falcon.Request, resp: falcon.Response, username: str) -> None:
        with self.world.change():
            account = account_named(self.world, username)
            identities.adjust(self.world, account, sent(req))
            resp.media = profiles.describe(self.world, account)


class HumanPosts(Face):
    """Posts by hand."""

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        wanted = sent(req, {"account", "caption", "mediaType"})
        shape = human.SHAPES.get(str(wanted.get("mediaType") or "IMAGE"))
        if shape is None:
            raise ControlError(f"mediaType is one of {', '.join(human.SHAPES)}.")
        with self.world.change():
            account = account_named(self.world, wanted.get("account"))
            media = human.post_by_hand(self.world, account, str(wanted.get("caption") or ""), shape)
            resp.media = {"id": media.id, "shortcode": media.shortcode}
        resp.status = falcon.HTTP_201


class SettingsFace(Face):
    """The knobs of the whole world."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        resp.media = self.world.settings.as_json()

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        with self.world.change():
            self.world.settings.change(sent(req))
            self.world.keep(self.world.settings)
            resp.media = self.world.settings.as_json()


class Reset(Face):
    """Back to the seed."""

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        identities.reset(self.world)
        resp.media = {"now": iso_time(self.world.clock.now())}


class Files(Face):
    """Pictures and videos, for pages and for `media_url`."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        file = self.world.blobs.find(name)
        if file is None:
            raise falcon.HTTPNotFound
        types = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".mp4": "video/mp4"}
        resp.content_type = types.get(file.suffix, "application/octet-stream")
        resp.cache_control = ["max-age=86400", "immutable"]
        resp.set_stream(file.open("rb"), file.stat().st_size)


def account_named(world: World, username: Any) -> Account:
    """Raises ControlError for a name nobody has."""
    account = world.accounts.get(username) if isinstance(username, str) else None
    if account is None:
        raise ControlError(f"There is no account {username}.")
    return account


def sent(req: falcon.Request, known: set[str] | None = None) -> Body:
    """The JSON object of a control call; raises ControlError."""
    try:
        body = req.get_media(default_when_empty={})
    except (falcon.MediaMalformedError, falcon.HTTPUnsupportedMediaType):
        raise ControlError("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise ControlError("The body is a JSON object.")
    if known is not None and (unknown := set(body) - known):
        raise ControlError(f"Unknown: {', '.join(sorted(unknown))}; known are {', '.join(sorted(known))}.")
    return body


def _with_tokens(account: Account) -> Body:
    body: Body = {"accessToken": account.token, "igUserId": account.ig_id, "username": account.username}
    if account.page_id:
        body |= {"pageId": account.page_id, "pageAccessToken": account.page_token}
    return body


def _describe_call(call: CallRecord) -> Body:
    return {
        "number": call.number,
        "at": iso_time(call.at),
        "time": call.at,
        "operation": call.operation,
        "method": call.method,
        "path": call.path,
        "account": call.account or None,
        "container": call.container or None,
        "caption": call.caption,
        "status": call.status or None,
        "code": call.code,
        "subcode": call.subcode,
        "answered": call.answered,
        "mediaId": call.media or None,
        "seconds": call.seconds,
    }
