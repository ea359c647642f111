"""What may stand in a container request: texts, tags, and which parameter goes with which shape."""

from __future__ import annotations

import json
import re
from typing import Any

from entrypoints.sandbox.errors import GraphError
from entrypoints.sandbox.parameters import Parameters
from entrypoints.sandbox.shapes import Shape

_HASHTAG = re.compile(r"(?<![\w&])#\w+")
_MENTION = re.compile(r"(?<![\w.])@[\w.]+")
_NOT_FOR_CHILDREN = ("collaborators", "is_ai_generated", "location_id", "trial_params")
_UNLOADABLE = ("sandbox_private", "sandbox_unknown")
"""User names that begin like this stand for people who cannot be tagged."""


def check(parameters: Parameters, shape: Shape, *, hashtag_limit: int, trial_allowed: bool) -> None:
    """Raises GraphError for the first rule a request breaks."""
    if shape.is_child:
        for name in _NOT_FOR_CHILDREN:
            if parameters.text(name):
                raise GraphError(100, message=f"The param {name} is not allowed for carousel child")
    _check_caption(caption_of(parameters, shape), hashtag_limit)
    _check_tags(parameters.listing("user_tags"), shape)
    if shape in (Shape.IMAGE, Shape.REEL, Shape.CAROUSEL):
        _check_collaborators(parameters.listing("collaborators"))
        _check_location(parameters.text("location_id"))
    if not shape.is_video and len(parameters.text("alt_text")) > 1000:
        raise GraphError(100, message="Param alt_text must be at most 1000 characters long")
    _check_products(parameters.listing("product_tags"), shape)
    if shape is Shape.REEL and parameters.text("trial_params"):
        _check_trial(parameters["trial_params"], trial_allowed)
    for name in ("share_to_feed", "is_ai_generated", "is_paid_partnership"):
        parameters.flag(name)
    if len(parameters.listing("branded_content_sponsor_ids")) > 2:
        raise GraphError(100, message="INSTAGRAM_PLATFORM_API__INVALID_PARAM")


def caption_of(parameters: Parameters, shape: Shape) -> str:
    """Stories and children have none, whatever was sent."""
    return "" if shape.is_child or shape.is_story else parameters.text("caption")


def _check_caption(caption: str, hashtag_limit: int) -> None:
    # Meta does not say what a character is; UTF-16 units are the strictest reading.
    if len(caption.encode("utf-16-le")) // 2 > 2200 or len(_HASHTAG.findall(caption)) > hashtag_limit:
        raise GraphError(36004, 2207010)
    if len(_MENTION.findall(caption)) > 20:
        raise GraphError(100, 2207040)


def _check_tags(tags: list[Any], shape: Shape) -> None:
    if shape is Shape.CAROUSEL:
        return
    if len(tags) > 20:
        raise GraphError(100, 2207040)
    for tag in tags:
        if not isinstance(tag, dict) or not tag.get("username"):
            raise GraphError(100, message="Param user_tags must be an array of objects with username")
        _check_person(str(tag["username"]))
        placed = "x" in tag and "y" in tag
        if shape in (Shape.IMAGE, Shape.CHILD_IMAGE) and not placed:
            raise GraphError(100, message="Param user_tags needs x and y for images")
        if shape in (Shape.REEL, Shape.CHILD_VIDEO) and ("x" in tag or "y" in tag):
            raise GraphError(100, message="Param user_tags takes no x and y for videos")
        for axis in ("x", "y"):
            value = tag.get(axis, 0.0)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value <= 1.0:
                raise GraphError(100, message=f"Param user_tags.{axis} must lie between 0 and 1")


def _check_person(username: str) -> None:
    if username.startswith(("@", *_UNLOADABLE)):
        raise GraphError(110, 2207018, user_message=f"The account {username} cannot be loaded.")


def _check_collaborators(names: list[Any]) -> None:
    if len(names) > 3:
        raise GraphError(100, message="Param collaborators takes at most 3 accounts")
    for name in names:
        _check_person(str(name))


def _check_location(location: str) -> None:
    if location and (not location.isdecimal() or location == "0"):
        raise GraphError(100, message="INSTAGRAM_PLATFORM_API__INVALID_LOCATION_ID")


def _check_products(tags: list[Any], shape: Shape) -> None:
    for tag in tags:
        placed = isinstance(tag, dict) and "x" in tag and "y" in tag
        if shape.is_video and placed:
            raise GraphError(100, 2207035)
        if not shape.is_video and not placed:
            raise GraphError(100, 2207036)
    if len(tags) > 5:
        raise GraphError(100, 2207037)


def _check_trial(trial: Any, allowed: bool) -> None:
    if isinstance(trial, str):
        try:
            trial = json.loads(trial)
        except ValueError:
            trial = None
    if not isinstance(trial, dict) or trial.get("graduation_strategy") not in ("MANUAL", "SS_PERFORMANCE"):
        raise GraphError(100, message="Param trial_params needs a graduation_strategy")
    if not allowed:
        raise GraphError(100, 2207081)
