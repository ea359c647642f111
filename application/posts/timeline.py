"""What happened to a post, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from application.access import Caller
from application.log import LogEntry, LogReader
from application.posts.compose import FindPost
from domain.attempt import PARENT, FollowUp
from domain.post import Post


@dataclass(frozen=True)
class Happening:
    """One event of a post as people read it; `data` holds the event's own fields."""

    position: int
    time: datetime
    type: str
    text: str
    actor: str
    data: dict[str, Any]


@dataclass(frozen=True)
class ReadTimeline:
    """The history of a post of the caller's. An event that cannot be decoded: INTERNAL_ERROR."""

    reader: LogReader
    find: FindPost

    def __call__(self, caller: Caller, post_id: UUID) -> list[Happening]:
        self.find(caller, post_id)
        return [happening(entry) for entry in self.reader.entries(aggregate_id=post_id)]


_COMMON = frozenset({"originator_id", "originator_version", "originator_topic", "timestamp", "meta"})


def happening(entry: LogEntry) -> Happening:
    values = vars(entry.event)
    return Happening(
        position=entry.position,
        time=entry.at,
        type=entry.topic,
        text=tell(entry.event),
        actor=values.get("meta", {}).get("actor", "unknown"),
        data={name: value for name, value in values.items() if name not in _COMMON},
    )


def tell(event: Any) -> str:
    """One event of a post in a sentence."""
    match event:
        case Post.Created(content=content):
            return f"Drafted as {content.media_type}."
        case Post.Edited():
            return "Changed; containers of the old form are void."
        case Post.Planned(at=at):
            return f"Meant for {clock(at)}."
        case Post.Scheduled(at=at):
            return f"Scheduled for {clock(at)}."
        case Post.Unscheduled():
            return "Taken off the schedule."
        case Post.PublishOrdered():
            return "Asked to go out at once."
        case Post.Cancelled():
            return "Cancelled."
        case Post.PublishingStarted(attempt=attempt, worker=worker):
            return f"Attempt {attempt} claimed by worker {worker}."
        case Post.ContainerCreated(slot=slot, container_id=container):
            return f"Instagram took {_slot(slot)} into container {container}."
        case Post.ContainerReady(slot=slot):
            return f"Instagram has {_slot(slot)} ready."
        case Post.ContainerLost(slot=slot, reading=reading, failure=failure):
            why = failure.sentence if failure else f"It reads {reading}."
            return f"The container of {_slot(slot)} is lost. {why}"
        case Post.PublishAsked(container_id=container):
            return f"About to ask Instagram to publish container {container}."
        case Post.PublishRefused(failure=failure):
            return f"Instagram refused, and nothing went out. {failure.sentence}"
        case Post.Doubted():
            return "Whether it went out is unknown; looking at Instagram before doing anything else."
        case Post.Looked(reading=reading):
            return f"Looked: the container reads {reading}; the doubt stays."
        case Post.FoundUnpublished(reading=reading):
            return f"Looked: nothing went out (the container reads {reading})."
        case Post.Published(media_id=media_id, evidence=evidence):
            return f"Published{f' as {media_id}' if media_id else ''}; known from {_EVIDENCE[evidence]}."
        case Post.RetryPlanned(at=at, failure=failure):
            return f"{failure.sentence} Trying again at {clock(at)}."
        case Post.Paused(reason=reason, until=until):
            return f"Waiting ({reason}){f' until {clock(until)}' if until else ''}."
        case Post.Resumed():
            return "What it waited for is over."
        case Post.Failed(failure=failure):
            return f"Failed: {failure.sentence}"
        case Post.Missed():
            return "Missed: its time passed by more than the allowed lateness, so it was not sent."
        case Post.Resolved(published=published):
            return f"A person looked: it was {'' if published else 'not '}published."
        case Post.FollowUpAsked(follow_up=follow_up):
            return f"About to do what follows: {_FOLLOW_UPS[follow_up]}."
        case Post.FollowUpDone(follow_up=follow_up, result=result):
            return f"Done: {_FOLLOW_UPS[follow_up]}{f' ({result})' if result else ''}."
        case Post.FollowUpPostponed(follow_up=follow_up, next_try_at=at):
            return f"Not yet: {_FOLLOW_UPS[follow_up]}; again at {clock(at)}."
        case Post.FollowUpFailed(follow_up=follow_up, failure=failure):
            return f"Failed: {_FOLLOW_UPS[follow_up]}. {failure.sentence} The post itself is untouched."
        case Post.DeletionAsked():
            return "About to ask Instagram to delete it."
        case Post.OverdueNoticed(due=due):
            return f"Overdue: nobody had begun with it since {clock(due)}."
        case Post.Deleted():
            return "Deleted on Instagram."
        case _:
            return type(event).__name__


_EVIDENCE = {
    "answer": "Instagram's answer",
    "container": "the container, which reads PUBLISHED",
    "listing": "finding it among what is live",
    "person": "a person who looked",
}
_FOLLOW_UPS = {
    FollowUp.PERMALINK: "read the permalink",
    FollowUp.COMMENT: "write the first comment",
    FollowUp.FACEBOOK: "post to the Facebook Page",
}


def clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _slot(slot: int) -> str:
    return "the post" if slot == PARENT else f"file {slot + 1}"
