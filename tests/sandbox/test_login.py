"""Consent, codes, and the tokens they become."""

from urllib.parse import parse_qs, urlsplit

import pytest

BACK = "http://pressroom.test/callback"
PAGES = {
    "INSTAGRAM": "/www.instagram.com/oauth/authorize",
    "FACEBOOK": "/www.facebook.com/v26.0/dialog/oauth",
}
SCOPES = {
    "INSTAGRAM": "instagram_business_basic,instagram_business_content_publish",
    "FACEBOOK": "instagram_basic,instagram_content_publish,pages_show_list,pages_read_engagement",
}


def dialog(sandbox, login="INSTAGRAM", **change):
    query = {
        "client_id": sandbox.world.settings.apps[login]["appId"],
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": SCOPES[login],
        "state": "s 1",
        "sandbox_decision": "allow",
    }
    return sandbox.http.get(PAGES[login], params=query | change)


def code_of(answer):
    address = urlsplit(answer.headers["location"])
    assert answer.status_code == 302
    return parse_qs(address.query)["code"][0]


def exchange(sandbox, code, **change):
    app = sandbox.world.settings.apps["INSTAGRAM"]
    form = {
        "client_id": app["appId"],
        "client_secret": app["appSecret"],
        "grant_type": "authorization_code",
        "redirect_uri": BACK,
        "code": code,
    }
    return sandbox.http.post("/api.instagram.com/oauth/access_token", data=form | change)


def test_a_person_sees_what_is_asked_and_answers(sandbox):
    query = {"sandbox_decision": ""}
    page = dialog(sandbox, **query)
    assert "sandbox_creator" in page.text
    assert "instagram_business_content_publish" in page.text
    form = {
        "client_id": sandbox.world.settings.apps["INSTAGRAM"]["appId"],
        "redirect_uri": BACK,
        "scope": SCOPES["INSTAGRAM"],
        "state": "s 1",
        "account": "sandbox_creator",
        "granted": ["instagram_business_basic"],
        "decision": "allow",
    }
    answer = sandbox.http.post(PAGES["INSTAGRAM"], data=form)
    assert answer.headers["location"].endswith("#_")
    assert "state=s+1" in answer.headers["location"]
    token = exchange(sandbox, code_of(answer)).json()["data"][0]
    assert token["permissions"] == "instagram_business_basic"


def test_a_code_becomes_a_short_token_and_that_a_long_one(sandbox, phone):
    short = exchange(sandbox, code_of(dialog(sandbox))).json()["data"][0]
    assert short["user_id"] == phone.ig_id
    secret = sandbox.world.settings.apps["INSTAGRAM"]["appSecret"]
    query = {
        "grant_type": "ig_exchange_token",
        "client_secret": secret,
        "access_token": short["access_token"],
    }
    long = sandbox.http.get("/graph.instagram.com/access_token", params=query).json()
    assert long["expires_in"] == 60 * 86_400
    sandbox.clock.advance(3601)
    phone.token = short["access_token"]
    assert phone.get("me").json()["error"]["error_subcode"] == 463
    phone.token = long["access_token"]
    assert phone.get("me").status_code == 200


def test_the_flat_answer_is_possible_too(sandbox):
    sandbox.order("settings", oauthShape="flat")
    assert "access_token" in exchange(sandbox, code_of(dialog(sandbox))).json()


def test_a_code_is_good_once_for_an_hour_and_one_address(sandbox):
    code = code_of(dialog(sandbox))
    assert exchange(sandbox, code, redirect_uri=BACK + "/").status_code == 400
    assert exchange(sandbox, code).status_code == 200
    again = exchange(sandbox, code)
    assert again.status_code == 400
    assert set(again.json()) == {"error_type", "code", "error_message"}
    late = code_of(dialog(sandbox))
    sandbox.clock.advance(3601)
    assert exchange(sandbox, late).status_code == 400


def test_a_refusal_goes_back_in_the_address(sandbox):
    for login in PAGES:
        answer = dialog(sandbox, login, sandbox_decision="deny")
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        assert (query["error"], query["error_reason"]) == (["access_denied"], ["user_denied"])
        assert query["state"] == ["s 1"]


@pytest.mark.parametrize(
    "change", [{"client_id": "1"}, {"redirect_uri": ""}, {"scope": "everything"}, {"response_type": "token"}]
)
def test_a_dialog_that_makes_no_sense_goes_nowhere(sandbox, change):
    assert dialog(sandbox, **change).status_code == 400


def test_only_registered_addresses_are_served_once_there_are_some(sandbox):
    sandbox.order("settings", apps={"INSTAGRAM": {"redirectUris": [BACK + "/"]}})
    assert dialog(sandbox).status_code == 400
    assert dialog(sandbox, redirect_uri=BACK + "/").status_code == 302


def test_facebook_login_leads_to_page_tokens(sandbox, studio):
    code = code_of(dialog(sandbox, "FACEBOOK"))
    app = sandbox.world.settings.apps["FACEBOOK"]
    form = {"client_id": app["appId"], "client_secret": app["appSecret"], "redirect_uri": BACK, "code": code}
    token = sandbox.http.get("/graph.facebook.com/v26.0/oauth/access_token", params=form).json()
    assert token["expires_in"] == 3600
    again = sandbox.http.get("/graph.facebook.com/v26.0/oauth/access_token", params=form)
    assert again.json()["error"]["error_subcode"] == 36007
    studio.token = token["access_token"]
    [page] = studio.get("me/accounts", fields="access_token,instagram_business_account").json()["data"]
    assert page["instagram_business_account"] == {"id": studio.ig_id}
    permissions = {row["permission"] for row in studio.get("me/permissions").json()["data"]}
    assert permissions == set(SCOPES["FACEBOOK"].split(","))


def test_what_was_not_granted_is_refused(sandbox, phone):
    answer = dialog(sandbox, scope="instagram_business_basic")
    phone.token = exchange(sandbox, code_of(answer)).json()["data"][0]["access_token"]
    assert phone.get(f"{phone.ig_id}/media").status_code == 200
    refused = phone.post(f"{phone.ig_id}/media", image_url="http://media.test/a.jpg")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, 10)


def test_the_exchange_can_break(sandbox):
    code = code_of(dialog(sandbox))
    sandbox.order("faults", operation="oauth_token", error={"code": 1, "status": 500})
    assert exchange(sandbox, code).status_code == 500
    assert exchange(sandbox, code).status_code == 200
