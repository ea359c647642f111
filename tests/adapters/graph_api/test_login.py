"""Who a token speaks for, when it ends, and how it is renewed."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from adapters.graph_api.apps import MetaApp
from adapters.graph_api.consent import GraphConsent
from adapters.graph_api.login import GraphLogin
from domain import errors
from domain.account import LoginMethod, Page
from tests.fakes.meta import NOW, Meta, json_of, refusal, verdict_of

INSTAGRAM, FACEBOOK = LoginMethod.INSTAGRAM, LoginMethod.FACEBOOK
APP = MetaApp("990", "app-secret")
SIXTY_DAYS = timedelta(days=60)
SHOP = {
    "id": "1010",
    "name": "Shop",
    "access_token": "EAAPAGE",
    "tasks": ["MANAGE", "CREATE_CONTENT"],
    "instagram_business_account": {"id": "17841400000000001", "username": "shop"},
}


class Still:
    def now(self) -> object:
        return NOW


@pytest.fixture
def login(meta: Meta) -> GraphLogin:
    return GraphLogin(meta.graph, Still())  # type: ignore[arg-type]


@pytest.fixture
def owner(meta: Meta) -> GraphLogin:
    """A login that knows its app."""
    return GraphLogin(meta.graph, Still(), facebook_app=APP)  # type: ignore[arg-type]


def test_an_instagram_token_speaks_for_one_account(meta: Meta, login: GraphLogin) -> None:
    meta.says(json_of({"id": "222", "user_id": "178", "username": "ana", "account_type": "Media_Creator"}))
    (found,) = login.identify("IGA", INSTAGRAM)
    assert (found.profile.ig_user_id, found.profile.username) == ("178", "ana")
    assert (found.profile.account_type, found.profile.page) == ("MEDIA_CREATOR", None)
    assert (found.token, found.second_token, found.page_token) == ("IGA", None, None)
    assert found.expires_at == NOW + SIXTY_DAYS
    assert meta.asked[0].url.path == "/v26.0/me"


def test_a_field_that_is_not_known_costs_only_that_field(meta: Meta, login: GraphLogin) -> None:
    meta.says(refusal(100), json_of({"id": "178", "username": "ana"}))
    (found,) = login.identify("IGA", INSTAGRAM)
    assert found.profile.ig_user_id == "178"


def test_a_person_reaches_every_page_that_has_an_account(meta: Meta, owner: GraphLogin) -> None:
    bare = {"id": "2020", "name": "Club", "access_token": "EAACLUB"}
    nameless = {"id": "3030", "instagram_business_account": {"id": "179"}}
    meta.says(
        json_of({"data": [SHOP, bare], "paging": {"cursors": {"after": "x"}, "next": "https://x"}}),
        json_of({"data": [nameless]}),
        json_of({"data": {"is_valid": True, "expires_at": 1_790_000_000}}),
        json_of({"username": "third"}),
    )
    shop, third = owner.identify("EAA", FACEBOOK)
    assert shop.profile.page == Page("1010", "Shop")
    assert (shop.token, shop.second_token, shop.page_token) == ("EAA", "EAAPAGE", "EAAPAGE")
    assert shop.expires_at is not None
    assert shop.expires_at.timestamp() == 1_790_000_000
    assert (third.profile.username, third.page_token, third.expires_at) == ("third", None, shop.expires_at)
    assert meta.asked[2].headers["Authorization"] == "Bearer 990|app-secret"


def test_a_token_without_an_end_has_none(meta: Meta, owner: GraphLogin) -> None:
    meta.says(json_of({"data": [SHOP]}), json_of({"data": {"expires_at": 0}}))
    assert owner.identify("EAA", FACEBOOK)[0].expires_at is None


@pytest.mark.parametrize(
    "reply",
    [
        refusal(190),
        refusal(100),
        httpx.ReadTimeout("too long"),
        json_of({}),
        json_of({"data": {"expires_at": "soon"}}),
        json_of({"data": {"expires_at": 10**30}}),
        json_of({"data": {"expires_at": -5}}),
        json_of({"data": []}),
    ],
)
def test_where_the_end_is_not_told_sixty_days_are_assumed(
    meta: Meta, login: GraphLogin, reply: httpx.Response | Exception
) -> None:
    meta.says(json_of({"data": [SHOP]}), reply)
    assert login.identify("EAA", FACEBOOK)[0].expires_at == NOW + SIXTY_DAYS
    assert meta.asked[1].headers["Authorization"] == "Bearer EAA"


def test_a_token_that_reaches_nothing_speaks_for_nobody(meta: Meta, login: GraphLogin) -> None:
    meta.says(json_of({"data": []}))
    assert login.identify("EAA", FACEBOOK) == []
    assert len(meta.asked) == 1


@pytest.mark.parametrize("method", list(LoginMethod))
def test_a_dead_token_is_refused(meta: Meta, login: GraphLogin, method: LoginMethod) -> None:
    meta.refuses(190, 463)
    assert verdict_of(lambda: login.identify("token", method)).code == "TOKEN_EXPIRED"


@pytest.mark.parametrize("method", list(LoginMethod))
@pytest.mark.parametrize("body", [{}, {"data": [{"instagram_business_account": {"id": []}}]}, {"data": 1}])
def test_an_identity_that_makes_no_sense_is_refused(
    meta: Meta, login: GraphLogin, method: LoginMethod, body: object
) -> None:
    meta.says(json_of(body))
    assert verdict_of(lambda: login.identify("token", method)).code == "UNKNOWN_ERROR"


@pytest.mark.parametrize(
    ("body", "lasts"),
    [
        ({"access_token": "new", "expires_in": 5_183_944}, timedelta(seconds=5_183_944)),
        ({"access_token": "new"}, SIXTY_DAYS),
        ({"access_token": "new", "expires_in": "often"}, SIXTY_DAYS),
    ],
)
@pytest.mark.parametrize("method", list(LoginMethod))
def test_a_renewed_token_has_a_new_life(
    meta: Meta, owner: GraphLogin, method: LoginMethod, body: object, lasts: timedelta
) -> None:
    meta.says(json_of(body))
    fresh = owner.refresh("old", method)
    assert (fresh.token, fresh.expires_at) == ("new", NOW + lasts)


def test_a_host_that_reads_no_header_is_asked_as_documented(meta: Meta, login: GraphLogin) -> None:
    meta.says(refusal(104), json_of({"access_token": "new"}))
    assert login.refresh("old", INSTAGRAM).token == "new"
    assert meta.asked[0].url.params == httpx.QueryParams(grant_type="ig_refresh_token")
    assert meta.asked[1].url.params["access_token"] == "old"
    assert str(meta.asked[1].url).startswith("https://graph.instagram.com/refresh_access_token?")


def test_a_facebook_token_is_renewed_in_the_name_of_the_app(meta: Meta, owner: GraphLogin) -> None:
    meta.says(json_of({"access_token": "new"}))
    owner.refresh("old", FACEBOOK)
    assert meta.asked[0].url.query == b""
    assert meta.form() == {
        "grant_type": "fb_exchange_token",
        "client_id": "990",
        "client_secret": "app-secret",
        "fb_exchange_token": "old",
    }


def test_without_an_app_no_facebook_token_is_renewed(meta: Meta, login: GraphLogin) -> None:
    assert verdict_of(lambda: login.refresh("old", FACEBOOK)).code == "NOT_CONFIGURED"
    assert meta.asked == []


def consent(meta: Meta) -> GraphConsent:
    return GraphConsent(meta.graph, Still(), dict.fromkeys(LoginMethod, APP))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("method", "address"),
    [
        (INSTAGRAM, "https://www.instagram.com/oauth/authorize"),
        (FACEBOOK, "https://www.facebook.com/v26.0/dialog/oauth"),
    ],
)
def test_a_person_is_sent_to_the_dialog_of_the_login(meta: Meta, method: LoginMethod, address: str) -> None:
    found = urlsplit(consent(meta).address(method, "https://me.example/back?x=1", "st&te"))
    query = parse_qs(found.query)
    assert f"{found.scheme}://{found.netloc}{found.path}" == address
    assert (query["client_id"], query["state"]) == (["990"], ["st&te"])
    assert query["redirect_uri"] == ["https://me.example/back?x=1"]
    assert "app-secret" not in found.query


@pytest.mark.parametrize(
    "short", [{"access_token": "short", "user_id": 1}, {"data": [{"access_token": "short"}]}]
)
def test_an_instagram_code_becomes_a_long_lived_token(meta: Meta, short: dict[str, object]) -> None:
    meta.says(json_of(short), json_of({"access_token": "long", "expires_in": 100}))
    fresh = consent(meta).exchange(INSTAGRAM, "AQB#_", "https://me.example/")
    assert (fresh.token, fresh.expires_at) == ("long", NOW + timedelta(seconds=100))
    assert meta.form(0)["code"] == "AQB"
    assert meta.asked[1].headers["Authorization"] == "Bearer short"


def test_a_facebook_code_becomes_a_long_lived_token(meta: Meta) -> None:
    meta.says(json_of({"access_token": "short"}), json_of({"access_token": "long"}))
    assert consent(meta).exchange(FACEBOOK, "AQB", "https://me.example/").token == "long"
    assert meta.form(1)["fb_exchange_token"] == "short"


def test_a_login_without_an_app_is_not_configured(meta: Meta) -> None:
    nobody = GraphConsent(meta.graph, Still(), {})  # type: ignore[arg-type]
    with pytest.raises(errors.NotConfigured):
        nobody.address(INSTAGRAM, "https://me.example/", "x")


def test_an_exchange_without_a_token_makes_no_sense(meta: Meta) -> None:
    meta.says(json_of({"data": []}))
    for method in LoginMethod:
        assert (
            verdict_of(lambda method=method: consent(meta).exchange(method, "x", "y")).code == "UNKNOWN_ERROR"
        )
