"""The kinds of container, and which of them a request means."""

from __future__ import annotations

from enum import StrEnum

from entrypoints.sandbox.errors import GraphError
from entrypoints.sandbox.parameters import Parameters


class Shape(StrEnum):
    """What a container becomes."""

    IMAGE = "IMAGE"
    REEL = "REEL"
    STORY_IMAGE = "STORY_IMAGE"
    STORY_VIDEO = "STORY_VIDEO"
    CHILD_IMAGE = "CHILD_IMAGE"
    CHILD_VIDEO = "CHILD_VIDEO"
    CAROUSEL = "CAROUSEL"

    @property
    def is_video(self) -> bool:
        return self in (Shape.REEL, Shape.STORY_VIDEO, Shape.CHILD_VIDEO)

    @property
    def is_child(self) -> bool:
        return self in (Shape.CHILD_IMAGE, Shape.CHILD_VIDEO)

    @property
    def is_story(self) -> bool:
        return self in (Shape.STORY_IMAGE, Shape.STORY_VIDEO)

    @property
    def graph_type(self) -> str:
        """`media_type` of the published object."""
        return "VIDEO" if self.is_video else "CAROUSEL_ALBUM" if self is Shape.CAROUSEL else "IMAGE"

    @property
    def product(self) -> str:
        """`media_product_type` of the published object."""
        return "REELS" if self is Shape.REEL else "STORY" if self.is_story else "FEED"

    @property
    def plain(self) -> str:
        """The word of the control face."""
        if self.is_story:
            return "STORIES"
        return {Shape.REEL: "REELS", Shape.CAROUSEL: "CAROUSEL"}.get(self, self.graph_type)


def shape_of(parameters: Parameters) -> Shape:
    """Raises GraphError 100 when type and URLs do not fit together."""
    media_type = parameters.text("media_type").upper()
    child = bool(parameters.flag("is_carousel_item"))
    by_bytes = parameters.text("upload_type") == "resumable"
    has_video = by_bytes or bool(parameters.text("video_url"))
    if media_type not in ("", "IMAGE", "VIDEO", "REELS", "STORIES", "CAROUSEL"):
        raise GraphError(100, 2207023)
    if child and media_type in ("REELS", "STORIES", "CAROUSEL"):
        raise GraphError(100, message=f"The media type {media_type} is not allowed for carousel child")
    if media_type == "VIDEO" and not child:
        raise GraphError(100, 2207067)
    shape = {
        "": Shape.CHILD_IMAGE if child else Shape.IMAGE,
        "IMAGE": Shape.CHILD_IMAGE if child else Shape.IMAGE,
        "VIDEO": Shape.CHILD_VIDEO,
        "REELS": Shape.REEL,
        "STORIES": Shape.STORY_VIDEO if has_video else Shape.STORY_IMAGE,
        "CAROUSEL": Shape.CAROUSEL,
    }[media_type]
    if shape.is_video and not has_video:
        raise GraphError(100, message="The parameter video_url is required")
    if shape in (Shape.IMAGE, Shape.CHILD_IMAGE, Shape.STORY_IMAGE) and not parameters.text("image_url"):
        raise GraphError(100, message="The parameter image_url is required")
    return shape
