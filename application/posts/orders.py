"""From a post and its files to the containers Instagram is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from application.posts.ports import ContainerOrder, MediaHost, Upload
from application.views.media import MediaRow, facts_of
from domain import errors, renditions
from domain.attempt import PARENT
from domain.content import Content, Fit, MediaType, UserTag
from domain.media import Kind, Rendition, Use
from domain.media_types import rules
from domain.post import Post
from domain.renditions import Recipe


@dataclass(frozen=True)
class Orders:
    """Writes the order for one slot of a post."""

    host: MediaHost
    fit: Fit = Fit.PAD_BLUR

    def write(self, post: Post, slot: int, files: Mapping[UUID, MediaRow], *, upload: bool) -> ContainerOrder:
        """A file that is missing or was not made to fit: MEDIA_INVALID.

        `upload` says that videos may be sent as bytes instead of fetched.
        """
        content = post.content
        if slot == PARENT and content.media_type is MediaType.CAROUSEL:
            return ContainerOrder(
                media_type=MediaType.CAROUSEL,
                children=tuple(post.containers[child].id for child in post.children()),
                caption=content.caption,
                collaborators=content.collaborators,
                location_id=content.location_id,
            )
        child = slot != PARENT
        index = slot if child else 0
        rendition, kind = self._file(content, index, files)
        video = kind is Kind.VIDEO
        url = self.host.url(rendition.sha256, rendition.mime_type)
        send = video and upload
        alt = content.alt_texts[index] if index < len(content.alt_texts) else None
        return ContainerOrder(
            media_type=content.media_type,
            child=child,
            image_url=None if video else url,
            video_url=url if video and not send else None,
            upload=Upload(rendition.sha256, rendition.size_bytes) if send else None,
            caption="" if child else content.caption,
            user_tags=_tags(post, index),
            collaborators=() if child else content.collaborators,
            location_id=None if child else content.location_id,
            alt_text=None if video else alt,
            cover_url=self._cover(content, files),
            thumb_offset_ms=content.thumb_offset_ms,
            share_to_feed=content.share_to_feed,
        )

    def public_file(self, post: Post, files: Mapping[UUID, MediaRow]) -> tuple[str, bool]:
        """Where the post's one file can be fetched, and whether it is a video."""
        rendition, kind = self._file(post.content, 0, files)
        return self.host.url(rendition.sha256, rendition.mime_type), kind is Kind.VIDEO

    def _file(self, content: Content, index: int, files: Mapping[UUID, MediaRow]) -> tuple[Rendition, Kind]:
        recipe = renditions.recipe(content, index, facts_of(files), self.fit)
        return self._rendition(files.get(content.media_ids[index]), rules(content.media_type).use, recipe)

    def _cover(self, content: Content, files: Mapping[UUID, MediaRow]) -> str | None:
        cover = files.get(content.cover_media_id) if content.cover_media_id else None
        if cover is None:
            return None
        recipe = renditions.cover_recipe(content, facts_of(files), self.fit)
        rendition, _ = self._rendition(cover, Use.COVER, recipe)
        return self.host.url(rendition.sha256, rendition.mime_type)

    def _rendition(self, file: MediaRow | None, use: Use, recipe: Recipe | None) -> tuple[Rendition, Kind]:
        if file is not None and file.failure is not None:
            raise errors.catalogue[file.failure.code](file.failure.sentence)
        if file is None or file.facts is None:
            raise errors.MediaInvalid("A file of this post is gone or was never made ready.")
        if recipe is not None:
            ordered = file.made_for(recipe.key)
            if ordered is None:
                raise errors.MediaInvalid("A file of this post was not brought to its shape.")
            return ordered, file.facts.kind
        made = file.rendition(use) or (file.rendition(Use.FEED) if use in _LIKE_FEED else None)
        if made is None:
            raise errors.MediaInvalid("A file of this post has no form that fits its media type.")
        return made, file.facts.kind


_LIKE_FEED = frozenset({Use.CAROUSEL, Use.COVER})


def _tags(post: Post, index: int) -> tuple[UserTag, ...]:
    content = post.content
    if content.media_type is MediaType.STORIES:
        return tuple(
            UserTag(mention.username, mention.x, mention.y)
            for mention in content.story_mentions
            if mention.via == "TAG"
        )
    return tuple(tag for tag in content.user_tags if (tag.media_index or 0) == index)
