"""Publishing: a container becomes visible to the world, once."""

from __future__ import annotations

from entrypoints.sandbox import limits, magic
from entrypoints.sandbox.call import Body, Call
from entrypoints.sandbox.containers import demand_unblocked, state
from entrypoints.sandbox.errors import GraphError
from entrypoints.sandbox.records import Container, Media
from entrypoints.sandbox.shapes import Shape
from entrypoints.sandbox.tokens import demand
from entrypoints.sandbox.world import World


def publish(call: Call) -> Body:
    """`POST /{ig-id}/media_publish`."""
    demand(call.token, "instagram_business_content_publish", "instagram_content_publish")
    demand_unblocked(call)
    container = _container(call)
    if container.media:
        repeated = _published_before(call.world, container)
        if repeated is not None:
            return repeated
    else:
        _demand_finished(call.world, container)
    magic.at_publish(container.caption)
    limits.demand_quota(call.world, call.owner)
    media = make_visible(call.world, container)
    call.media = container.media = media.id
    if magic.loses_answer(container):
        container.answer_lost = call.hang_up = True
    call.world.keep(container)
    return {"id": media.id}


def _container(call: Call) -> Container:
    wanted = call.parameters.text("creation_id")
    if not wanted:
        raise GraphError(100, message="The parameter creation_id is required")
    container = call.world.containers.get(wanted)
    if container is None or container.account != call.owner.username:
        raise GraphError(24, 2207008)
    if Shape(container.shape).is_child:
        raise GraphError(100, message="A carousel child cannot be published on its own")
    return container


def _published_before(world: World, container: Container) -> Body | None:
    """What a second publish answers; None = it publishes again."""
    match world.settings.second_publish:
        case "same_id":
            return {"id": container.media}
        case "9007":
            raise GraphError(9007, 2207027)
        case "duplicate":
            return None
        case _:
            raise GraphError(24, 2207008)


def _demand_finished(world: World, container: Container) -> None:
    code, _ = state(world, container)
    if code == "EXPIRED":
        raise GraphError(24, 2207008)
    if code != "FINISHED":
        raise GraphError(9007, 2207027)


def make_visible(world: World, container: Container) -> Media:
    """The published object of a container, children first; only within `change`."""
    media = _media(world, container, parent="")
    for name in container.children:
        child = _media(world, world.containers[name], parent=media.id)
        media.children.append(child.id)
        world.keep(child)
    return world.keep(media)


def _media(world: World, container: Container, parent: str) -> Media:
    return Media(
        id=world.new_id("180"),
        account=container.account,
        shape=container.shape,
        shortcode=world.chance.shortcode(),
        published_at=world.clock.now(),
        caption=container.caption,
        blob=container.blob,
        poster=container.poster,
        parent=parent,
        container=container.id,
        parameters=container.parameters,
    )
