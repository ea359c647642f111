"""Publishing, commenting, and deletion that knows gone from forbidden."""

from __future__ import annotations

import httpx

from adapters.graph_api.publisher import GraphPublisher
from application.posts.ports import Access
from domain.upstream import Again
from tests.fakes.meta import Meta, Reply, json_of, refusal, verdict_of

DELETED = json_of({"success": True, "deleted_id": "180"})
LOST = httpx.ReadTimeout("too long")
NOWHERE = refusal(100, 33)


def delete(meta: Meta, access: Access, *replies: Reply, asked_before: bool = False) -> list[str]:
    """Delete while Meta answers so, and say what was asked."""
    GraphPublisher(meta.says(*replies).graph).delete(access, "180", asked_before=asked_before)
    return asked(meta)


def asked(meta: Meta) -> list[str]:
    return [f"{one.method} {one.url.path.removeprefix('/v26.0/')}" for one in meta.asked]


def test_a_container_is_published_by_the_writing_token(meta: Meta, access: Access) -> None:
    meta.says(json_of({"id": "18000000000000001"}))
    assert GraphPublisher(meta.graph).publish(access, "179") == "18000000000000001"
    assert asked(meta) == ["POST 17841400000000001/media_publish"]
    assert meta.form() == {"creation_id": "179"}
    assert meta.asked[0].headers["Authorization"] == f"Bearer {access.token}"


def test_publishing_waits_longer_than_reading(meta: Meta, access: Access) -> None:
    meta.says(json_of({"id": "1"}))
    GraphPublisher(meta.graph).publish(access, "179")
    meta.graph.get(access.login_method, ("1",), access.token)
    waits = [one.extensions["timeout"] for one in meta.asked]
    assert [(wait["connect"], wait["read"]) for wait in waits] == [(5.0, 45.0), (5.0, 30.0)]


def test_an_id_that_comes_as_a_number_is_kept_as_text(meta: Meta, access: Access) -> None:
    meta.says(httpx.Response(200, content=b'{"id":18000000000000001}'))
    assert GraphPublisher(meta.graph).publish(access, "179") == "18000000000000001"


def test_a_comment_is_a_form(meta: Meta, access: Access) -> None:
    meta.says(json_of({"id": "178"}))
    assert GraphPublisher(meta.graph).comment(access, "180", "Hi & #you") == "178"
    assert asked(meta) == ["POST 180/comments"]
    assert meta.form() == {"message": "Hi & #you"}


def test_a_refused_publishing_is_not_tried_with_the_other_token(meta: Meta, facebook: Access) -> None:
    meta.refuses(100, 33)
    assert verdict_of(lambda: GraphPublisher(meta.graph).publish(facebook, "179")).doubtful
    assert len(meta.asked) == 1


def test_deletion_is_one_call_where_it_works(meta: Meta, facebook: Access) -> None:
    assert delete(meta, facebook, DELETED) == ["DELETE 180"]


def test_a_deletion_without_an_answer_is_asked_again(meta: Meta, facebook: Access) -> None:
    assert delete(meta, facebook, LOST, DELETED) == ["DELETE 180"] * 2
    assert delete(meta, facebook, LOST, NOWHERE) == ["DELETE 180"] * 2
    assert delete(meta, facebook, httpx.Response(502, text="oops"), NOWHERE) == ["DELETE 180"] * 2


def test_a_deletion_without_any_answer_may_have_worked(meta: Meta, facebook: Access) -> None:
    meta.says(LOST)
    judged = verdict_of(lambda: GraphPublisher(meta.graph).delete(facebook, "180"))
    assert (judged.again, judged.doubtful) == (Again.SAME_CALL, True)


def test_what_is_missing_after_an_earlier_deletion_is_deleted(meta: Meta, facebook: Access) -> None:
    assert delete(meta, facebook, NOWHERE, asked_before=True) == ["DELETE 180"]


def test_what_nobody_can_read_or_list_is_gone(meta: Meta, facebook: Access) -> None:
    listing = json_of({"data": [{"id": "181"}]})
    assert delete(meta, facebook, NOWHERE, NOWHERE, NOWHERE, listing, listing) == [
        "DELETE 180",
        "GET 180",
        "GET 180",
        "GET 17841400000000001/media",
        "GET 17841400000000001/stories",
    ]


def test_what_can_be_read_or_listed_may_not_be_deleted(meta: Meta, facebook: Access) -> None:
    publisher, there = GraphPublisher(meta.graph), json_of({"id": "180"})
    meta.says(NOWHERE, there)
    assert verdict_of(lambda: publisher.delete(facebook, "180")).code == "PERMISSION_MISSING"
    meta.says(NOWHERE, NOWHERE, NOWHERE, json_of({"data": [{"id": "180"}]}))
    assert verdict_of(lambda: publisher.delete(facebook, "180")).code == "PERMISSION_MISSING"


def test_a_refused_deletion_stays_refused(meta: Meta, facebook: Access) -> None:
    meta.refuses(-1, 2207073)
    judged = verdict_of(lambda: GraphPublisher(meta.graph).delete(facebook, "180", asked_before=True))
    assert (judged.code, judged.again) == ("CAPABILITY_UNAVAILABLE", Again.NEVER)


def test_instagram_login_cannot_delete_and_does_not_try(meta: Meta, instagram: Access) -> None:
    judged = verdict_of(lambda: GraphPublisher(meta.graph).delete(instagram, "180", asked_before=True))
    assert judged.code == "CAPABILITY_UNAVAILABLE"
    assert meta.asked == []
