"""What a container request may hold, and what the simulation finds out about its picture."""

import json

import httpx
import pytest


def refusal(answer):
    error = answer.json()["error"]
    return error["code"], error.get("error_subcode")


def ask(phone, **form):
    return phone.post(f"{phone.ig_id}/media", **form)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"media_type": "POLAROID", "image_url": "http://media.test/a.jpg"}, (100, 2207023)),
        ({"media_type": "VIDEO", "video_url": "http://media.test/v.mp4"}, (100, 2207067)),
        ({"caption": "no picture"}, (100, None)),
        ({"media_type": "REELS"}, (100, None)),
        (
            {"media_type": "REELS", "is_carousel_item": "true", "video_url": "http://media.test/v.mp4"},
            (100, None),
        ),
        ({"image_url": "ftp://media.test/a.jpg"}, (100, None)),
        ({"image_url": "http://media.test/none.jpg"}, (9004, 2207052)),
        ({"image_url": "http://media.test/ä.jpg"}, (9004, 2207052)),
        ({"caption": "x" * 2201}, (36004, 2207010)),
        ({"caption": "\U0001f600" * 1101}, (36004, 2207010)),
        ({"caption": " ".join(f"#t{n}" for n in range(31))}, (36004, 2207010)),
        ({"caption": " ".join(f"@p{n}" for n in range(21))}, (100, 2207040)),
        ({"user_tags": json.dumps([{"username": "ana"}])}, (100, None)),
        ({"user_tags": json.dumps([{"username": "ana", "x": 1.5, "y": 0}])}, (100, None)),
        (
            {"user_tags": json.dumps([{"username": "sandbox_private_ana", "x": 0.5, "y": 0.5}])},
            (110, 2207018),
        ),
        ({"collaborators": '["a","b","c","d"]'}, (100, None)),
        ({"collaborators": '["@bea"]'}, (110, 2207018)),
        ({"is_carousel_item": "true", "collaborators": '["bea"]'}, (100, None)),
        ({"location_id": "nowhere"}, (100, None)),
        ({"alt_text": "x" * 1001}, (100, None)),
    ],
)
def test_what_breaks_a_rule_is_refused(phone, form, expected):
    if form != {"caption": "no picture"} and "media_type" not in form:
        form = {"image_url": "http://media.test/a.jpg"} | form
    assert refusal(ask(phone, **form)) == expected


def test_the_refused_parameter_of_a_child_is_named(phone):
    answer = ask(phone, image_url="http://media.test/a.jpg", is_carousel_item="true", collaborators='["bea"]')
    assert "collaborators is not allowed for carousel child" in answer.json()["error"]["message"]


def test_pictures_are_judged_by_their_bytes(sandbox, phone, make_picture):
    files = sandbox.outside.files
    whole = files["/a.jpg"]
    files |= {
        "/png.jpg": make_picture(500, 500, "PNG"),
        "/tall.jpg": make_picture(500, 1000, "JPEG"),
        "/wide.jpg": make_picture(1000, 400, "JPEG"),
        "/text.jpg": b"hello",
        "/half.jpg": whole[: len(whole) // 2],
        "/huge.jpg": whole + b"\0" * (8 * 1024 * 1024),
        "/slow.jpg": httpx.ReadTimeout("slow"),
        "/moved.jpg": 302,
        "/45.jpg": make_picture(1080, 1350, "JPEG"),
    }
    found = {
        name: refusal(ask(phone, image_url=f"http://media.test/{name}.jpg"))
        for name in ("png", "tall", "wide", "text", "half", "huge", "slow", "moved")
    }
    assert found == {
        "png": (36001, 2207005),
        "tall": (36003, 2207009),
        "wide": (36003, 2207009),
        "text": (9004, 2207052),
        "half": (9004, 2207052),
        "huge": (36000, 2207004),
        "slow": (-2, 2207003),
        "moved": (9004, 2207052),
    }
    assert ask(phone, image_url="http://media.test/45.jpg").status_code == 200
    assert ask(phone, image_url="http://media.test/tall.jpg", media_type="STORIES").status_code == 200


def test_other_picture_formats_can_be_allowed(sandbox, phone, make_picture):
    sandbox.outside.files["/b.png"] = make_picture(500, 500, "PNG")
    sandbox.order("settings", imageFormats="any")
    assert ask(phone, image_url="http://media.test/b.png").status_code == 200


def test_parameters_may_come_as_json(phone):
    answer = phone.http.post(
        f"/graph.instagram.com/v26.0/{phone.ig_id}/media",
        json={"image_url": "http://media.test/a.jpg", "user_tags": [{"username": "ana", "x": 0.1, "y": 0.2}]},
        headers={"Authorization": f"Bearer {phone.token}"},
    )
    assert answer.status_code == 200


def test_the_four_hundred_and_first_container_of_a_day_is_refused(sandbox, phone):
    sandbox.order("settings", containerBudget=3)
    for _ in range(3):
        phone.create()
    assert refusal(ask(phone, image_url="http://media.test/a.jpg")) == (9, 2207042)
    sandbox.clock.advance(86_401)
    phone.create()


def test_a_container_can_be_stuck(sandbox, phone):
    container = phone.create()
    sandbox.order("settings", containerStuck=True)
    sandbox.clock.advance(3600)
    assert phone.status(container)["status_code"] == "IN_PROGRESS"
    sandbox.order("settings", containerStuck=False)
    assert phone.status(container)["status_code"] == "FINISHED"


def test_a_container_does_not_tell_when_it_expires(phone):
    answer = phone.get(phone.create(), fields="status_code,expires_at")
    assert refusal(answer) == (100, None)
    assert "nonexisting field (expires_at)" in answer.json()["error"]["message"]


def test_a_picture_can_be_ready_at_once(sandbox, phone):
    sandbox.order("settings", imageSeconds=0)
    assert phone.status(phone.create())["status_code"] == "FINISHED"
