"""Containers: how they are made, and what state time has brought them to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from entrypoints.sandbox import limits, magic, rules
from entrypoints.sandbox.call import Body, Call
from entrypoints.sandbox.clock import DAY
from entrypoints.sandbox.errors import GraphError
from entrypoints.sandbox.fields import select
from entrypoints.sandbox.pictures import fetch_picture
from entrypoints.sandbox.records import Container
from entrypoints.sandbox.shapes import Shape, shape_of
from entrypoints.sandbox.tokens import demand
from entrypoints.sandbox.videos import fetch_video
from entrypoints.sandbox.world import World

_TEXTS = {
    "IN_PROGRESS": "In progress: Media is still being processed.",
    "FINISHED": "Finished: Media has been uploaded and it is ready to be published.",
    "PUBLISHED": "Published: Media has been published.",
    "EXPIRED": "Expired: Media was not published within 24 hours.",
}


def create(call: Call) -> Body:
    """`POST /{ig-id}/media`: pictures are judged at once, videos while the container is in progress."""
    world = call.world
    shape = shape_of(call.parameters)
    with world.lock:
        _demand_creation(call, shape)
        children = _children(call) if shape is Shape.CAROUSEL else []
    blob = ""
    if not (shape.is_video or shape is Shape.CAROUSEL):
        blob = fetch_picture(world, call.parameters.text("image_url"), story=shape.is_story)
    poster = ""
    if shape is Shape.REEL and (cover := call.parameters.text("cover_url")):
        poster = fetch_picture(world, cover, story=True)
    with world.change():
        container = _make(call, shape, children, blob, poster)
    call.container = container.id
    if container.pending_url:
        world.background(partial(fetch_video, world, container))
    if container.resumable:
        address = f"/rupload.facebook.com/ig-api-upload/{call.version or 'v26.0'}/{container.id}"
        return {"id": container.id, "uri": world.url(address)}
    return {"id": container.id}


def _demand_creation(call: Call, shape: Shape) -> None:
    """Everything that is refused before anything is fetched."""
    demand(call.token, "instagram_business_content_publish", "instagram_content_publish")
    demand_unblocked(call)
    caption = rules.caption_of(call.parameters, shape)
    magic.at_creation(caption)
    if call.parameters.text("upload_type") == "resumable" and call.on_instagram:
        raise GraphError(100, message="Resumable uploads are not available for this login")
    limit = call.world.settings.hashtag_limit
    rules.check(
        call.parameters, shape, hashtag_limit=limit, trial_allowed=call.owner.account_type == "BUSINESS"
    )
    limits.demand_container_budget(call.world, call.owner)


def demand_unblocked(call: Call) -> None:
    """Raises what an account that Instagram has blocked answers to writing calls."""
    if call.owner.blocked == "restricted":
        raise GraphError(25, 2207050)
    if call.owner.blocked == "permission":
        raise GraphError(10)


def _children(call: Call) -> list[str]:
    names = [str(name) for name in call.parameters.listing("children")]
    if not 2 <= len(names) <= 10:
        raise GraphError(100, 2207028)
    for name in names:
        child = call.world.containers.get(name)
        if child is None or child.account != call.owner.username or not Shape(child.shape).is_child:
            raise GraphError(100, message=f"Invalid carousel child {name}")
    return names


def _make(call: Call, shape: Shape, children: list[str], blob: str, poster: str) -> Container:
    world, now = call.world, call.world.clock.now()
    caption = rules.caption_of(call.parameters, shape)
    by_bytes = shape.is_video and call.parameters.text("upload_type") == "resumable"
    container = Container(
        id=world.new_id("179"),
        account=call.owner.username,
        shape=shape.value,
        created_at=now,
        caption=caption,
        children=children,
        blob=blob,
        poster=poster,
        resumable=by_bytes,
        parameters={k: v for k, v in call.parameters.items() if k not in ("access_token", "caption")},
    )
    if shape.is_video:
        container.pending_url = "" if by_bytes else call.parameters.text("video_url")
    else:
        container.ready_at = now + world.settings.image_seconds
    magic.on_container(container)
    return world.keep(container)


def state(world: World, container: Container) -> tuple[str, str]:
    """Status code and text of a container at this moment."""
    code = _code(world, container)
    if code != "ERROR":
        return code, _TEXTS[code]
    subcode, text = container.failure, container.failure_text
    for child in (world.containers[name] for name in container.children):
        if not subcode and _code(world, child) == "ERROR":
            subcode, text = child.failure, child.failure_text
    return code, text or f"Error: Media upload has failed with error code {subcode or 2207032}"


def _code(world: World, container: Container) -> str:
    now = world.clock.now()
    if container.media:
        return "PUBLISHED"
    ripe = container.ready_at is not None and now >= container.ready_at
    if container.failure and ripe:
        return "ERROR"
    if now >= container.created_at + DAY:
        return "EXPIRED"
    if world.settings.container_stuck or not ripe:
        return "IN_PROGRESS"
    children = {_code(world, world.containers[name]) for name in container.children}
    if children & {"ERROR", "EXPIRED"}:
        return "ERROR"
    return "IN_PROGRESS" if "IN_PROGRESS" in children else "FINISHED"


def read(call: Call) -> Body:
    """`GET /{container-id}`: a failed one is told with status 200."""
    container, world = call.node, call.world
    assert isinstance(container, Container)
    if call.token.holder == "PAGE" and world.settings.page_token_reads_fail:
        raise GraphError(100, 33)
    code, text = state(world, container)
    if code == "ERROR" and world.settings.empty_status_code:
        code = ""
    known: dict[str, Callable[[str], Any]] = {
        "id": lambda _: container.id,
        "status_code": lambda _: code,
        "status": lambda _: text,
    }
    if not call.on_instagram:
        known["copyright_check_status"] = lambda _: {"status": "completed", "matches_found": False}
        known["video_status"] = lambda _: _video_status(container, code)
    return select(call.parameters.text("fields"), known, node="IGContainer")


def _video_status(container: Container, code: str) -> Body:
    done = container.ready_at is not None
    return {
        "uploading_phase": {
            "status": "complete" if done else "in_progress",
            "bytes_transfered": container.upload_size,
        },
        "processing_phase": {"status": "complete" if code == "FINISHED" else "not_started"},
    }
