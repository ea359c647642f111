"""The five shapes in which a failure arrives, and the parts of an answer that is none."""

from __future__ import annotations

import pytest

from adapters.graph_api.answers import identifier, moment, text, whole
from adapters.graph_api.apps import MetaApp
from adapters.graph_api.consent import GraphConsent, refusal
from adapters.graph_api.containers import GraphContainers
from application.posts.ports import Access
from domain.account import LoginMethod
from domain.attempt import Reading
from domain.upstream import Again
from tests.fakes.meta import NOW, Meta, json_of, verdict_of


def test_shape_one_is_the_envelope_of_the_graph_hosts(meta: Meta, access: Access) -> None:
    meta.refuses(9007, 2207027, message="Media ID is not available")
    judged = verdict_of(lambda: meta.graph.get(access.login_method, ("1",), access.token))
    assert (judged.again, judged.upstream.message) == (Again.NOT_READY, "Media ID is not available")  # type: ignore[union-attr]


def test_shape_one_may_come_with_status_200(meta: Meta, access: Access) -> None:
    meta.refuses(190, 463, status=200)
    assert verdict_of(lambda: meta.graph.get(access.login_method, ("1",), access.token)).blocks


def test_shape_two_is_a_container_that_tells_its_failure_with_status_200(meta: Meta, access: Access) -> None:
    containers = GraphContainers(meta.graph, blobs=open)  # type: ignore[arg-type]
    meta.says(json_of({"status_code": "ERROR", "status": "Error: failed with error code 2207052", "id": "1"}))
    seen = containers.read(access, "1")
    assert seen.reading is Reading.ERROR
    assert containers.judge(seen).verdict.code == "MEDIA_FETCH_FAILED"


@pytest.mark.parametrize(
    ("kind", "message", "retriable", "expected"),
    [
        ("NotAuthorizedError", "bad token", False, ("TOKEN_EXPIRED", Again.NEVER)),
        ("OffsetInvalidError", "offset", False, ("UNKNOWN_ERROR", Again.SAME_CALL)),
        ("PartialRequestError", "length", True, ("UNKNOWN_ERROR", Again.SAME_CALL)),
        ("ProcessingFailedError", "no", False, ("MEDIA_INVALID", Again.SAME_CALL)),
        ("NovelError", '{"code":2207026}', False, ("MEDIA_INVALID", Again.NEVER)),
        ("NovelError", "no", True, ("UNKNOWN_ERROR", Again.SAME_CALL)),
        ("NovelError", "no", False, ("UNKNOWN_ERROR", Again.NEW_CONTAINER)),
    ],
)
def test_shape_three_is_the_envelope_of_the_byte_server(
    meta: Meta, kind: str, message: str, retriable: bool, expected: tuple[str, Again]
) -> None:
    meta.says(json_of({"debug_info": {"retriable": retriable, "type": kind, "message": message}}, 400))
    judged = verdict_of(lambda: meta.graph.upload("https://rupload.facebook.com/x", "EAA", {}))
    assert (judged.code, judged.again) == expected
    assert not judged.doubtful
    assert judged.upstream is not None
    assert judged.upstream.message == message


def test_shape_four_is_the_envelope_of_the_token_exchange(meta: Meta) -> None:
    consent = GraphConsent(meta.graph, Still(), {LoginMethod.INSTAGRAM: MetaApp("1", "secret")})
    meta.says(json_of({"error_type": "OAuthException", "code": 400, "error_message": "code was used"}, 400))
    judged = verdict_of(lambda: consent.exchange(LoginMethod.INSTAGRAM, "AQB", "https://me.example/"))
    assert judged.code == "AUTH_FAILED"
    assert judged.upstream is not None
    assert (judged.upstream.title, judged.upstream.message) == ("OAuthException", "code was used")


def test_shape_five_is_a_redirect_without_a_code() -> None:
    denied = {
        "error": "access_denied",
        "error_reason": "user_denied",
        "error_description": "The user denied your request",
    }
    refused, broken = refusal(denied), refusal({"error": "server_error"})
    assert refusal({"code": "AQB", "state": "x"}) is None
    assert refused is not None
    assert broken is not None
    assert (refused.verdict.code, broken.verdict.code) == ("PERMISSION_MISSING", "AUTH_FAILED")
    assert refused.verdict.upstream is not None
    assert refused.verdict.upstream.message == "The user denied your request"


class Still:
    def now(self) -> object:
        return NOW


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2026-10-01T09:30:00+0000", 9),
        ("2026-10-01T09:30:00+00:00", 9),
        ("2026-10-01T09:30:00Z", 9),
        ("2026-10-01T11:30:00+0200", 9),
        ("2026-10-01T09:30:00", 9),
    ],
)
def test_times_are_read_with_and_without_a_colon(written: str, hour: int) -> None:
    found = moment(written)
    assert found is not None
    assert (found.hour, found.utcoffset().total_seconds()) == (hour, 0)  # type: ignore[union-attr]


def test_what_is_no_time_no_id_and_no_number_is_none() -> None:
    for nothing in (None, "", "yesterday", 17.5, [], {}, True):
        assert moment(nothing) is None
        assert whole(nothing) is None
    for nothing in (None, "", [], {}, True, 1.5):
        assert identifier(nothing) is None
    assert (whole("17"), whole(17), whole("-1")) == (17, 17, -1)
    assert (identifier(17900000000000001), identifier("179")) == ("17900000000000001", "179")


def test_a_text_is_kept_short() -> None:
    assert len(text("x" * 10_000) or "") == 1000
    assert text("") is None
    assert text(17) is None
