"""Somebody changes a post a second before its time, while a slow worker has it in hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.account import LoginMethod
from tests.worlds import World

DUE = timedelta(seconds=30)

CHANGES: dict[str, tuple[Callable[[World, UUID], Any], list[str], str]] = {
    "edited": (lambda world, post_id: world.edit(post_id, caption="New"), ["New"], "PUBLISHED"),
    "moved": (lambda world, post_id: world.move(post_id, after=timedelta(hours=3)), ["Old"], "PUBLISHED"),
    "cancelled": (lambda world, post_id: world.order("cancel", post_id), [], "CANCELLED"),
    "unscheduled": (lambda world, post_id: world.order("unschedule", post_id), [], "DRAFT"),
    "sent at once": (lambda world, post_id: world.order("publish", post_id), ["Old"], "PUBLISHED"),
}
SLOW = {"creation": ("media", "POST media"), "reading": ("container", "GET")}


@pytest.mark.parametrize("login", list(LoginMethod))
@pytest.mark.parametrize("slow", SLOW)
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("media_type", ["IMAGE", "CAROUSEL"])
def test_the_old_form_never_goes_out(media_type: str, change: str, slow: str, login: LoginMethod) -> None:
    act, captions, status = CHANGES[change]
    operation, call = SLOW[slow]
    with World(login=login) as world:
        post_id = world.schedule("Old", media_type, after=DUE)
        due = world.row(post_id).scheduled_for
        assert due is not None

        def happen(point: str, about: str) -> None:
            if point == "call" and about.startswith(call):
                seconds = (due - world.now()).total_seconds() - 1
                world.fault(operation, "delay", seconds=seconds)
            if point == "answer" and about.startswith(call):
                world.happen = lambda point, about: None
                assert world.now() == due - timedelta(seconds=1)
                act(world, post_id)

        world.happen = happen
        world.settle()

        assert world.status(post_id) == status
        assert [item["caption"] for item in world.live()] == captions
        if change == "moved":
            (call_made,) = world.calls("media_publish")
            assert call_made["time"] >= due.timestamp() + 3 * 3600 - 60
        assert "Doubted" not in world.happened(post_id)


@pytest.mark.parametrize("change", ["edited", "moved", "cancelled", "unscheduled"])
def test_once_publishing_has_begun_it_is_too_late(change: str) -> None:
    act, *_ = CHANGES[change]
    with World() as world:
        post_id = world.schedule("Old", after=DUE)
        refused = []

        def happen(point: str, about: str) -> None:
            if (point, about) == ("call", "POST media_publish"):
                world.happen = lambda point, about: None
                with pytest.raises(Exception, match="does not allow this") as refusal:
                    act(world, post_id)
                refused.append(refusal.value.code)  # type: ignore[attr-defined]

        world.happen = happen
        world.settle()
        assert refused == ["INVALID_STATUS"]
        assert [item["caption"] for item in world.live()] == ["Old"]
