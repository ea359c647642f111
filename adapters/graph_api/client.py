"""A small client for the Graph hosts: where they are, how long to wait, and tokens in headers only."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote

import httpx

from adapters.graph_api import verdicts
from adapters.graph_api.answers import Body, Told, body_of
from adapters.graph_api.stages import Stage
from adapters.graph_api.usage import Usage, read_usage
from domain import errors
from domain.account import LoginMethod
from domain.upstream import Refused, Verdict

Parameters = Mapping[str, str | int | bool | None]
OnUsage = Callable[[str, Usage], None]

# Only what fails before a connection stands proves that nothing was sent.
_UNSENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
_TOKEN = re.compile(r"[!-~]+")


@dataclass(frozen=True)
class Hosts:
    """Meta's hosts; a simulation serves them under prefixes of its own."""

    facebook: str = "https://graph.facebook.com"
    instagram: str = "https://graph.instagram.com"
    rupload: str = "https://rupload.facebook.com"
    exchange: str = "https://api.instagram.com"
    instagram_consent: str = "https://www.instagram.com"
    facebook_consent: str = "https://www.facebook.com"
    version: str = "v26.0"

    @classmethod
    def under(cls, base_url: str) -> Hosts:
        """The hosts as prefixes of one address, as the sandbox serves them."""
        base = base_url.rstrip("/")
        return cls(
            facebook=f"{base}/graph.facebook.com",
            instagram=f"{base}/graph.instagram.com",
            rupload=f"{base}/rupload.facebook.com",
            exchange=f"{base}/api.instagram.com",
            instagram_consent=f"{base}/www.instagram.com",
            facebook_consent=f"{base}/www.facebook.com",
        )

    def graph(self, login_method: LoginMethod) -> str:
        """The host that a login's tokens belong to."""
        return self.instagram if login_method is LoginMethod.INSTAGRAM else self.facebook


@dataclass(frozen=True)
class Patience:
    """Seconds to wait: for a connection, an answer, the answer to publishing, and that to an upload."""

    connect: float = 5.0
    read: float = 30.0
    publish: float = 45.0
    upload: float = 120.0

    def for_stage(self, stage: Stage) -> float:
        return self.publish if stage is Stage.PUBLISH else self.read


class Graph:
    """Asks the Graph hosts; raises Refused when they refuse, keep silent or talk nonsense.

    May be shared by threads. `on_usage` hears after each answer how much of an account's allowance is used.
    """

    def __init__(
        self,
        hosts: Hosts | None = None,
        patience: Patience | None = None,
        *,
        transport: httpx.BaseTransport | None = None,
        on_usage: OnUsage | None = None,
        connections: int = 48,
    ) -> None:
        self.hosts = hosts or Hosts()
        self._patience = patience or Patience()
        self._on_usage = on_usage
        # Kept short: a connection that the other side has closed costs a call, and at publishing a doubt.
        limits = httpx.Limits(
            max_connections=connections, max_keepalive_connections=connections // 2, keepalive_expiry=5.0
        )
        self._http = httpx.Client(transport=transport, limits=limits, follow_redirects=False)
        logging.getLogger("httpx").addFilter(_without_query)

    def get(
        self,
        login_method: LoginMethod,
        path: tuple[str, ...],
        token: str,
        parameters: Parameters | None = None,
        *,
        account: str = "",
        stage: Stage = Stage.READ,
    ) -> Body:
        """Read something; `account` is the one whose allowance it counts towards."""
        return self._ask("GET", self._address(login_method, path), token, parameters, account, stage)

    def post(
        self,
        login_method: LoginMethod,
        path: tuple[str, ...],
        token: str,
        parameters: Parameters,
        *,
        account: str = "",
        stage: Stage,
    ) -> Body:
        """Ask for something to be done, with the parameters as a form."""
        return self._ask("POST", self._address(login_method, path), token, parameters, account, stage)

    def delete(
        self, login_method: LoginMethod, path: tuple[str, ...], token: str, *, account: str = ""
    ) -> Body:
        address = self._address(login_method, path)
        return self._ask("DELETE", address, token, None, account, Stage.DELETE)

    def unversioned(self, method: str, address: str, token: str | None, parameters: Parameters) -> Body:
        """Ask one of the addresses that deal with tokens and stand outside the versions."""
        return self._ask(method, address, token, parameters, "", Stage.CREATE)

    def upload(
        self, address: str, token: str, headers: Mapping[str, str], content: Iterable[bytes] = ()
    ) -> Body:
        """Send bytes, or tell where they are, to the byte server."""
        sent = {"Authorization": f"OAuth {_checked(token)}", **headers}
        size = headers.get("file_size", "0")
        request = self._http.build_request(
            "POST",
            address,
            headers={**sent, "Content-Length": size, "Content-Type": "application/octet-stream"},
            content=content,
            timeout=self._timeout(self._patience.upload),
        )
        return body_of(self._told(request, "", Stage.CREATE), Stage.CREATE, (token,))

    def upload_address(self, offered: object, *path: str) -> str:
        """Where the byte server wants the bytes; a token is sent to no other host than ours."""
        if isinstance(offered, str) and offered.startswith(self.hosts.rupload + "/"):
            return offered
        return "/".join((self.hosts.rupload, path[0], self.hosts.version, *map(_segment, path[1:])))

    def listen(self, on_usage: OnUsage) -> None:
        """Tell this listener from now on how much of an account's allowance is used."""
        self._on_usage = on_usage

    def close(self) -> None:
        self._http.close()

    def _address(self, login_method: LoginMethod, path: tuple[str, ...]) -> str:
        return "/".join((self.hosts.graph(login_method), self.hosts.version, *map(_segment, path)))

    def _ask(
        self,
        method: str,
        address: str,
        token: str | None,
        parameters: Parameters | None,
        account: str,
        stage: Stage,
    ) -> Body:
        said = {name: _written(value) for name, value in (parameters or {}).items() if value is not None}
        headers = {} if token is None else {"Authorization": f"Bearer {_checked(token)}"}
        try:
            request = self._http.build_request(
                method,
                address,
                params=said if method == "GET" and said else None,
                data=said if method == "POST" else None,
                headers=headers,
                timeout=self._timeout(self._patience.for_stage(stage)),
            )
        except httpx.InvalidURL:
            raise verdicts.silence(stage, sent=False) from None
        secrets = [] if token is None else [token]
        secrets += [value for name, value in said.items() if name in _SECRETS and value]
        return body_of(self._told(request, account, stage), stage, secrets)

    def _told(self, request: httpx.Request, account: str, stage: Stage) -> Told:
        # Never `from error`: what httpx raises holds the request, and the request holds the token.
        try:
            response = self._http.send(request)
        except _UNSENT:
            raise verdicts.silence(stage, sent=False) from None
        except httpx.HTTPError:
            raise verdicts.silence(stage, sent=True) from None
        usage = read_usage(response.headers, account)
        if usage is not None and account and self._on_usage is not None:
            # Whatever the listener does, the answer must not be lost.
            with suppress(Exception):
                self._on_usage(account, usage)
        return Told(response.status_code, response.content, _wait(response.headers, usage))

    def _timeout(self, read: float) -> httpx.Timeout:
        return httpx.Timeout(read, connect=self._patience.connect, pool=self._patience.connect)


_SECRETS = ("access_token", "client_secret", "code", "fb_exchange_token", "input_token")


def _checked(token: str) -> str:
    """A token that can stand in a header; anything else was never one."""
    if not _TOKEN.fullmatch(token):
        raise Refused(Verdict(errors.TokenExpired.code, blocks=True, sentence="This is not a token."))
    return token


def _segment(part: str) -> str:
    return quote(part, safe="")


def _written(value: str | int | bool | None) -> str:
    """A value as Meta reads it: booleans in small letters, text that is certain to be encodable."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).encode("utf-8", "replace").decode()


def _wait(headers: Mapping[str, str], usage: Usage | None) -> float | None:
    """The seconds Meta asks us to wait, if it does."""
    if usage is not None and usage.minutes_to_regain:
        return usage.minutes_to_regain * 60.0
    given = headers.get("retry-after", "")
    return float(given) if re.fullmatch(r"\d{1,6}", given) and given != "0" else None


def _without_query(record: logging.LogRecord) -> bool:
    """httpx logs whole addresses, and two of Meta's take a token in the query: leave the query out."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            str(part.copy_with(query=None)) if isinstance(part, httpx.URL) else part for part in record.args
        )
    return True
