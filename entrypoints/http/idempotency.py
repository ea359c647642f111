"""Lets a POST with an `Idempotency-Key` act once, however often it is sent."""

from __future__ import annotations

import json
import re
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import falcon
import structlog

from application.access import Caller
from application.idempotency import LEASE_SECONDS, Claim, Idempotency, KeptAnswer
from domain import errors
from domain.errors import Detail, DomainError
from entrypoints.http.operation import Operation
from entrypoints.http.parsing import raw_body
from entrypoints.http.routes import Routes
from entrypoints.http.waiting import WaitingRoom

HEADER, REPLAYED = "Idempotency-Key", "Idempotent-Replayed"
KEY_PATTERN = r"^[!-~]{1,255}$"
STANDING_SECONDS = 2.0
SEATED_SECONDS = 15.0
PAUSE = 0.03
KEPT_HEADERS = ("content-type", "etag", "location")

log = structlog.get_logger()


class Replay(Exception):
    """The request was answered before; this is that answer."""

    def __init__(self, answer: KeptAnswer) -> None:
        super().__init__("answered before")
        self.answer = answer


def replay(req: falcon.Request, resp: falcon.Response, again: Replay, params: dict[str, Any]) -> None:
    """Answer as the first request was answered."""
    resp.status = again.answer.status
    for name, value in again.answer.headers.items():
        resp.set_header(name, value)
    resp.set_header(REPLAYED, "true")
    resp.data = again.answer.body or None


@dataclass
class Once:
    """One request under a key. It is claimed once the whole request is known: an upload, once it is here."""

    keys: IdempotencyKeys
    caller: Caller
    operation: Operation
    key: str
    path: str
    claim: Claim | None = None

    def command_for(self, content: bytes) -> UUID:
        """The id of the command. Raises `Replay` where it was answered before."""
        if self.claim is None:
            self.claim = self.keys.claim(self, content)
        return self.claim.command_id

    def close(self, resp: falcon.Response) -> None:
        """Keep the answer; of a refusal nothing is kept, and the key is free for another try."""
        if self.claim is not None:
            self.keys.close(self.claim, resp, self.operation.secrets)


@dataclass
class IdempotencyKeys:
    """Claims keys for requests, keeps the claims alive while they run, and the answers afterwards."""

    routes: Routes
    idempotency: Idempotency
    room: WaitingRoom
    _held: set[str] = field(default_factory=set)
    _renewal: threading.Lock = field(default_factory=threading.Lock)
    _renewing: bool = False

    def process_resource(
        self, req: falcon.Request, resp: falcon.Response, resource: object, params: dict[str, Any]
    ) -> None:
        operation = self.routes.operation(req.uri_template, req.method)
        sent = req.get_header(HEADER)
        caller: Caller | None = getattr(req.context, "caller", None)
        if req.method != "POST" or operation is None or caller is None or sent is None:
            return
        path = f"{req.path}?{req.query_string}"
        once = req.context.once = Once(self, caller, operation, read_key(sent), path)
        if not operation.upload:
            once.command_for(raw_body(req, required=operation.body is not None))

    def process_response(
        self, req: falcon.Request, resp: falcon.Response, resource: object, req_succeeded: bool
    ) -> None:
        once: Once | None = getattr(req.context, "once", None)
        if once is not None:
            once.close(resp)

    def claim(self, once: Once, content: bytes) -> Claim:
        """The right to act. While another has it: wait a moment, then on a free seat, then refuse."""
        caller = once.caller
        reach = "all" if caller.account_ids is None else " ".join(sorted(map(str, caller.account_ids)))
        fingerprint = self.idempotency.fingerprint(once.path.encode(), reach.encode(), content)
        holder = uuid4().hex
        self._held.add(holder)
        self._keep_renewing()
        try:
            found = self._wait(once, fingerprint, holder)
        except BaseException:
            self._held.discard(holder)
            raise
        if isinstance(found, KeptAnswer):
            self._held.discard(holder)
            raise Replay(found)
        return found

    def close(self, claim: Claim, resp: falcon.Response, secrets: tuple[str, ...]) -> None:
        """Settle a claim by the answer that is about to be sent."""
        keys = self.idempotency.keys
        status = resp.status_code
        try:
            if status < 400:
                keys.keep(claim, kept(resp, secrets))
            elif status < 500:
                keys.release(claim)
            else:
                keys.lapse(claim)
        except DomainError:
            # What was done is done: whoever asks again takes the key over and finds it.
            log.warning("idempotency.not_kept", exc_info=True)
        finally:
            self._held.discard(claim.holder)

    def _wait(self, once: Once, fingerprint: str, holder: str) -> Claim | KeptAnswer:
        try:
            return self._try(once, fingerprint, holder, STANDING_SECONDS)
        except errors.IdempotencyInProgress:
            with self.room.seat() as seated:
                return self._try(once, fingerprint, holder, SEATED_SECONDS if seated else 0)

    def _try(self, once: Once, fingerprint: str, holder: str, seconds: float) -> Claim | KeptAnswer:
        deadline = time.monotonic() + seconds
        while True:
            try:
                return self.idempotency.claim(str(once.caller.user_id), once.key, fingerprint, holder)
            except errors.IdempotencyInProgress:
                if time.monotonic() > deadline or not self.room.open:
                    raise
            time.sleep(PAUSE)

    def _keep_renewing(self) -> None:
        with self._renewal:
            if not self._renewing:
                self._renewing = True
                threading.Thread(target=self._renew, name="idempotency", daemon=True).start()

    def _renew(self) -> None:
        """Run as long as anybody holds a key."""
        while True:
            time.sleep(LEASE_SECONDS / 3)
            with self._renewal:
                held = set(self._held)
                if not held:
                    self._renewing = False
                    return
            try:
                self.idempotency.keys.renew(held, lease=LEASE_SECONDS)
            except DomainError:
                log.warning("idempotency.not_renewed", exc_info=True)


def read_key(sent: str) -> str:
    """The key in the header, bare or in quotes."""
    bare = sent[1:-1] if len(sent) > 1 and sent[0] == sent[-1] == '"' else sent
    if not re.fullmatch(KEY_PATTERN, bare):
        message = "An idempotency key is 1 to 255 printable ASCII characters without spaces."
        raise errors.ValidationError(message, details=(Detail(f"/{HEADER}", "format", message),))
    return bare


def kept(resp: falcon.Response, secrets: tuple[str, ...]) -> KeptAnswer:
    """What is kept of an answer: no secrets."""
    body = resp.data or b""
    if secrets and body:
        shown = {name: value for name, value in json.loads(body).items() if name not in secrets}
        body = json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()
    found = resp.headers
    headers = {name: found[name] for name in KEPT_HEADERS if name in found}
    if resp.content_type and body:
        headers["content-type"] = resp.content_type
    return KeptAnswer(resp.status_code, headers, body)
