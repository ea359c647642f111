"""The control face."""

import base64
import hmac
import json
from urllib.parse import parse_qs

import httpx
import pytest

from entrypoints.sandbox.app import create_app
from entrypoints.sandbox.clock import SharedClock
from entrypoints.sandbox.fetching import Fetcher
from entrypoints.sandbox.world import World


def test_a_fresh_world_has_two_accounts(sandbox):
    studio, creator = sandbox.http.get("/_sandbox/accounts").json()["items"]
    assert (studio["username"], studio["accountType"], studio["loginMethod"]) == (
        "sandbox_studio",
        "BUSINESS",
        "FACEBOOK",
    )
    assert (creator["username"], creator["accountType"], creator["loginMethod"]) == (
        "sandbox_creator",
        "MEDIA_CREATOR",
        "INSTAGRAM",
    )
    assert studio["pageId"]
    assert "accessToken" not in studio


def test_an_account_is_made_once(sandbox):
    wanted = {"username": "new", "accountType": "BUSINESS", "loginMethod": "FACEBOOK", "quota": 5}
    first = sandbox.http.post("/_sandbox/accounts", json=wanted)
    again = sandbox.http.post("/_sandbox/accounts", json=wanted)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert set(first.json()) == {"accessToken", "igUserId", "username", "pageId", "pageAccessToken"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("accounts", {}),
        ("accounts", {"username": "x", "loginMethod": "TELEPATHY"}),
        ("accounts", {"username": "x", "quota": "many"}),
        ("accounts", {"username": "x", "shoeSize": 42}),
        ("clock", {"advance": -1}),
        ("clock", {}),
        ("human-post", {"account": "nobody", "caption": "x"}),
        ("settings", {"warpFactor": 9}),
        ("settings", {"secondPublish": "maybe"}),
        ("settings", {"latencySeconds": -1}),
        ("settings", {"containerStuck": "yes"}),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(sandbox, path, body):
    answer = sandbox.http.post(f"/_sandbox/{path}", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")


def test_a_patch_that_makes_no_sense_changes_nothing(sandbox, phone):
    for body in ({"blocked": "sideways"}, {"quota": -1}, {"tokenState": "asleep"}, {"mood": 1}):
        assert sandbox.http.patch("/_sandbox/accounts/sandbox_creator", json=body).status_code == 400
    assert phone.get("me").status_code == 200
    assert sandbox.http.patch("/_sandbox/accounts/nobody", json={}).status_code == 400


def test_text_that_is_no_json_is_refused(sandbox):
    answer = sandbox.http.post("/_sandbox/faults", content=b"{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json() == {"error": "The body is not JSON."}


def test_settings_are_read_and_changed(sandbox):
    assert sandbox.http.get("/_sandbox/settings").json()["imageSeconds"] == 3
    changed = sandbox.order("settings", imageSeconds=0, quotaDefault=25)
    assert (changed["imageSeconds"], changed["quotaDefault"]) == (0, 25)


def test_a_reset_goes_back_to_the_seed_and_keeps_its_tokens(sandbox, phone):
    sandbox.phone("passer_by", loginMethod="INSTAGRAM")
    sandbox.post_now(phone)
    sandbox.order("settings", quotaDefault=1)
    sandbox.order("faults", operation="media", action="drop_before")
    sandbox.http.patch("/_sandbox/accounts/sandbox_creator", json={"quota": 1, "tokenState": "revoked"})
    sandbox.clock.advance(90 * 86_400)
    sandbox.order("reset")
    assert sandbox.published() == []
    assert sandbox.http.get("/_sandbox/settings").json()["quotaDefault"] == 100
    assert sandbox.http.get("/_sandbox/faults").json()["items"] == []
    assert [a["username"] for a in sandbox.http.get("/_sandbox/accounts").json()["items"]] == [
        "sandbox_studio",
        "sandbox_creator",
    ]
    assert sandbox.phone("sandbox_creator").token == phone.token
    sandbox.post_now(phone)


def test_the_clock_writes_its_offset_where_others_read_it(tmp_path):
    world = World(clock=SharedClock(tmp_path))
    create_app(world)
    file = tmp_path / "clock-offset"
    assert json.loads(file.read_text()) == {"offset_seconds": 0.0}
    world.clock.advance(3600)
    assert json.loads(file.read_text()) == {"offset_seconds": 3600.0}
    assert SharedClock(tmp_path).now() - SharedClock().now() == pytest.approx(3600, abs=1)


def test_calls_are_listed_by_operation_and_account(sandbox, phone, studio):
    phone.get("me")
    studio.get(f"{studio.ig_id}/media")
    calls = sandbox.http.get("/_sandbox/calls").json()["items"]
    assert [(c["operation"], c["account"], c["status"]) for c in calls] == [
        ("profile", "sandbox_creator", 200),
        ("media_list", "sandbox_studio", 200),
    ]
    only = sandbox.http.get("/_sandbox/calls", params={"account": "sandbox_studio"}).json()["items"]
    assert [c["operation"] for c in only] == ["media_list"]
    later = sandbox.http.get("/_sandbox/calls", params={"after": calls[0]["number"]}).json()["items"]
    assert len(later) == 1


def test_the_usage_headers_stand_on_every_answer(sandbox, phone):
    for answer in (phone.get("me"), phone.get("12345"), phone.publish("17900000000000001")):
        assert "X-App-Usage" in answer.headers
    usage = json.loads(phone.get("me").headers["X-Business-Use-Case-Usage"])
    assert usage[phone.ig_id][0]["type"] == "instagram"


def test_too_many_calls_are_throttled_when_a_budget_is_set(sandbox, phone):
    sandbox.order("settings", callBudget=3)
    codes = [phone.get("me").status_code for _ in range(4)]
    assert codes == [200, 200, 200, 400]
    assert phone.get("me").json()["error"]["code"] == 80002
    sandbox.clock.advance(3600)
    assert phone.get("me").status_code == 200


def test_an_app_is_told_when_a_person_removes_it(sandbox, phone):
    received = []

    def answer(request):
        received.append(request)
        return httpx.Response(200, json={"done": True})

    sandbox.world.fetcher = Fetcher(httpx.MockTransport(answer))
    body = {"kind": "deauthorize", "account": "sandbox_creator", "url": "http://pressroom.test/deauthorize"}
    assert sandbox.order("callbacks", **body)["status"] == 200
    [signed] = parse_qs(received[0].content.decode())["signed_request"]
    signature, payload = signed.split(".")
    secret = sandbox.world.settings.apps["INSTAGRAM"]["appSecret"].encode()
    expected = hmac.digest(secret, payload.encode(), "sha256")
    assert base64.urlsafe_b64decode(signature + "=") == expected
    assert phone.get("me").json()["error"]["error_subcode"] == 458
