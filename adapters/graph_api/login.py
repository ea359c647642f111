"""Meta's two logins: who a token speaks for, how long it lives, and how it gets a new life."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from adapters.graph_api.answers import Body, id_of, identifier, rows_of, whole
from adapters.graph_api.apps import MetaApp
from adapters.graph_api.client import Graph, Parameters
from adapters.graph_api.reading import next_cursor
from adapters.graph_api.stages import Stage
from adapters.graph_api.tokens import LAST_SECOND, LONG_LIFE, fresh_token
from application.accounts.ports import FreshToken, Identity, Login
from application.clock import Clock
from domain import errors
from domain.account import LoginMethod, Page, Profile
from domain.upstream import Refused, Verdict

INSTAGRAM, FACEBOOK = LoginMethod.INSTAGRAM, LoginMethod.FACEBOOK
_MOST_PAGES = 20


class GraphLogin(Login):
    """Identifies and refreshes tokens of both logins.

    Where Meta does not say when a token ends, the sixty days that it gives are assumed; the refusal of a
    token that ends sooner is noticed by the call that meets it. With Facebook Login the person's token
    writes and the Page's is the second: the person's can always read what it made, the Page's once could not.
    """

    def __init__(
        self,
        graph: Graph,
        clock: Clock,
        *,
        facebook_app: MetaApp | None = None,
        apps: Mapping[LoginMethod, MetaApp] | None = None,
    ) -> None:
        self._graph = graph
        self._clock = clock
        self._given_app = facebook_app
        self._apps = apps

    @property
    def _facebook_app(self) -> MetaApp | None:
        return self._given_app or (self._apps.get(FACEBOOK) if self._apps is not None else None)

    def identify(self, token: str, login_method: LoginMethod) -> list[Identity]:
        if login_method is INSTAGRAM:
            return [self._instagram_identity(token)]
        pages = list(self._pages(token))
        if not pages:
            return []
        ends, person = self._end_of(token), self._person(token)
        return [self._facebook_identity(page, token, ends, person) for page in pages]

    def refresh(self, token: str, login_method: LoginMethod) -> FreshToken:
        body = self._refresh_instagram(token) if login_method is INSTAGRAM else self._refresh_facebook(token)
        return fresh_token(body, self._clock.now())

    def _instagram_identity(self, token: str) -> Identity:
        try:
            body = self._me(token, "id,user_id,username,account_type")
        except Refused as refused:
            if not _asked_too_much(refused):
                raise
            body = self._me(token, "id,username")
        profile = Profile(
            ig_user_id=id_of(body, Stage.READ, "user_id", "id"),
            username=id_of(body, Stage.READ, "username"),
            account_type=str(body.get("account_type") or "BUSINESS").upper(),
            login_method=INSTAGRAM,
            person_id=identifier(body.get("id")),
        )
        return Identity(profile, token, self._clock.now() + LONG_LIFE)

    def _me(self, token: str, fields: str) -> Body:
        return self._graph.get(INSTAGRAM, ("me",), token, {"fields": fields})

    def _pages(self, token: str) -> Iterator[Body]:
        """The Pages that have a professional account."""
        fields = "id,name,access_token,tasks,instagram_business_account{id,username}"
        after: str | None = None
        for _ in range(_MOST_PAGES):
            said: Parameters = {"fields": fields, "limit": 100, "after": after}
            body = self._graph.get(FACEBOOK, ("me", "accounts"), token, said)
            yield from (page for page in rows_of(body, Stage.READ) if _account(page))
            after = next_cursor(body)
            if after is None:
                return

    def _person(self, token: str) -> str | None:
        """How Meta names the token's owner to our app; what it calls them by when they leave."""
        try:
            return identifier(self._graph.get(FACEBOOK, ("me",), token, {"fields": "id"}).get("id"))
        except Refused:
            return None

    def _facebook_identity(
        self, page: Body, token: str, ends: datetime | None, person: str | None
    ) -> Identity:
        ig_user_id = id_of(_account(page), Stage.READ)
        username = identifier(_account(page).get("username")) or self._username(ig_user_id, token)
        page_token = page.get("access_token")
        page_token = page_token if isinstance(page_token, str) and page_token else None
        profile = Profile(
            ig_user_id=ig_user_id,
            username=username,
            account_type="BUSINESS",  # this host does not tell creators from businesses
            login_method=FACEBOOK,
            page=Page(id_of(page, Stage.READ), str(page.get("name") or "")),
            person_id=person,
        )
        return Identity(profile, token, ends, second_token=page_token, page_token=page_token)

    def _username(self, ig_user_id: str, token: str) -> str:
        body = self._graph.get(FACEBOOK, (ig_user_id,), token, {"fields": "username"})
        return id_of(body, Stage.READ, "username")

    def _end_of(self, token: str) -> datetime | None:
        """When a Facebook token ends, None for never; asked as the app, or by the token about itself."""
        app = self._facebook_app
        asker = f"{app.id}|{app.secret}" if app else token
        try:
            body = self._graph.get(FACEBOOK, ("debug_token",), asker, {"input_token": token})
        except Refused:
            return self._clock.now() + LONG_LIFE
        data = body.get("data")
        ends = whole(data.get("expires_at")) if isinstance(data, dict) else None
        if ends is None or not 0 <= ends < LAST_SECOND:
            return self._clock.now() + LONG_LIFE
        return datetime.fromtimestamp(ends, UTC) if ends else None

    def _refresh_instagram(self, token: str) -> Body:
        address = f"{self._graph.hosts.instagram}/refresh_access_token"
        said = {"grant_type": "ig_refresh_token"}
        try:
            return self._graph.unversioned("GET", address, token, said)
        except Refused as refused:
            if not _missed_the_token(refused):
                raise
            # The documented form; a header is the rule elsewhere and keeps the token out of addresses.
            return self._graph.unversioned("GET", address, None, {**said, "access_token": token})

    def _refresh_facebook(self, token: str) -> Body:
        app = self._facebook_app
        if app is None:
            raise Refused(Verdict(errors.NotConfigured.code, sentence=_NO_APP))
        said = {
            "grant_type": "fb_exchange_token",
            "client_id": app.id,
            "client_secret": app.secret,
            "fb_exchange_token": token,
        }
        address = f"{self._graph.hosts.facebook}/{self._graph.hosts.version}/oauth/access_token"
        return self._graph.unversioned("POST", address, None, said)


_NO_APP = "A Facebook token is renewed in the name of an app; this server knows no Meta app."


def _account(page: Body) -> Body:
    linked = page.get("instagram_business_account")
    return linked if isinstance(linked, dict) else {}


def _asked_too_much(refused: Refused) -> bool:
    upstream = refused.verdict.upstream
    return upstream is not None and upstream.code == 100


def _missed_the_token(refused: Refused) -> bool:
    """Whether it looks as if the header was not read at all."""
    upstream = refused.verdict.upstream
    return upstream is not None and upstream.code in (100, 104, 2500)
