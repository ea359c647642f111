"""What can be foreseen is foreseen: validating and sending find the same faults, by the same checks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from application.posts.validate_post import CANNOT_FORESEE
from domain.account import LoginMethod
from domain.errors import catalogue
from domain.media import Facts, Failure, Issue, Kind, MediaFile, Severity, Use
from domain.media_types import MOST_TAGS
from tests.errors.doors import Client
from tests.videos import make_video
from tests.worlds import World

Arrange = Callable[[World], dict[str, Any]]


def file_that(world: World, happens: Callable[[MediaFile], object]) -> list[str]:
    """A file to which something happened."""
    stored = world.service.blobs.store([b"bytes"], limit=5)
    file = MediaFile.receive(
        id=world.new_id(), user_id=world.user.id, sha256=stored.sha256, size_bytes=5, by=world.cause()
    )
    happens(file)
    world.service.log.save(file)
    return [str(file.id)]


def failed(code: str) -> Arrange:
    return lambda world: {
        "mediaFileIds": file_that(world, lambda file: file.fail(Failure(code, "It broke."), by=world.cause()))
    }


def hopeless(world: World) -> dict[str, Any]:
    issue = Issue("too_small", Severity.ERROR, "It is too small.", False, tuple(Use))
    facts = Facts(Kind.IMAGE, "image/jpeg", 8, 8)
    return {
        "mediaFileIds": file_that(world, lambda file: file.prepared(facts, (issue,), (), by=world.cause()))
    }


def unfinished(world: World) -> dict[str, Any]:
    return {"mediaFileIds": file_that(world, lambda file: file.start_processing(by=world.cause()))}


def film(world: World) -> list[str]:
    return [str(world.film(make_video()))]


def double(world: World) -> dict[str, Any]:
    files = (world.picture(),)
    world.publish("Hello", media_ids=files)
    return {"mediaFileIds": [str(files[0])]}


def met(**changes: Any) -> Arrange:
    """An account that met what Instagram does to it."""

    def arrange(world: World) -> dict[str, Any]:
        world.at_instagram(**changes)
        world.publish("It meets the block")
        world.settle(until=timedelta(minutes=1))
        return {}

    return arrange


def run_out(world: World) -> dict[str, Any]:
    world.forward(days=61)
    return {}


def always(**more: Any) -> Arrange:
    return lambda world: more


def story(**more: Any) -> Arrange:
    return lambda world: {"mediaType": "STORIES", "caption": "", **more}


PERSON = {"username": "somebody", "x": 0.5, "y": 0.5}

# code, what is wrong, and whether a draft is refused for it already
FAULTS: dict[str, tuple[str, Arrange, bool]] = {
    "account of nobody": ("NOT_FOUND", lambda world: {"accountId": str(world.new_id())}, True),
    "file of nobody": ("NOT_FOUND", lambda world: {"mediaFileIds": [str(world.new_id())]}, True),
    "short carousel": ("INVALID_CAROUSEL", always(mediaType="CAROUSEL"), True),
    "no file": ("VALIDATION_ERROR", always(mediaFileIds=[]), True),
    "long caption": ("VALIDATION_ERROR", always(caption="x" * 2201), True),
    "many hashtags": ("VALIDATION_ERROR", always(caption=" ".join(f"#tag{n}" for n in range(31))), True),
    "story with words": ("VALIDATION_ERROR", story(caption="Hello"), True),
    "film as picture": ("INVALID_MEDIA_TYPE", lambda world: {"mediaFileIds": film(world)}, True),
    "picture as reel": ("INVALID_MEDIA_TYPE", always(mediaType="REELS"), True),
    "unfit file": ("MEDIA_INVALID", hopeless, True),
    "no picture at all": ("MEDIA_INVALID", failed("MEDIA_INVALID"), True),
    "broken picture": ("PROCESSING_FAILED", failed("PROCESSING_FAILED"), True),
    "broken film": ("VIDEO_PROCESSING_FAILED", failed("VIDEO_PROCESSING_FAILED"), True),
    "unfinished file": ("MEDIA_INVALID", unfinished, False),
    "tags on a story": ("INVALID_TAGS", story(userTags=[PERSON]), True),
    "tags on a reel": (
        "INVALID_TAGS",
        lambda world: {"mediaType": "REELS", "mediaFileIds": film(world), "userTags": [PERSON]},
        True,
    ),
    "many tags": ("INVALID_TAGS", always(userTags=[PERSON] * (MOST_TAGS + 1)), True),
    "mentions on a picture": ("INVALID_MENTIONS", always(storyMentions=[PERSON]), True),
    "many collaborators": ("INVALID_COLLABORATORS", always(collaborators=["a", "b", "c", "d"]), True),
    "collaborators on a story": ("INVALID_COLLABORATORS", story(collaborators=["a"]), True),
    "carousel to Facebook": (
        "INVALID_CROSS_POST",
        lambda world: {
            "mediaType": "CAROUSEL",
            "mediaFileIds": [str(world.picture()) for _ in range(2)],
            "crossPostToFacebook": True,
        },
        True,
    ),
    "mention by sticker": ("PRIVATE_API_REQUIRED", story(storyMentions=[PERSON]), False),
    "by the cloud": ("CLOUDFLARE_NOT_CONFIGURED", always(publishVia="CLOUD"), False),
    "double": ("DUPLICATE_POST", double, False),
    "token past its life": ("TOKEN_EXPIRED", run_out, False),
    "token withdrawn": ("TOKEN_EXPIRED", met(tokenState="458"), False),
    "restricted": ("ACCOUNT_RESTRICTED", met(blocked="restricted"), False),
    "permission withdrawn": ("PERMISSION_MISSING", met(blocked="permission"), False),
}

WELL = {"caption": "Hello", "mediaType": "IMAGE"}


def body(world: World, changes: dict[str, Any]) -> dict[str, Any]:
    files = {} if "mediaFileIds" in changes else {"mediaFileIds": [str(world.picture())]}
    return {"accountId": str(world.account.id), **WELL, **files, **changes}


def faults_found(client: Client, wanted: dict[str, Any]) -> list[str]:
    answer = client.ask("POST", "/posts/validate", wanted)
    assert answer.status_code == 200, answer.text
    found = [finding["code"] for finding in answer.json["findings"] if finding["severity"] == "ERROR"]
    assert answer.json["ok"] is (found == [])
    return found


@pytest.mark.parametrize("name", FAULTS)
def test_validating_tells_first_what_sending_is_refused_for(name: str) -> None:
    code, arrange, for_drafts = FAULTS[name]
    with World() as world:
        wanted = body(world, arrange(world))
        client, before = Client(world), world.service.reader.last_position()

        assert faults_found(client, wanted)[:1] == [code]
        assert client.refusal("POST", "/posts/publish", wanted) == code
        draft = client.ask("POST", "/posts", wanted)
        if for_drafts:
            assert draft.json["code"] == code
            assert world.service.reader.last_position() == before + 1 - 1
        else:
            assert draft.status_code == 201, draft.text
            assert client.refusal("POST", f"/posts/{draft.json['id']}/publish") == code
        assert world.calls("media_publish") == [] or name == "double"


@pytest.mark.parametrize("name", FAULTS)
def test_validating_for_later_tells_first_what_scheduling_is_refused_for(name: str) -> None:
    _, arrange, _ = FAULTS[name]
    with World() as world:
        wanted = body(world, arrange(world))
        wanted["scheduledFor"] = f"{world.now() + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
        client = Client(world)
        found = faults_found(client, wanted)
        answer = client.ask("POST", "/schedule", wanted)
        assert (answer.json["code"] if answer.status_code >= 400 else None) == next(iter(found), None)


@pytest.mark.parametrize("name", ["token past its life", "token withdrawn", "restricted"])
def test_what_may_be_mended_in_time_is_a_warning(name: str) -> None:
    code, arrange, _ = FAULTS[name]
    with World() as world:
        wanted = body(world, arrange(world))
        wanted["scheduledFor"] = f"{world.now() + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
        answer = Client(world).ask("POST", "/posts/validate", wanted).json
        assert (answer["ok"], [finding["code"] for finding in answer["findings"]]) == (True, [code])


def test_a_time_that_is_past_is_foreseen() -> None:
    with World() as world:
        wanted = body(world, {"scheduledFor": f"{world.now():%Y-%m-%dT%H:%M:%SZ}"})
        client = Client(world)
        assert faults_found(client, wanted) == ["INVALID_SCHEDULE"]
        for path in ("/schedule", "/posts"):
            assert client.refusal("POST", path, wanted) == "INVALID_SCHEDULE"


def test_a_page_that_is_missing_is_foreseen() -> None:
    with World(login=LoginMethod.INSTAGRAM) as world:
        wanted = body(world, {"crossPostToFacebook": True})
        client = Client(world)
        assert faults_found(client, wanted) == ["NOT_CONFIGURED"]
        assert client.refusal("POST", "/posts/publish", wanted) == "NOT_CONFIGURED"


def test_all_faults_are_told_at_once_in_the_order_of_the_checks() -> None:
    with World() as world:
        wanted = body(
            world,
            {
                "mediaType": "STORIES",
                "userTags": [PERSON],
                "storyMentions": [PERSON],
                "collaborators": ["a"],
                "publishVia": "CLOUD",
                "scheduledFor": f"{world.now():%Y-%m-%dT%H:%M:%SZ}",
            },
        )
        assert faults_found(Client(world), wanted) == [
            "VALIDATION_ERROR",
            "INVALID_TAGS",
            "INVALID_COLLABORATORS",
            "INVALID_SCHEDULE",
            "PRIVATE_API_REQUIRED",
            "CLOUDFLARE_NOT_CONFIGURED",
        ]


def test_a_post_without_a_fault_is_sent() -> None:
    with World() as world:
        wanted = body(world, {})
        client = Client(world)
        answer = client.ask("POST", "/posts/validate", wanted).json
        assert (answer["ok"], answer["findings"]) == (True, [])
        assert answer["cannotForesee"] == [kind.code for kind in CANNOT_FORESEE]
        assert set(answer["cannotForesee"]) <= set(catalogue)
        assert client.ask("POST", "/posts/publish", wanted).status_code == 202
        world.settle()
        assert len(world.live()) == 1
