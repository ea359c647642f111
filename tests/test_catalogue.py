"""Every code of the catalogue is listed once, explained, documented, and raised somewhere."""

import ast
import copy
import inspect
import json
import pickle
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args
from uuid import UUID

import pytest

from application.catalogue import entries, entry
from domain import errors
from domain.errors import Action, Actor, Detail, DomainError, Group, Kind, Recovery, Retry, catalogue
from entrypoints import documentation
from entrypoints.documentation import errors as vocabulary
from entrypoints.http.statuses import STATUS, status_of

ROOT = Path(__file__).parents[1]
CORE = json.loads((ROOT / "tests/fixtures/codes.json").read_text())
NOT_YET_RAISED = ROOT / "tests/not_yet_raised.txt"
CALL = re.compile(
    r"(GET|POST|PUT|PATCH|DELETE) /api(/v1)?(/([a-z0-9.-]+|\{[a-zA-Z]+\}))+(\?[a-zA-Z]+=\{[a-zA-Z]+\})?"
)

BEYOND = {
    "INVALID_CREDENTIALS": (401, "AUTH_REQUIRED"),
    "CSRF_FAILED": (403, "COOKIE_AUTH_REQUIRED"),
    "INSUFFICIENT_SCOPE": (403, "COOKIE_AUTH_REQUIRED"),
    "IDEMPOTENCY_KEY_REUSED": (422, "VALIDATION_ERROR"),
    "IDEMPOTENCY_IN_PROGRESS": (409, "RATE_LIMITED"),
    "PRECONDITION_FAILED": (412, "INVALID_STATUS"),
    "METHOD_NOT_ALLOWED": (405, "NOT_FOUND"),
    "PAYLOAD_TOO_LARGE": (413, "VALIDATION_ERROR"),
    "LENGTH_REQUIRED": (411, "VALIDATION_ERROR"),
    "UNSUPPORTED_MEDIA_TYPE": (415, "VALIDATION_ERROR"),
    "DUPLICATE_POST": (409, "INVALID_STATUS"),
    "CAPABILITY_UNAVAILABLE": (409, "INVALID_STATUS"),
    "MEDIA_FETCH_FAILED": (502, "MEDIA_INVALID"),
    "CONTAINER_EXPIRED": (502, "UNKNOWN_ERROR"),
    "INSTAGRAM_QUOTA_REACHED": (429, "RATE_LIMITED"),
    "INSTAGRAM_THROTTLED": (429, "RATE_LIMITED"),
    "PERMISSION_MISSING": (403, "TOKEN_EXPIRED"),
    "ACCOUNT_RESTRICTED": (403, "TOKEN_EXPIRED"),
    "OUTCOME_UNKNOWN": (502, "UNKNOWN_ERROR"),
    "POST_MISSED": (409, "INVALID_SCHEDULE"),
    "SERVICE_UNAVAILABLE": (503, "INTERNAL_ERROR"),
    "SIMULATION_REFUSED": (400, "VALIDATION_ERROR"),
}

SENTENCES = [
    (errors.InvalidCarousel(count=1), "A carousel needs two to ten media files; this one has 1."),
    (
        errors.InvalidStatus(status="PUBLISHED", wanted="edit"),
        "It is PUBLISHED, which does not allow this: edit.",
    ),
    (
        errors.InvalidState(status="RUNNING", wanted="cancel"),
        "The repost is RUNNING, which does not allow this: cancel.",
    ),
    (errors.NotFound(what="post"), "There is no such post, or it belongs to somebody else."),
    (errors.PayloadTooLarge(limit=1_000_000), "The request body is larger than 1 MB."),
    (errors.UploadError(limit=300_000_000), "The file is larger than 300 MB, the most this server takes."),
    (errors.MissingParam(name="from"), "The query parameter `from` is missing."),
    (errors.InvalidParam(name="to", wanted="a time"), "The query parameter `to` must be a time."),
    (errors.InvalidMediaType(kind="IMAGE", media_type="REELS"), "A picture cannot be used for REELS."),
    (errors.InvalidTags(media_type="REELS"), "A post of type REELS cannot have `userTags`."),
    (errors.InvalidMentions(media_type="IMAGE"), "A post of type IMAGE cannot have `storyMentions`."),
    (errors.InvalidCrossPost(media_type="CAROUSEL"), "A post of type CAROUSEL cannot be shared to Facebook."),
    (errors.TokenExpired(session=True), "Your console session has ended."),
    (errors.RateLimited(limit=100, window="minute"), "This key has made its 100 requests for this minute."),
    (errors.InsufficientScope(scope="posts:write"), "This key lacks the scope `posts:write`."),
    (errors.MethodNotAllowed(allowed=("GET", "POST")), "This address answers to GET, POST."),
    (errors.NotConfigured(what="facebook_page"), "This account is linked to no Facebook Page."),
    (errors.ValidationError(details=(Detail("/a", "b", "A is wrong."),)), "A is wrong."),
    (
        errors.ValidationError(details=(Detail("/a", "b", "A."),) * 3),
        "The request has 3 faults; see `details`.",
    ),
]

every_class = pytest.mark.parametrize("error", catalogue.values(), ids=catalogue)


def test_the_core_is_the_fifty_codes_in_their_order_and_groups() -> None:
    listed = [
        {"code": one.code, "status": STATUS[one.kind], "category": one.group.value}
        for one in entries()
        if one.core
    ]
    assert listed == CORE
    assert len(listed) == 50


def test_our_own_codes_have_the_promised_statuses_and_fallbacks() -> None:
    assert {one.code: (STATUS[one.kind], one.fallback) for one in entries() if not one.core} == BEYOND


def test_our_own_codes_come_last_and_nothing_is_lost() -> None:
    codes = [one.code for one in entries()]
    assert codes[50:] == list(BEYOND)
    assert sorted(codes) == sorted(catalogue)
    assert {one.group for one in entries()} == set(Group)


def test_a_fallback_is_a_core_code_and_that_of_a_core_code_is_itself() -> None:
    core = {row["code"] for row in CORE}
    for one in entries():
        assert one.fallback in core
        assert (one.fallback == one.code) == one.core


def test_every_kind_has_a_status_and_is_used() -> None:
    assert set(STATUS) == set(Kind) == {one.kind for one in entries()}


def test_the_whole_catalogue_is_in_one_import() -> None:
    classes = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, DomainError)
    }
    assert classes - {"DomainError"} == {error.__name__ for error in catalogue.values()}
    assert classes <= set(errors.__all__)


@every_class
def test_a_class_is_named_as_its_code(error: type[DomainError]) -> None:
    assert error.__name__ == "".join(word.title() for word in error.code.split("_"))


@every_class
def test_every_code_is_explained_in_whole_sentences(error: type[DomainError]) -> None:
    assert len(error.description()) >= 20
    for sentence in (error.description(), *(recovery.text for recovery in recoveries(error))):
        assert sentence[0].isupper() or sentence[0] == "`"
        assert sentence.endswith(".")


def test_no_two_codes_share_an_explanation() -> None:
    assert len({one.description for one in entries()}) == len(catalogue)
    assert len({one.recovery.text for one in entries()}) == len(catalogue)


@every_class
def test_every_recovery_can_be_followed(error: type[DomainError]) -> None:
    for recovery in recoveries(error):
        assert recovery.actor in get_args(Actor)
        assert recovery.action in get_args(Action)
        assert recovery.retry in get_args(Retry)
        assert recovery.call is None or CALL.fullmatch(recovery.call)
        assert (recovery.actor == "nobody") == (recovery.action == "none")


def test_the_words_of_a_recovery_are_all_used_and_documented() -> None:
    used = [recovery for error in catalogue.values() for recovery in recoveries(error)]
    assert {one.action for one in used} == set(get_args(Action)) == set(vocabulary.ACTIONS)
    assert {one.actor for one in used} == set(get_args(Actor)) == set(vocabulary.ACTORS)
    assert {one.retry for one in used} == set(get_args(Retry)) == set(vocabulary.RETRIES)


def test_what_may_have_been_published_is_never_sent_again() -> None:
    assert errors.OutcomeUnknown.recovery.retry == "never"


@every_class
def test_every_class_can_be_raised_bare_or_with_a_sentence(error: type[DomainError]) -> None:
    faults = (Detail("/caption", "too_long", "It is too long."),)
    assert error().sentence == error.description()
    told = error("In other words.", details=faults, retry_after=7)
    assert (str(told), told.details, told.retry_after) == ("In other words.", faults, 7)


@every_class
def test_every_keyword_of_a_class_is_optional_and_can_be_given_alone(error: type[DomainError]) -> None:
    for name, parameter in inspect.signature(error).parameters.items():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            assert parameter.default is not inspect.Parameter.empty
            assert error(**{name: sample(name)}).sentence.endswith(".")


@every_class
def test_every_refusal_fits_the_envelope_and_survives_a_journey(error: type[DomainError]) -> None:
    refusal = error()
    envelope = {
        "error": refusal.sentence,
        "code": refusal.code,
        "status": status_of(refusal),
        "fallback": refusal.fallback,
        "recovery": asdict(refusal.advice()),
    }
    assert json.loads(json.dumps(envelope)) == envelope
    for twin in (copy.copy(refusal), pickle.loads(pickle.dumps(refusal))):
        assert (type(twin), vars(twin)) == (error, vars(refusal))


@pytest.mark.parametrize(("refusal", "sentence"), SENTENCES)
def test_context_makes_the_sentence(refusal: DomainError, sentence: str) -> None:
    assert refusal.sentence == sentence


def test_advice_names_the_thing_it_is_about() -> None:
    post = UUID("0198c5c8-3f0e-7c2b-9b6a-0d7f3f7a1c11")
    assert errors.OutcomeUnknown(post_id=post).advice().call == f"GET /api/v1/posts/{post}"
    assert errors.OutcomeUnknown().advice().call == "GET /api/v1/posts/{postId}"


def test_advice_suits_the_case() -> None:
    assert errors.TokenExpired().advice().actor == "account_owner"
    assert errors.TokenExpired(session=True).advice().action == "log_in_again"
    assert errors.NotConfigured(what="worker").advice().action == "redeploy_worker"


def test_a_word_outside_the_catalogue_is_not_found() -> None:
    assert entry("RATE_LIMITED").group is Group.RATE
    with pytest.raises(errors.NotFound):
        entry("NO_SUCH_CODE")


def test_an_incomplete_or_second_class_is_refused() -> None:
    values = {
        "code": "NOT_FOUND",
        "kind": Kind.NOT_FOUND,
        "group": Group.NOT_FOUND,
        "recovery": errors.NotFound.recovery,
    }
    with pytest.raises(TypeError, match="listed twice"):
        type("Again", (DomainError,), values | {"__doc__": "Some other sentence."})
    with pytest.raises(TypeError, match="no description"):
        type("Silent", (DomainError,), values | {"code": "SILENT"})
    with pytest.raises(TypeError, match="names no fallback"):
        type(
            "Ours", (DomainError,), values | {"code": "OURS", "group": Group.BEYOND, "__doc__": "Ours alone."}
        )
    assert {"SILENT", "OURS"}.isdisjoint(catalogue)


def test_the_documentation_is_written_anew_when_the_catalogue_changes() -> None:
    assert documentation.stale() == [], "run python -m entrypoints.documentation"


def test_every_code_has_its_section_in_the_documentation() -> None:
    headings = re.findall(r"^### `(\w+)`$", (ROOT / "docs/errors.md").read_text(), re.MULTILINE)
    assert headings == [one.code for one in entries()]
    for one in entries():
        page, anchor = one.docs.split("#")
        assert (ROOT / page).is_file()
        assert anchor.upper() in headings


def test_every_code_is_raised_somewhere() -> None:
    waiting = NOT_YET_RAISED.read_text().split()
    used = names_in_use()
    raised = {error.code for error in catalogue.values() if error.__name__ in used}
    assert sorted(raised & set(waiting)) == [], "raised by now: remove from tests/not_yet_raised.txt"
    assert sorted(set(catalogue) - raised - set(waiting)) == [], "raised nowhere"
    assert set(waiting) <= set(catalogue)
    assert len(waiting) == len(set(waiting))


def test_an_error_that_is_only_caught_or_declared_is_not_raised() -> None:
    source = """
from domain import errors
from domain.errors import NotFound, RateLimited as Slow, InternalError
from pydantic import ValidationError
def ask(error: InternalError) -> errors.UnknownError:
    try:
        if isinstance(error, errors.TokenExpired):
            raise ValidationError
    except (NotFound, errors.AuthFailed):
        raise errors.InvalidStatus(status="X") from error
TABLE = {7: Slow}
REFUSALS = (errors.AuthRequired, NotFound)
@operation(errors=(errors.AuthInvalidKey, *REFUSALS))
def answer() -> None: ...
"""
    assert set(names_used(ast.parse(source))) == {"InvalidStatus", "RateLimited"}


def test_a_page_that_is_missing_or_changed_is_stale(tmp_path: Path) -> None:
    assert documentation.stale(tmp_path) == list(documentation.PAGES)
    (tmp_path / "errors.md").write_text("# Errors\n")
    assert "errors.md" in documentation.stale(tmp_path)


def recoveries(error: type[DomainError]) -> list[Recovery]:
    """The advice of a code, whatever the case."""
    return [error.recovery, *error.cases.values()]


def sample(name: str) -> object:
    """A value that suits a keyword of that name."""
    numbers = {"count", "limit", "hours", "total", "retry_after"}
    special = {"what": "worker", "session": True, "allowed": ("GET",), "details": (), "at": datetime.now(UTC)}
    return 3 if name in numbers else special.get(name, "word")


def names_in_use() -> set[str]:
    """The classes of the catalogue that our code outside `domain/errors` makes or hands on."""
    used: set[str] = set()
    for layer in ("domain", "application", "adapters", "entrypoints"):
        for path in (ROOT / layer).rglob("*.py"):
            within = path.relative_to(ROOT).as_posix()
            if not within.startswith(
                ("domain/errors/", "entrypoints/sandbox/", "entrypoints/documentation/")
            ):
                used.update(names_used(ast.parse(path.read_text(encoding="utf-8"))))
    return used


def names_used(module: ast.Module) -> Iterator[str]:
    """Names imported from `domain.errors` that stand where an error is made, not where one is caught."""
    direct: dict[str, str] = {}
    packages: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("domain.errors"):
            direct |= {alias.asname or alias.name: alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module == "domain":
            packages |= {alias.asname or alias.name for alias in node.names if alias.name == "errors"}
    for node in makers(module):
        if isinstance(node, ast.Name) and node.id in direct:
            yield direct[node.id]
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in packages:
            yield node.attr


def makers(node: ast.AST) -> Iterator[ast.AST]:
    """Every node but those that only recognise or announce an error: handlers, checks, annotations, lists."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns") or (isinstance(node, ast.ExceptHandler) and field == "type"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not recognises(child) and not announces(child):
                yield child
                yield from makers(child)


def announces(node: ast.AST) -> bool:
    """Whether this says what may be refused: `errors=(…)` of an operation, or a named tuple of classes."""
    if isinstance(node, ast.keyword):
        return node.arg == "errors"
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Tuple)
        and all(isinstance(part, ast.Name | ast.Attribute | ast.Starred) for part in node.value.elts)
    )


def recognises(node: ast.AST) -> bool:
    """Whether this asks what an error is: `isinstance(error, NotFound)`."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("isinstance", "issubclass")
    )
