"""The published things of an account: reading, listing, deleting, commenting."""

from __future__ import annotations

from entrypoints.sandbox import media_node, paging
from entrypoints.sandbox.call import Body, Call
from entrypoints.sandbox.clock import DAY
from entrypoints.sandbox.errors import GraphError
from entrypoints.sandbox.records import Comment, Media
from entrypoints.sandbox.shapes import Shape
from entrypoints.sandbox.tokens import demand


def list_media(call: Call) -> Body:
    """`GET /{ig-id}/media`: posts and reels, newest first, no stories."""
    return _list(call, stories=False)


def list_stories(call: Call) -> Body:
    """`GET /{ig-id}/stories`: what is visible now."""
    return _list(call, stories=True)


def _list(call: Call, *, stories: bool) -> Body:
    demand(call.token, "instagram_business_basic", "instagram_basic")
    since, until = paging.moments(call.parameters)
    visible_since = call.world.clock.now() - DAY if stories else 0.0
    rows = [
        media
        for media in reversed(call.world.media_of[call.owner.username])
        if Shape(media.shape).is_story == stories
        and media.deleted_at is None
        and not media.parent
        and since <= media.published_at <= until
        and media.published_at > visible_since
    ]
    fields = call.parameters.text("fields")
    return paging.page(call, rows[:10_000], lambda m: m.id, lambda m: media_node.show(call, m, fields))


def read_media(call: Call) -> Body:
    """`GET /{media-id}`."""
    demand(call.token, "instagram_business_basic", "instagram_basic")
    if call.token.holder == "PAGE" and call.world.settings.page_token_reads_fail:
        raise GraphError(100, 33)
    return media_node.show(call, _media(call), call.parameters.text("fields"))


def list_children(call: Call) -> Body:
    """`GET /{media-id}/children`."""
    names = _media(call).children
    children = [record for _, record in map(call.world.nodes.__getitem__, names) if isinstance(record, Media)]
    fields = call.parameters.text("fields")
    return {"data": [media_node.show(call, child, fields) for child in children]}


def change_media(call: Call) -> Body:
    """`POST /{media-id}?comment_enabled=`: nothing else can be changed."""
    demand(call.token, "instagram_business_manage_comments", "instagram_manage_comments")
    media, wanted = _media(call), call.parameters.flag("comment_enabled")
    if wanted is None:
        raise GraphError(100, message="The parameter comment_enabled is required")
    media.comments_on = wanted
    call.world.keep(media)
    return {"success": True}


def delete_media(call: Call) -> Body:
    """`DELETE /{media-id}`: only with Facebook Login, and a carousel only as a whole."""
    if call.on_instagram:
        raise GraphError(100, 33)
    media = _media(call)
    demand(call.token, "", "instagram_manage_contents")
    if media.parent:
        raise GraphError(-1, 2207073)
    for each in (media, *_parts(call, media)):
        each.deleted_at = call.world.clock.now()
        call.world.keep(each)
    call.media = media.id
    return {"success": True, "deleted_id": media.id}


def _parts(call: Call, media: Media) -> list[Media]:
    records = (call.world.nodes[name][1] for name in media.children)
    return [record for record in records if isinstance(record, Media)]


def write_comment(call: Call) -> Body:
    """`POST /{media-id}/comments`."""
    demand(call.token, "instagram_business_manage_comments", "instagram_manage_comments")
    media, text = _media(call), call.parameters.text("message")
    if not text:
        raise GraphError(100, message="The parameter message is required")
    if not media.comments_on:
        raise GraphError(10, message="Comments are turned off for this media")
    comment = Comment(
        id=call.world.new_id("178"),
        media=media.id,
        username=call.owner.username,
        text=text,
        written_at=call.world.clock.now(),
    )
    call.world.keep(comment)
    return {"id": comment.id}


def list_comments(call: Call) -> Body:
    """`GET /{media-id}/comments`, newest first."""
    demand(call.token, "instagram_business_manage_comments", "instagram_manage_comments")
    rows = media_node.comments_of(call.world, _media(call))[::-1]
    fields = call.parameters.text("fields")
    return paging.page(call, rows, lambda c: c.id, lambda c: media_node.show_comment(c, fields))


def read_comment(call: Call) -> Body:
    """`GET /{comment-id}`."""
    return media_node.show_comment(_comment(call), call.parameters.text("fields"))


def delete_comment(call: Call) -> Body:
    """`DELETE /{comment-id}`."""
    demand(call.token, "instagram_business_manage_comments", "instagram_manage_comments")
    comment = _comment(call)
    comment.deleted = True
    call.world.keep(comment)
    return {"success": True}


def _media(call: Call) -> Media:
    if not isinstance(call.node, Media) or call.node.deleted_at is not None:
        raise GraphError(100, 33)
    return call.node


def _comment(call: Call) -> Comment:
    if not isinstance(call.node, Comment) or call.node.deleted:
        raise GraphError(100, 33)
    return call.node
