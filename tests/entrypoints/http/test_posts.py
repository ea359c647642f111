"""Posts and the schedule over a real log, as a client sees them."""

from __future__ import annotations

import threading
import time
from typing import Any
from uuid import UUID, uuid4

import falcon.testing
import pytest

from domain.attempt import Failure, FollowUp
from domain.upstream import Upstream
from entrypoints.http.app import create_app
from entrypoints.http.waiting import WaitingRoom
from tests.fakes.service import JPEG, Studio

LATER = "2026-03-01T18:00:00Z"


class Client:
    """Asks with a key, and remembers what a post needs."""

    def __init__(self, studio: Studio, key: str, room: WaitingRoom) -> None:
        self.studio = studio
        self.app = falcon.testing.TestClient(create_app(studio.service, room))
        self.headers = {"Authorization": f"Bearer {key}"}

    def ask(self, method: str, path: str, json: Any = None, **headers: str) -> falcon.testing.Result:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.app.simulate_request(method, f"/api/v1{path}", json=json, headers=self.headers | named)

    def upload(self, number: int = 0) -> str:
        body = JPEG + str(number).encode()
        form = (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
            + body
            + b"\r\n--x--\r\n"
        )
        result = self.app.simulate_post(
            "/api/v1/media",
            body=form,
            headers=self.headers | {"Content-Type": "multipart/form-data; boundary=x"},
        )
        assert result.status_code == 201, result.text
        return str(result.json["id"])


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
def client(studio: Studio) -> Client:
    return Client(studio, studio.key().key, WaitingRoom(threads=8))


@pytest.fixture
def post(studio: Studio, client: Client) -> dict[str, Any]:
    """A body that is accepted everywhere."""
    return {
        "accountId": str(studio.account().id),
        "mediaType": "IMAGE",
        "caption": "hello",
        "mediaFileIds": [client.upload()],
    }


def test_a_draft_is_shown_with_every_field_of_the_contract(client: Client, post: dict[str, Any]) -> None:
    rich = post | {
        "userTags": [{"username": "somebody", "x": 0.5, "y": 0}],
        "collaborators": ["other.person"],
        "altTexts": ["a picture"],
        "firstComment": "first",
        "scheduledFor": "2026-03-01T20:00:00+02:00",
    }
    result = client.ask("POST", "/posts", rich)
    assert result.status_code == 201
    found = result.json
    assert set(found) == {
        *("id", "status", "attempts", "nextAttemptAt", "waitingFor", "failure", "instagram", "facebook"),
        *("comment", "createdAt", "updatedAt", "livemode", "accountId", "mediaType", "caption"),
        *("mediaFileIds", "userTags", "storyMentions", "collaborators", "locationId", "altTexts"),
        *("coverMediaId", "thumbOffsetMs", "shareToFeed", "firstComment", "textOverlays"),
        *("crossPostToFacebook", "publishVia", "allowDuplicate", "fit", "scheduledFor", "scheduledLocal"),
    }
    assert found["status"] == "DRAFT"
    assert found["scheduledFor"] == LATER
    assert found["userTags"] == [{"username": "somebody", "x": 0.5, "y": 0.0, "mediaIndex": None}]
    assert found["livemode"] is False
    assert result.headers["ETag"] == client.ask("GET", f"/posts/{found['id']}").headers["ETag"]


def test_a_wrong_count_wins_over_faults_of_shape_but_not_over_what_is_not_found(
    client: Client, post: dict[str, Any]
) -> None:
    carousel = post | {"mediaType": "CAROUSEL"}
    assert client.ask("POST", "/posts", carousel).json["code"] == "INVALID_CAROUSEL"
    assert client.ask("POST", "/posts", carousel | {"caption": 7}).json["code"] == "INVALID_CAROUSEL"
    eleven = carousel | {"mediaFileIds": [*post["mediaFileIds"]] * 11, "nonsense": 1}
    assert client.ask("POST", "/posts", eleven).json["code"] == "INVALID_CAROUSEL"
    foreign = carousel | {"accountId": str(uuid4())}
    assert client.ask("POST", "/posts", foreign).json["code"] == "NOT_FOUND"
    two = client.ask("POST", "/posts", post | {"mediaFileIds": post["mediaFileIds"] * 2})
    assert (two.json["code"], two.json["details"][0]["field"]) == ("VALIDATION_ERROR", "/mediaFileIds")


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"caption": 7}, "/caption"),
        ({"accountId": "7"}, "/accountId"),
        ({"mediaType": "FILM"}, "/mediaType"),
        ({"mediaFileIds": None}, "/mediaFileIds"),
        ({"userTags": [{"username": "a b"}]}, "/userTags/0/username"),
        ({"userTags": [{"username": "ab", "x": 1.1}]}, "/userTags/0/x"),
        ({"status": "PUBLISHED"}, "/status"),
        ({"scheduledFor": "soon"}, "/scheduledFor"),
        (
            {"scheduledFor": LATER, "scheduledLocal": {"wallTime": "2026-03-01T10:00", "timezone": "UTC"}},
            "/scheduledLocal",
        ),
        (
            {"scheduledLocal": {"wallTime": "2026-03-01T10:00", "timezone": "Mars/Base"}},
            "/scheduledLocal/timezone",
        ),
        (
            {"scheduledLocal": {"wallTime": "2026-03-29T02:30", "timezone": "Europe/Berlin"}},
            "/scheduledLocal/wallTime",
        ),
        (
            {"scheduledLocal": {"wallTime": "2026-02-30T02:30", "timezone": "Europe/Berlin"}},
            "/scheduledLocal/wallTime",
        ),
    ],
)
def test_faults_are_pointed_to(
    client: Client, post: dict[str, Any], fault: dict[str, Any], field: str
) -> None:
    found = client.ask("POST", "/posts", post | fault).json
    assert found["code"] == "VALIDATION_ERROR"
    assert [detail["field"] for detail in found["details"]] == [field]


def test_a_local_time_is_kept_beside_the_moment(client: Client, post: dict[str, Any]) -> None:
    local = {"wallTime": "2026-07-01T09:30", "timezone": "Europe/Berlin"}
    found = client.ask("POST", "/schedule", post | {"scheduledLocal": local}).json
    assert found["scheduledFor"] == "2026-07-01T07:30:00Z"
    assert found["scheduledLocal"] == {"wallTime": "2026-07-01T09:30:00", "timezone": "Europe/Berlin"}


def test_a_change_keeps_what_it_does_not_name(client: Client, post: dict[str, Any]) -> None:
    id_ = client.ask("POST", "/posts", post | {"firstComment": "first"}).json["id"]
    found = client.ask("PATCH", f"/posts/{id_}", {"caption": "other"}).json
    assert (found["caption"], found["firstComment"]) == ("other", "first")
    found = client.ask("PATCH", f"/posts/{id_}", {"firstComment": None, "caption": None}).json
    assert (found["caption"], found["firstComment"]) == ("", None)
    assert client.ask("PATCH", f"/posts/{id_}", {"mediaType": None}).json["code"] == "VALIDATION_ERROR"


def test_a_post_is_changed_only_at_the_version_that_was_read(client: Client, post: dict[str, Any]) -> None:
    first = client.ask("POST", "/posts", post)
    path, etag = f"/posts/{first.json['id']}", first.headers["ETag"]
    second = client.ask("PATCH", path, {"caption": "two"}, If_Match=etag)
    assert second.status_code == 200
    assert second.headers["ETag"] != etag
    for stale in (etag, "nonsense", f"W/{second.headers['ETag']}"):
        assert client.ask("PATCH", path, {"caption": "three"}, If_Match=stale).status_code == 412
        assert client.ask("DELETE", path, If_Match=stale).json["code"] == "PRECONDITION_FAILED"
    assert client.ask("DELETE", f"/posts/{uuid4()}", If_Match="nonsense").status_code == 404
    cancelled = client.ask("DELETE", path, If_Match=second.headers["ETag"])
    assert (cancelled.status_code, cancelled.json["status"]) == (200, "CANCELLED")
    assert client.ask("DELETE", path).json["code"] == "INVALID_STATUS"


def test_posts_are_listed_page_by_page(client: Client, studio: Studio, post: dict[str, Any]) -> None:
    made = []
    for number in range(5):
        studio.clock.forward(seconds=number % 2)
        made.append(client.ask("POST", "/posts", post | {"caption": str(number)}).json["id"])
    seen, cursor = [], ""
    while True:
        found = client.ask("GET", f"/posts?limit=2{cursor}").json
        seen += [item["id"] for item in found["items"]]
        if found["nextCursor"] is None:
            break
        cursor = f"&cursor={found['nextCursor']}"
    assert sorted(seen) == sorted(made)
    assert len(seen) == 5
    first = client.ask("GET", "/posts?limit=2").json["nextCursor"]
    for query in (f"status=DRAFT&cursor={first}", "cursor=nonsense", "cursor=WzFd"):
        assert client.ask("GET", f"/posts?{query}").json["code"] == "INVALID_PARAM"
    assert client.ask("GET", f"/media?cursor={first}").json["code"] == "INVALID_PARAM"


def test_lists_hold_what_the_filters_say(client: Client, post: dict[str, Any]) -> None:
    draft = client.ask("POST", "/posts", post).json["id"]
    due = client.ask("POST", "/schedule", post | {"scheduledFor": LATER}).json["id"]

    def listed(query: str) -> list[str]:
        return [item["id"] for item in client.ask("GET", f"/posts?{query}").json["items"]]

    assert listed("status=DRAFT") == [draft]
    assert listed(f"accountId={post['accountId']}&status=SCHEDULED") == [due]
    assert listed("from=2026-03-01T17:00:00Z&to=2026-03-01T19:00:00Z") == [due]
    assert client.ask("GET", f"/posts?accountId={uuid4()}").json["code"] == "NOT_FOUND"
    assert client.ask("GET", "/posts?status=GONE").json["code"] == "INVALID_PARAM"


def test_the_schedule_tells_what_waits_for_its_time(client: Client, post: dict[str, Any]) -> None:
    made = client.ask("POST", "/schedule", post | {"scheduledFor": LATER})
    assert (made.status_code, made.json["status"]) == (201, "SCHEDULED")
    span = "/schedule?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z"
    assert [item["id"] for item in client.ask("GET", span).json["items"]] == [made.json["id"]]
    path = f"/schedule/{made.json['id']}"
    moved = client.ask("PATCH", path, {"scheduledFor": "2026-03-05T00:00:00Z"})
    assert moved.json["scheduledFor"] == "2026-03-05T00:00:00Z"
    assert client.ask("GET", span).json == {"items": [], "nextCursor": None}
    assert (
        client.ask("PATCH", path, {"scheduledFor": "2026-02-01T00:00:00Z"}).json["code"] == "INVALID_SCHEDULE"
    )
    assert client.ask("PATCH", path, {}).json["code"] == "VALIDATION_ERROR"
    assert client.ask("DELETE", path).json["status"] == "DRAFT"
    assert client.ask("DELETE", path).json["code"] == "INVALID_STATUS"
    assert client.ask("GET", "/schedule?from=2026-03-01T00:00:00Z").json["code"] == "MISSING_PARAM"


def test_a_time_is_taken_away_on_the_schedule_only(client: Client, post: dict[str, Any]) -> None:
    id_ = client.ask("POST", "/schedule", post | {"scheduledFor": LATER}).json["id"]
    assert client.ask("PATCH", f"/posts/{id_}", {"scheduledFor": None}).json["code"] == "VALIDATION_ERROR"
    draft = client.ask("POST", "/posts", post | {"caption": "draft"}).json["id"]
    assert client.ask("PATCH", f"/posts/{draft}", {"scheduledFor": None}).status_code == 200


def test_publishing_is_accepted_and_reported_later(
    client: Client, studio: Studio, post: dict[str, Any]
) -> None:
    made = client.ask("POST", "/posts/publish", post)
    assert (made.status_code, made.json["status"]) == (202, "PUBLISHING")
    again = client.ask("POST", "/posts/publish", post)
    assert (again.status_code, again.json["code"]) == (409, "DUPLICATE_POST")
    assert (
        client.ask("POST", "/posts/publish", post | {"scheduledFor": LATER}).json["code"]
        == "VALIDATION_ERROR"
    )
    upstream = Upstream(http_status=400, code=36003, message="No.", trace_id="T")
    failure = Failure("MEDIA_FETCH_FAILED", "Instagram could not fetch the file.", upstream)
    studio.tell(UUID(made.json["id"]), lambda post: post.fail(failure, by=studio.by))
    found = client.ask("GET", f"/posts/{made.json['id']}").json
    assert found["status"] == "FAILED"
    assert set(found["failure"]) == {"code", "fallback", "error", "recovery", "upstream"}
    assert found["failure"]["fallback"] == "MEDIA_INVALID"
    assert found["failure"]["upstream"]["traceId"] == "T"
    retried = client.ask("POST", f"/posts/{made.json['id']}/retry", {})
    assert (retried.status_code, retried.json["status"]) == (202, "SCHEDULED")
    assert client.ask("POST", f"/posts/{made.json['id']}/retry").json["code"] == "INVALID_STATUS"


def test_a_draft_is_published_once(client: Client, post: dict[str, Any]) -> None:
    id_ = client.ask("POST", "/posts", post).json["id"]
    assert client.ask("POST", f"/posts/{id_}/publish").status_code == 202
    assert client.ask("POST", f"/posts/{id_}/publish").json["code"] == "INVALID_STATUS"


def test_waiting_brings_the_final_post(client: Client, studio: Studio, post: dict[str, Any]) -> None:
    def publish() -> None:
        while not (rows := studio.service.posts.page(user_of(studio))):
            time.sleep(0.02)
        studio.tell(rows[0].id, lambda post: post.published("17900", "answer", by=studio.by))
        time.sleep(0.1)
        done = "https://www.instagram.com/p/x/"
        studio.tell(rows[0].id, lambda post: post.follow_up_done(FollowUp.PERMALINK, done, by=studio.by))

    worker = threading.Thread(target=publish)
    worker.start()
    result = client.ask("POST", "/posts/publish?wait=20", post)
    worker.join()
    assert (result.status_code, result.json["status"]) == (200, "PUBLISHED")
    assert result.json["instagram"] == {
        "mediaId": "17900",
        "permalink": "https://www.instagram.com/p/x/",
        "publishedAt": "2026-03-01T12:00:00Z",
    }


def user_of(studio: Studio) -> UUID:
    return studio.service.people.users()[0].id


def test_waiting_ends_in_time_or_at_once_without_a_seat(
    studio: Studio, post: dict[str, Any], client: Client
) -> None:
    began = time.monotonic()
    assert client.ask("POST", "/posts/publish?wait=1", post).status_code == 202
    assert 0.9 < time.monotonic() - began < 10
    full = Client(studio, studio.key().key, WaitingRoom(threads=1))
    other = post | {"caption": "other"}
    began = time.monotonic()
    assert full.ask("POST", "/posts/publish?wait=30", other).status_code == 202
    assert time.monotonic() - began < 10
    assert client.ask("POST", "/posts/publish?wait=61", post).json["code"] == "INVALID_PARAM"


def test_a_doubt_is_settled_by_a_persons_word(client: Client, studio: Studio, post: dict[str, Any]) -> None:
    id_ = client.ask("POST", "/posts/publish", post).json["id"]
    assert (
        client.ask("POST", f"/posts/{id_}/resolve", {"outcome": "PUBLISHED"}).json["code"] == "INVALID_STATUS"
    )
    studio.tell(
        UUID(id_),
        lambda post: post.container_created(-1, "c1", by=studio.by),
        lambda post: post.doubt_outcome(None, by=studio.by),
    )
    doubtful = client.ask("GET", f"/posts/{id_}").json
    assert doubtful["waitingFor"]["reason"] == "OUTCOME_UNKNOWN"
    wrong = {"outcome": "NOT_PUBLISHED", "igMediaId": "17"}
    assert client.ask("POST", f"/posts/{id_}/resolve", wrong).json["code"] == "VALIDATION_ERROR"
    settled = client.ask("POST", f"/posts/{id_}/resolve", {"outcome": "PUBLISHED", "igMediaId": "17901"}).json
    assert (settled["status"], settled["instagram"]["mediaId"]) == ("PUBLISHED", "17901")


def test_the_timeline_tells_who_did_what(client: Client, post: dict[str, Any]) -> None:
    made = client.ask("POST", "/posts", post, X_Request_Id="from-here").json
    client.ask("PATCH", f"/posts/{made['id']}", {"caption": "other"})
    items = client.ask("GET", f"/posts/{made['id']}/timeline").json["items"]
    assert [item["type"] for item in items] == ["post.created", "post.edited"]
    assert set(items[0]) == {"position", "time", "type", "text", "actor", "data"}
    assert items[0]["actor"].startswith("key:")
    assert items[0]["data"]["content"]["mediaIds"] == post["mediaFileIds"]
    assert items[0]["position"] < items[1]["position"]


def test_many_posts_are_scheduled_each_for_itself(client: Client, post: dict[str, Any]) -> None:
    good = post | {"scheduledFor": LATER}
    items = [good, post | {"caption": 7}, post, good | {"caption": "other"}, good | {"mediaType": "CAROUSEL"}]
    result = client.ask("POST", "/schedule/bulk", {"items": items})
    assert result.status_code == 200
    results = result.json["results"]
    assert [entry["index"] for entry in results] == list(range(5))
    assert [entry.get("post", {}).get("status") for entry in results] == [
        *("SCHEDULED", None, None, "SCHEDULED", None)
    ]
    refusals = [entry["error"] for entry in results if "error" in entry]
    assert [refusal["code"] for refusal in refusals] == [
        "VALIDATION_ERROR",
        "VALIDATION_ERROR",
        "INVALID_CAROUSEL",
    ]
    assert refusals[1]["details"][0]["field"] == "/scheduledFor"
    assert all(refusal["requestId"] == result.headers["X-Request-Id"] for refusal in refusals)
    assert "retryAfter" not in refusals[0]
    for wrong in ({"items": []}, {"items": [good] * 101}, {"items": ["x"]}, {}):
        assert client.ask("POST", "/schedule/bulk", wrong).json["code"] == "VALIDATION_ERROR"


def test_a_post_is_validated_without_being_stored(client: Client, post: dict[str, Any]) -> None:
    fine = client.ask("POST", "/posts/validate", post)
    assert (fine.status_code, fine.json["ok"]) == (200, True)
    assert "OUTCOME_UNKNOWN" in fine.json["cannotForesee"]
    bad = post | {
        "mediaType": "STORIES",
        "userTags": [{"username": "somebody"}],
        "collaborators": ["other"],
        "accountId": str(uuid4()),
        "scheduledFor": "2026-02-01T00:00:00Z",
    }
    found = client.ask("POST", "/posts/validate", bad).json
    assert found["ok"] is False
    assert {(finding["code"], finding["field"]) for finding in found["findings"]} >= {
        ("VALIDATION_ERROR", "/caption"),
        ("INVALID_TAGS", "/userTags"),
        ("INVALID_COLLABORATORS", "/collaborators"),
        ("INVALID_SCHEDULE", "/scheduledFor"),
    }
    assert "NOT_FOUND" in {finding["code"] for finding in found["findings"]}
    assert client.ask("GET", "/posts").json["items"] == []


def test_what_is_live_is_deleted_on_instagram(client: Client, studio: Studio, post: dict[str, Any]) -> None:
    path = f"/posts/{client.ask('POST', '/posts/publish', post).json['id']}"
    assert client.ask("DELETE", f"{path}/instagram").json["code"] == "NO_MEDIA_ID"
    studio.tell(UUID(path[-36:]), lambda post: post.published("17900", "answer", by=studio.by))
    deleted = client.ask("DELETE", f"{path}/instagram")
    assert (deleted.status_code, deleted.json["status"]) == (200, "DELETED")
    assert client.ask("DELETE", f"{path}/instagram").json["code"] == "INVALID_STATUS"


def test_what_belongs_to_another_user_is_not_there(
    client: Client, studio: Studio, post: dict[str, Any]
) -> None:
    id_ = client.ask("POST", "/posts", post).json["id"]
    stranger = Client(studio, studio.key("other@example.com").key, WaitingRoom(threads=8))
    for method, path in (
        ("GET", f"/posts/{id_}"),
        ("DELETE", f"/posts/{id_}"),
        ("POST", f"/posts/{id_}/publish"),
        ("GET", f"/posts/{id_}/timeline"),
        ("DELETE", f"/schedule/{id_}"),
        ("GET", f"/media/{post['mediaFileIds'][0]}"),
        ("GET", f"/accounts/{post['accountId']}"),
    ):
        assert stranger.ask(method, path).json["code"] == "NOT_FOUND", (method, path)
    assert stranger.ask("POST", "/posts", post).json["code"] == "NOT_FOUND"
    assert stranger.ask("GET", "/posts").json["items"] == []


def test_a_key_for_other_accounts_is_refused(client: Client, studio: Studio, post: dict[str, Any]) -> None:
    id_ = client.ask("POST", "/posts", post).json["id"]
    other = studio.account(username="other")
    limited = Client(studio, studio.key(account_ids=(other.id,)).key, WaitingRoom(threads=8))
    assert limited.ask("GET", f"/posts/{id_}").json["code"] == "INSUFFICIENT_SCOPE"
    assert limited.ask("GET", "/posts").json["items"] == []
    assert [account["username"] for account in limited.ask("GET", "/auth/me").json["accounts"]] == ["other"]
