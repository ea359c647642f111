"""Captions that make things happen, for people who do not want to learn the control face."""

from __future__ import annotations

from entrypoints.sandbox.errors import GraphError
from entrypoints.sandbox.records import Container

_SLOW_SECONDS = 20.0


def at_creation(caption: str) -> None:
    """Raises what a caption orders for the making of its container."""
    if "#sandbox_token_expired" in caption:
        raise GraphError(190, 463)
    if "#sandbox_fetch_failed" in caption:
        raise GraphError(9004, 2207052)


def on_container(container: Container) -> None:
    """Mark a new container with the fate its caption orders."""
    if "#sandbox_container_error" in container.caption:
        container.failure = 2207026
    if "#sandbox_slow" in container.caption and container.ready_at is not None:
        container.ready_at = max(container.ready_at, container.created_at + _SLOW_SECONDS)


def at_publish(caption: str) -> None:
    """Raises what a caption orders for publishing."""
    if "#sandbox_quota" in caption:
        raise GraphError(9, 2207042)


def loses_answer(container: Container) -> bool:
    """Whether the answer to publishing this container is to be lost; true once per container."""
    return "#sandbox_lost_answer" in container.caption and not container.answer_lost
