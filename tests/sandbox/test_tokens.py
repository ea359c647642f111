"""Who may call, with what, and for how long."""

import pytest

DAY = 86_400


def refusal(answer):
    error = answer.json()["error"]
    return error["code"], error.get("error_subcode")


def test_a_token_is_taken_from_header_or_query(phone):
    query = phone.http.get("/graph.instagram.com/v26.0/me", params={"access_token": phone.token})
    assert query.json() == phone.get("me").json()


def test_a_call_without_or_with_a_wrong_token_is_refused(sandbox, phone, studio):
    assert refusal(sandbox.http.get("/graph.instagram.com/v26.0/me")) == (2500, None)
    phone.token = "nonsense"
    answer = phone.get("me")
    assert (answer.status_code, refusal(answer)) == (401, (190, None))
    studio.host = "graph.instagram.com"
    assert refusal(studio.get("me")) == (190, None)


@pytest.mark.parametrize(
    ("state", "subcode"), [("expired", 463), ("revoked", 458), ("460", 460), ("467", 467)]
)
def test_a_token_can_die_in_every_way(sandbox, phone, state, subcode):
    sandbox.http.patch("/_sandbox/accounts/sandbox_creator", json={"tokenState": state})
    assert refusal(phone.get("me")) == (190, subcode)
    sandbox.http.patch("/_sandbox/accounts/sandbox_creator", json={"tokenState": "valid"})
    assert phone.get("me").status_code == 200


def test_a_token_runs_out_after_sixty_days_and_a_page_token_never(sandbox, phone, studio):
    sandbox.clock.advance(60 * DAY)
    assert refusal(phone.get("me")) == (190, 463)
    assert refusal(studio.get("me")) == (190, 463)
    assert studio.as_page().get("me").json()["id"] == studio.page_id


def test_another_account_is_as_good_as_none(sandbox, phone):
    stranger = sandbox.phone("stranger", loginMethod="INSTAGRAM")
    assert refusal(phone.get(stranger.ig_id, fields="username")) == (100, 33)
    assert refusal(phone.get("12345")) == (100, 33)


def test_a_token_is_refreshed_after_a_day(sandbox, phone):
    def refresh(token):
        query = {"grant_type": "ig_refresh_token", "access_token": token}
        return sandbox.http.get("/graph.instagram.com/refresh_access_token", params=query)

    assert refusal(refresh(phone.token)) == (100, None)
    sandbox.clock.advance(DAY)
    fresh = refresh(phone.token).json()
    assert fresh["expires_in"] == 60 * DAY
    assert fresh["token_type"] == "bearer"
    sandbox.clock.advance(59 * DAY + 1)
    assert refusal(refresh(phone.token)) == (190, 463)
    phone.token = fresh["access_token"]
    assert phone.get("me").status_code == 200
    assert sandbox.phone("sandbox_creator").token == phone.token


def test_the_old_token_may_die_with_a_refresh(sandbox, phone):
    sandbox.order("settings", refreshKillsOld=True)
    sandbox.clock.advance(DAY)
    query = {"grant_type": "ig_refresh_token", "access_token": phone.token}
    assert sandbox.http.get("/graph.instagram.com/refresh_access_token", params=query).status_code == 200
    assert refusal(phone.get("me")) == (190, 467)


def test_faults_reach_the_refresh_of_both_logins(sandbox, phone, studio):
    sandbox.order("faults", operation="refresh_token", error={"code": 2}, times=2)
    query = {"grant_type": "ig_refresh_token", "access_token": phone.token}
    assert sandbox.http.get("/graph.instagram.com/refresh_access_token", params=query).status_code == 500
    form = app(sandbox, "FACEBOOK") | {"grant_type": "fb_exchange_token", "fb_exchange_token": studio.token}
    assert sandbox.http.get("/graph.facebook.com/v26.0/oauth/access_token", params=form).status_code == 500
    answer = sandbox.http.get("/graph.facebook.com/v26.0/oauth/access_token", params=form)
    assert answer.json()["expires_in"] == 60 * DAY


def test_each_host_tells_about_people_in_its_own_fields(phone, studio):
    me = phone.get("me", fields="id,user_id,username,account_type,media_count").json()
    assert (me["user_id"], me["account_type"]) == (phone.ig_id, "MEDIA_CREATOR")
    assert me["id"] != me["user_id"]
    assert refusal(phone.get("me", fields="username,is_published")) == (100, None)
    assert phone.get("me", fields="is_published").json()["error"]["type"] == "IGApiException"
    assert studio.get(studio.ig_id, fields="username,is_published").json()["is_published"] is True
    assert refusal(studio.get(studio.ig_id, fields="account_type")) == (100, None)


def test_a_person_lists_pages_with_their_accounts_and_tokens(studio):
    fields = "id,name,access_token,tasks,instagram_business_account{id,username}"
    [page] = studio.get("me/accounts", fields=fields).json()["data"]
    assert page["instagram_business_account"] == {"id": studio.ig_id, "username": "sandbox_studio"}
    assert (page["id"], page["access_token"]) == (studio.page_id, studio.page_token)
    assert "CREATE_CONTENT" in page["tasks"]
    granted = {row["permission"] for row in studio.get("me/permissions").json()["data"]}
    assert "instagram_content_publish" in granted
    assert studio.as_page().get(studio.ig_id, fields="username").json()["username"] == "sandbox_studio"


def test_a_token_can_be_inspected(sandbox, studio):
    app_token = "{appId}|{appSecret}".format(**sandbox.world.settings.apps["FACEBOOK"])
    query = {"input_token": studio.token, "access_token": app_token}
    data = sandbox.http.get("/graph.facebook.com/v26.0/debug_token", params=query).json()["data"]
    assert data["is_valid"] is True
    assert data["expires_at"] - data["issued_at"] == 60 * DAY
    sandbox.http.patch("/_sandbox/accounts/sandbox_studio", json={"tokenState": "460"})
    data = sandbox.http.get("/graph.facebook.com/v26.0/debug_token", params=query).json()["data"]
    assert (data["is_valid"], data["error"]["subcode"]) == (False, 460)


def test_retired_versions_are_raised_or_refused(sandbox, phone):
    def ask(version):
        headers = {"Authorization": f"Bearer {phone.token}"}
        return sandbox.http.get(f"/graph.instagram.com{version}/me", headers=headers)

    assert ask("/v19.0").headers["facebook-api-version"] == "v21.0"
    assert ask("").status_code == 200
    assert refusal(ask("/v31.0")) == (2500, None)
    sandbox.order("settings", retiredVersions="refuse")
    assert refusal(ask("/v19.0")) == (2635, None)


def app(sandbox, login):
    found = sandbox.world.settings.apps[login]
    return {"client_id": found["appId"], "client_secret": found["appSecret"]}
