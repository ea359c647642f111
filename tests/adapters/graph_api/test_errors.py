"""Every refusal Meta documents or was seen to give, and what we make of it."""

from __future__ import annotations

import httpx
import pytest

from adapters.graph_api.errors import EXCEPTIONS, ROWS, UPLOADS, Row
from adapters.graph_api.stages import Stage
from adapters.graph_api.verdicts import verdict
from domain.account import LoginMethod
from domain.errors import catalogue
from domain.upstream import Again, Upstream, Verdict
from tests.fakes.meta import Meta, access_by, json_of, verdict_of

NEVER, SAME, NEW, READY = Again.NEVER, Again.SAME_CALL, Again.NEW_CONTAINER, Again.NOT_READY
QUOTA, THROTTLE = Again.AFTER_QUOTA, Again.AFTER_THROTTLE
BLOCKS, DOUBT = True, True

# code, subcode: catalogue code, another try, tries in all, blocks, doubtful when publishing
EXPECTED: dict[tuple[int, int | None], tuple[str, Again, int, bool, bool]] = {
    (-2, 2207003): ("MEDIA_FETCH_FAILED", NEW, 4, False, DOUBT),
    (-2, 2207020): ("CONTAINER_EXPIRED", NEW, 3, False, DOUBT),
    (-1, None): ("UNKNOWN_ERROR", SAME, 4, False, DOUBT),
    (-1, 2207001): ("UNKNOWN_ERROR", SAME, 4, False, DOUBT),
    (-1, 2207032): ("UNKNOWN_ERROR", SAME, 4, False, DOUBT),
    (-1, 2207053): ("UNKNOWN_ERROR", NEW, 4, False, DOUBT),
    (-1, 2207073): ("CAPABILITY_UNAVAILABLE", NEVER, 1, False, False),
    (1, None): ("UNKNOWN_ERROR", SAME, 6, False, DOUBT),
    (1, 2207057): ("VALIDATION_ERROR", NEVER, 1, False, False),
    (2, None): ("UNKNOWN_ERROR", SAME, 6, False, DOUBT),
    (3, None): ("PERMISSION_MISSING", NEVER, 1, False, False),
    (4, None): ("INSTAGRAM_THROTTLED", THROTTLE, 9, False, DOUBT),
    (4, 2207051): ("ACCOUNT_RESTRICTED", NEVER, 1, BLOCKS, DOUBT),
    (9, 2207042): ("INSTAGRAM_QUOTA_REACHED", QUOTA, 30, False, False),
    (10, None): ("PERMISSION_MISSING", NEVER, 1, BLOCKS, False),
    (10, 9053): ("CAPABILITY_UNAVAILABLE", NEVER, 1, False, False),
    (17, None): ("INSTAGRAM_THROTTLED", THROTTLE, 9, False, False),
    (24, 2207006): ("CONTAINER_EXPIRED", NEW, 2, False, DOUBT),
    (24, 2207008): ("CONTAINER_EXPIRED", SAME, 3, False, DOUBT),
    (25, 2207050): ("ACCOUNT_RESTRICTED", NEVER, 1, BLOCKS, False),
    (32, None): ("INSTAGRAM_THROTTLED", THROTTLE, 9, False, False),
    (100, None): ("VALIDATION_ERROR", NEVER, 1, False, False),
    (100, 33): ("PERMISSION_MISSING", SAME, 3, False, DOUBT),
    (100, 2207023): ("VALIDATION_ERROR", NEVER, 1, False, False),
    (100, 2207028): ("INVALID_CAROUSEL", NEVER, 1, False, False),
    (100, 2207035): ("INVALID_TAGS", NEVER, 1, False, False),
    (100, 2207036): ("INVALID_TAGS", NEVER, 1, False, False),
    (100, 2207037): ("INVALID_TAGS", NEVER, 1, False, False),
    (100, 2207040): ("INVALID_TAGS", NEVER, 1, False, False),
    (100, 2207067): ("VALIDATION_ERROR", NEVER, 1, False, False),
    (100, 2207081): ("CAPABILITY_UNAVAILABLE", NEVER, 1, False, False),
    **{(100, sound): ("VALIDATION_ERROR", NEVER, 1, False, False) for sound in (9050, 9052, 9058, 9064)},
    **{(100, login): ("AUTH_FAILED", NEVER, 1, False, False) for login in (36007, 36008, 36009)},
    (101, None): ("AUTH_FAILED", NEVER, 1, False, False),
    (102, None): ("TOKEN_EXPIRED", NEVER, 1, BLOCKS, False),
    (102, 4711): ("TOKEN_EXPIRED", NEVER, 1, BLOCKS, False),
    (104, None): ("UNKNOWN_ERROR", NEVER, 1, False, False),
    (110, 2207018): ("INVALID_TAGS", NEVER, 1, False, False),
    (190, None): ("TOKEN_EXPIRED", NEVER, 1, BLOCKS, False),
    (190, 458): ("TOKEN_EXPIRED", NEVER, 1, BLOCKS, False),
    (190, 459): ("ACCOUNT_RESTRICTED", NEVER, 1, BLOCKS, False),
    (190, 460): ("TOKEN_EXPIRED", NEVER, 1, BLOCKS, False),
    (190, 463): ("TOKEN_EXPIRED", NEVER, 1, BLOCKS, False),
    (190, 464): ("ACCOUNT_RESTRICTED", NEVER, 1, BLOCKS, False),
    (190, 467): ("TOKEN_EXPIRED", NEVER, 1, BLOCKS, False),
    (190, 492): ("TOKEN_EXPIRED", NEVER, 1, BLOCKS, False),
    (190, 12345): ("TOKEN_EXPIRED", NEVER, 1, BLOCKS, False),
    (200, None): ("PERMISSION_MISSING", NEVER, 1, BLOCKS, False),
    (210, None): ("PERMISSION_MISSING", NEVER, 1, BLOCKS, False),
    (299, None): ("PERMISSION_MISSING", NEVER, 1, BLOCKS, False),
    (324, None): ("MEDIA_INVALID", NEVER, 1, False, False),
    (341, None): ("INSTAGRAM_THROTTLED", THROTTLE, 9, False, DOUBT),
    (352, 2207026): ("MEDIA_INVALID", NEVER, 1, False, False),
    (368, None): ("ACCOUNT_RESTRICTED", THROTTLE, 3, False, False),
    (506, None): ("DUPLICATE_POST", NEVER, 1, False, False),
    (613, None): ("INSTAGRAM_THROTTLED", THROTTLE, 9, False, False),
    (613, 1996): ("INSTAGRAM_THROTTLED", THROTTLE, 9, False, False),
    (2500, None): ("UNKNOWN_ERROR", NEVER, 1, False, False),
    (2635, None): ("UNKNOWN_ERROR", NEVER, 1, False, False),
    (6000, None): ("MEDIA_INVALID", SAME, 2, False, DOUBT),
    (9004, 2207052): ("MEDIA_FETCH_FAILED", NEW, 4, False, False),
    (9005, None): ("UNKNOWN_ERROR", NEVER, 1, False, False),
    (9007, 2207027): ("CONTAINER_EXPIRED", READY, 7, False, False),
    (36000, 2207004): ("MEDIA_INVALID", NEVER, 1, False, False),
    (36001, 2207005): ("MEDIA_INVALID", NEVER, 1, False, False),
    (36003, 2207009): ("MEDIA_INVALID", NEVER, 1, False, False),
    (36004, 2207010): ("VALIDATION_ERROR", NEVER, 1, False, False),
    (36104, None): ("UNKNOWN_ERROR", NEVER, 1, False, False),
    (80001, None): ("INSTAGRAM_THROTTLED", THROTTLE, 9, False, False),
    (80002, None): ("INSTAGRAM_THROTTLED", THROTTLE, 9, False, False),
    (1363040, None): ("MEDIA_INVALID", NEVER, 1, False, False),
    (1363127, None): ("MEDIA_INVALID", NEVER, 1, False, False),
    (1363128, None): ("MEDIA_INVALID", NEVER, 1, False, False),
    (1363129, None): ("MEDIA_INVALID", NEVER, 1, False, False),
    (1366046, None): ("MEDIA_INVALID", NEVER, 1, False, False),
    (1609005, None): ("VALIDATION_ERROR", NEVER, 1, False, False),
    # A subcode is known whatever code it comes with, and a code whatever subcode.
    (5555, 2207052): ("MEDIA_FETCH_FAILED", NEW, 4, False, False),
    (9, None): ("INSTAGRAM_QUOTA_REACHED", QUOTA, 30, False, False),
    (25, None): ("ACCOUNT_RESTRICTED", NEVER, 1, BLOCKS, False),
    (36000, None): ("MEDIA_INVALID", NEVER, 1, False, False),
    # An unlisted number is worth one more container, unless the account has to wait or be mended.
    (100, 2207099): ("UNKNOWN_ERROR", NEW, 2, False, DOUBT),
    (5555, 2207099): ("UNKNOWN_ERROR", NEW, 2, False, DOUBT),
    (190, 2207099): ("TOKEN_EXPIRED", NEVER, 1, BLOCKS, False),
    (80002, 2207099): ("INSTAGRAM_THROTTLED", THROTTLE, 9, False, False),
    (5555, None): ("UNKNOWN_ERROR", NEVER, 1, False, DOUBT),
}  # fmt: skip

# What a container that reads ERROR names in its sentence.
IN_CONTAINERS = {
    2207001: ("UNKNOWN_ERROR", NEW),
    2207003: ("MEDIA_FETCH_FAILED", NEW),
    2207020: ("CONTAINER_EXPIRED", NEW),
    2207026: ("MEDIA_INVALID", NEVER),
    2207032: ("UNKNOWN_ERROR", NEW),
    2207052: ("MEDIA_FETCH_FAILED", NEW),
    2207053: ("UNKNOWN_ERROR", NEW),
    2207057: ("VALIDATION_ERROR", NEVER),
    2207076: ("MEDIA_INVALID", NEW),
    2207077: ("MEDIA_FETCH_FAILED", NEW),
    2207082: ("MEDIA_INVALID", NEW),
    2207085: ("MEDIA_INVALID", NEVER),
    2207099: ("UNKNOWN_ERROR", NEW),
}


def asked_to_create(meta: Meta) -> Verdict:
    return _asked(meta, Stage.CREATE)


def asked_to_publish(meta: Meta) -> Verdict:
    return _asked(meta, Stage.PUBLISH)


def _asked(meta: Meta, stage: Stage) -> Verdict:
    access = access_by(LoginMethod.FACEBOOK)
    return verdict_of(
        lambda: meta.graph.post(
            access.login_method, ("1", "media"), access.token, {}, account=access.ig_user_id, stage=stage
        )
    )


@pytest.mark.parametrize(("code", "subcode"), EXPECTED, ids=str)
def test_a_refusal_has_its_meaning(meta: Meta, code: int, subcode: int | None) -> None:
    expected_code, again, most, blocks, doubt = EXPECTED[code, subcode]

    created = asked_to_create(meta.refuses(code, subcode))
    published = asked_to_publish(meta.refuses(code, subcode))

    assert (created.code, created.again, created.most, created.blocks) == (expected_code, again, most, blocks)
    assert created.doubtful is False
    assert published.doubtful is doubt
    assert (published.code, published.again) == (expected_code, again)
    assert (created.upstream.code, created.upstream.subcode) == (code, subcode)  # type: ignore[union-attr]


@pytest.mark.parametrize("number", IN_CONTAINERS)
def test_a_number_in_a_dead_container_has_its_meaning_and_never_means_that_container_again(
    number: int,
) -> None:
    judged = verdict(Upstream(http_status=200, subcode=number), Stage.CONTAINER)

    assert (judged.code, judged.again) == IN_CONTAINERS[number]
    assert judged.doubtful is False
    assert judged.most > 1 or judged.again is NEVER


def test_every_row_of_the_table_is_tested_here() -> None:
    told = {(code, subcode) for code, subcode in EXPECTED}
    for row in ROWS:
        subcodes = set(IN_CONTAINERS) | {subcode for _, subcode in told}
        assert any(_covers(row.code, code) and _covers(row.subcode, subcode) for code, subcode in told) or (
            row.code is None and row.subcode in subcodes
        ), row


def _covers(named: object, value: int | None) -> bool:
    if named is None or isinstance(named, int):
        return named == value
    return value in named  # type: ignore[operator]


@pytest.mark.parametrize(
    "row", [*ROWS, *EXCEPTIONS.values(), *UPLOADS.values()], ids=lambda row: row.sentence[:40]
)
def test_every_row_makes_sense(row: Row) -> None:
    assert row.error.code in catalogue
    assert row.sentence[0].isupper()
    assert row.sentence.endswith(".")
    assert "token=" not in row.sentence
    assert (row.most == 1) == (row.again is Again.NEVER)
    assert not row.blocks or row.again is Again.NEVER
    assert row.delay is None or row.delay > 0


def test_no_two_rows_speak_of_the_same_refusal() -> None:
    seen = [
        (row.only, code, subcode)
        for row in ROWS
        for code in (row.code if hasattr(row.code, "__iter__") else [row.code])  # type: ignore[union-attr]
        for subcode in (row.subcode if hasattr(row.subcode, "__iter__") else [row.subcode])  # type: ignore[union-attr]
    ]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(("name", "row"), EXCEPTIONS.items())
def test_coded_exceptions_are_found_in_the_message(meta: Meta, name: str, row: Row) -> None:
    judged = asked_to_create(meta.refuses(100, message=f"(#100) {name}"))
    assert (judged.code, judged.sentence) == (row.error.code, row.sentence)


@pytest.mark.parametrize(
    ("status", "more", "expected"),
    [
        (500, {}, ("UNKNOWN_ERROR", SAME)),
        (503, {}, ("UNKNOWN_ERROR", SAME)),
        (429, {}, ("INSTAGRAM_THROTTLED", THROTTLE)),
        (400, {}, ("UNKNOWN_ERROR", NEVER)),
        (400, {"is_transient": True}, ("UNKNOWN_ERROR", SAME)),
    ],
)
def test_without_a_code_the_status_speaks(
    meta: Meta, status: int, more: dict[str, object], expected: tuple[str, Again]
) -> None:
    judged = asked_to_create(meta.refuses(None, status=status, **more))
    assert (judged.code, judged.again) == expected
    assert asked_to_publish(meta.refuses(None, status=status, **more)).doubtful


def test_the_status_of_a_coded_refusal_means_nothing(meta: Meta) -> None:
    assert {asked_to_create(meta.refuses(190, status=status)).code for status in (200, 400, 401, 500)} == {
        "TOKEN_EXPIRED"
    }


def test_a_throttle_lasts_as_long_as_meta_says_or_else_an_hour(meta: Meta) -> None:
    hint = (
        '{"17841400000000001":[{"type":"instagram","call_count":100,"estimated_time_to_regain_access":12}]}'
    )
    assert asked_to_create(meta.refuses(80002, x_business_use_case_usage=hint)).delay == 720
    assert asked_to_create(meta.refuses(80002)).delay == 3600
    assert (
        asked_to_create(meta.says(json_of({"error": {"code": 17}}, 403, **{"Retry-After": "90"}))).delay == 90
    )


def test_the_hint_of_a_throttle_changes_no_other_delay(meta: Meta) -> None:
    hint = '{"17841400000000001":[{"type":"instagram","estimated_time_to_regain_access":12}]}'
    assert asked_to_create(meta.refuses(9004, 2207052, x_business_use_case_usage=hint)).delay == 5


def test_what_meta_said_is_kept(meta: Meta) -> None:
    meta.refuses(
        9007,
        2207027,
        message="Media ID is not available",
        error_user_title="Nicht bereit",
        error_user_msg="Noch nicht.",
    )
    told = asked_to_publish(meta).upstream
    assert told is not None
    assert (told.http_status, told.code, told.subcode, told.trace_id) == (400, 9007, 2207027, "AbC123")
    assert told.title == "Nicht bereit"
    assert told.message == "Media ID is not available – Noch nicht."


def test_every_verdict_can_be_raised_as_an_error_of_the_catalogue(meta: Meta) -> None:
    for code, subcode in EXPECTED:
        judged = asked_to_create(meta.refuses(code, subcode))
        assert judged.error().sentence == judged.sentence


def test_a_deletion_makes_no_container(meta: Meta) -> None:
    meta.refuses(-1, 2207085)
    judged = verdict_of(lambda: meta.graph.delete(LoginMethod.FACEBOOK, ("1",), "EAAperson"))
    assert (judged.code, judged.again, judged.doubtful) == ("UNKNOWN_ERROR", SAME, True)
    meta.says(httpx.ReadTimeout("too long"))
    judged = verdict_of(lambda: meta.graph.delete(LoginMethod.FACEBOOK, ("1",), "EAAperson"))
    assert (judged.code, judged.again, judged.doubtful) == ("UNKNOWN_ERROR", SAME, True)
