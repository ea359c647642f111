"""Connecting accounts through Instagram's own page: the way there, and what a person brings back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from application.access import Caller
from application.accounts.connect_account import ConnectAccount
from application.accounts.ports import Consent
from application.clock import Clock
from application.sessions import OpenSessions, SignedTokens
from application.views.accounts import AccountRow
from domain import errors
from domain.account import LoginMethod
from domain.aggregate import Cause
from domain.errors import Detail
from domain.upstream import Refused

PURPOSE = "consent"
LIFE = timedelta(hours=1)


@dataclass(frozen=True)
class ConnectByConsent:
    """Sends a person to the consent page, and connects what they allowed.

    The state that goes along is signed, good once and for an hour, and only for whoever began.
    """

    consent: Consent
    connect: ConnectAccount
    tokens: SignedTokens
    open_sessions: OpenSessions
    clock: Clock
    new_id: Callable[[], UUID]
    redirect_uri: Callable[[], str]

    def start(self, caller: Caller, login_method: LoginMethod) -> str:
        """Where to send the person. No app for this login: NOT_CONFIGURED."""
        id_, ends = str(self.new_id()), self.clock.now() + LIFE
        claims: dict[str, str | int] = {
            "sub": _who(caller),
            "jti": id_,
            "exp": int(ends.timestamp()),
            "login": login_method.value,
        }
        state = self.tokens.sign(claims, purpose=PURPOSE)
        address = self.consent.address(login_method, self.redirect_uri(), state)
        self.open_sessions.open(f"{PURPOSE}/{id_}", f"{PURPOSE}/{caller.user_id}", ends)
        return address

    def finish(self, caller: Caller, query: Mapping[str, str], *, by: Cause) -> list[AccountRow]:
        """Connect what was allowed.

        A state that is none of ours, another's or used: INVALID_PARAM. The person said no:
        PERMISSION_MISSING. The exchange broke: AUTH_FAILED.
        """
        login_method = self._use_up(caller, query["state"])
        refused = self.consent.refusal(query)
        if refused is not None:
            raise refused.verdict.error()
        if "code" not in query:
            raise errors.MissingParam(name="code")
        try:
            fresh = self.consent.exchange(login_method, query["code"], self.redirect_uri())
        except Refused as broken:
            raise errors.AuthFailed from broken
        return self.connect(user_id=caller.user_id, token=fresh.token, login_method=login_method, by=by)

    def _use_up(self, caller: Caller, state: str) -> LoginMethod:
        try:
            claims = self.tokens.read(state, purpose=PURPOSE)
        except errors.TokenInvalid:
            raise _bad_state() from None
        in_time = int(claims["exp"]) > self.clock.now().timestamp()
        if claims["sub"] != _who(caller) or not in_time:
            raise _bad_state()
        if not self.open_sessions.close(f"{PURPOSE}/{claims['jti']}"):
            raise _bad_state()
        return LoginMethod(claims["login"])


def _who(caller: Caller) -> str:
    """The very session or key that began: nobody can make another finish what they started."""
    return caller.session_id or caller.actor


def _bad_state() -> errors.InvalidParam:
    sentence = "This `state` was not given out to you, was used before, or is too old: start again."
    return errors.InvalidParam(sentence, details=(Detail("/state", "state", sentence),))
