"""Events live for ever: their topics and their stored bytes do not change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.persistence import Notification, StoredEvent
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import domain
from adapters.eventsourcing.mapper import TypedMapper
from application.topics import AGGREGATES, event_classes
from domain import errors
from domain.aggregate import Aggregate
from domain.attempt import Failure
from domain.content import Content, MediaType, UserTag
from domain.post import Post
from domain.upstream import Upstream

FROZEN = Path(__file__).parent / "fixtures" / "topics.txt"
OURS = TypedMapper(AGGREGATES)
EVENTS = {topic: event for aggregate in AGGREGATES for topic, event in event_classes(aggregate).items()}

st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(int, st.integers(-(2**63), 2**63 - 1))


def subclasses(base: type[Any]) -> set[type[Any]]:
    return {each for direct in base.__subclasses__() for each in {direct, *subclasses(direct)}}


def test_topics_never_change() -> None:
    """A new topic is added to the fixture; one that stands there is never changed or removed."""
    topics = sorted([*EVENTS, *(aggregate.TOPIC for aggregate in AGGREGATES)])
    assert topics == FROZEN.read_text().split()


def test_every_aggregate_of_the_domain_is_listed() -> None:
    for module in Path(domain.__path__[0]).glob("*.py"):
        __import__(f"domain.{module.stem}")
    defined = {each for each in subclasses(Aggregate) if each.__module__.startswith("domain.")}
    assert defined == set(AGGREGATES)


def test_a_topic_begins_with_its_aggregates() -> None:
    for aggregate in AGGREGATES:
        for topic in event_classes(aggregate):
            assert topic.startswith(f"{aggregate.TOPIC}.")


@pytest.mark.parametrize("topic", EVENTS)
@given(data=st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_event_survives_storing(topic: str, data: st.DataObject) -> None:
    event = data.draw(st.builds(EVENTS[topic], originator_id=st.uuids(), originator_version=st.integers(1)))
    stored = OURS.to_stored_event(event)

    again = OURS.to_domain_event(stored)

    assert again == event
    assert type(again) is type(event)
    assert OURS.to_stored_event(again) == stored


ID, AT = UUID(int=7), datetime(2030, 1, 2, 3, 4, 5, 678900, UTC)


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (
            Post.Created(
                originator_id=ID,
                originator_version=1,
                timestamp=AT,
                originator_topic="post",
                meta={"requestId": "r", "actor": "user:1"},
                user_id=UUID(int=1),
                account_id=UUID(int=2),
                content=Content(
                    MediaType.IMAGE, (UUID(int=3),), "Grüße ☃", user_tags=(UserTag("somebody", 0.5, 1.0),)
                ),
            ),
            '{"account_id":"00000000-0000-0000-0000-000000000002","content":{"allow_duplicate":false,'
            '"alt_texts":[],"caption":"Grüße ☃","collaborators":[],"cover_media_id":null,'
            '"cross_post_to_facebook":false,"first_comment":null,"fit":null,"location_id":null,'
            '"media_ids":["00000000-0000-0000-0000-000000000003"],"media_type":"IMAGE","publish_via":"LOCAL",'
            '"share_to_feed":null,"story_mentions":[],"text_overlays":[],"thumb_offset_ms":null,'
            '"user_tags":[{"media_index":null,"username":"somebody","x":0.5,"y":1.0}]},'
            '"meta":{"actor":"user:1","requestId":"r"},"originator_topic":"post",'
            '"timestamp":"2030-01-02T03:04:05.678900Z","user_id":"00000000-0000-0000-0000-000000000001"}',
        ),
        (
            Post.Failed(
                originator_id=ID,
                originator_version=2,
                timestamp=AT,
                failure=Failure("INVALID_TAGS", "No.", Upstream(400, 9004)),
            ),
            '{"failure":{"code":"INVALID_TAGS","sentence":"No.","upstream":{"code":9004,"http_status":400,'
            '"message":null,"subcode":null,"title":null,"trace_id":null}},"meta":{},'
            '"timestamp":"2030-01-02T03:04:05.678900Z"}',
        ),
    ],
)
def test_stored_bytes_never_change(event: Any, state: str) -> None:
    stored = OURS.to_stored_event(event)
    assert stored.state.decode() == state
    assert (stored.originator_id, stored.topic) == (ID, event.TOPIC)


def test_content_stored_before_a_field_existed_has_its_default() -> None:
    content = Content(MediaType.IMAGE, (UUID(int=3),), "Hello")
    event = Post.Edited(originator_id=ID, originator_version=2, timestamp=AT, content=content)
    stored = OURS.to_stored_event(event)
    before = replace(stored, state=stored.state.replace(b'"fit":null,', b""))
    assert before != stored
    assert OURS.to_domain_event(before) == event


class Lamp(Aggregate):
    """An aggregate with a past: brightness was once a word, and before that not there at all."""

    TOPIC = "lamp"

    class Created(Aggregate.Created):
        """It was made."""

        TOPIC = "lamp.made"
        brightness: int
        colour: str = "white"
        class_version = 3

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["brightness"] = "low"

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            state["brightness"] = {"low": 1, "high": 9}[state["brightness"]]

    class Lit(Aggregate.Event):
        """It was lit."""

        TOPIC = "lamp.lit"


LAMPS = TypedMapper((Lamp,))
OLD = b'{"timestamp":"2030-01-02T03:04:05.678900Z","originator_topic":"lamp","meta":{}'


def made(state: bytes) -> Any:
    return LAMPS.to_domain_event(StoredEvent(ID, 1, "lamp.made", state))


def test_an_event_of_an_older_version_is_brought_up_to_date() -> None:
    assert made(OLD + b"}").brightness == 1
    assert made(OLD + b',"class_version":2,"brightness":"high"}').brightness == 9
    assert made(OLD + b',"class_version":3,"brightness":5}').brightness == 5


def test_the_version_is_stored_with_the_event() -> None:
    event = made(OLD + b"}")
    stored = LAMPS.to_stored_event(event)
    assert b'"class_version":3' in stored.state
    assert LAMPS.to_domain_event(stored) == event


def test_a_field_added_with_a_default_is_read_from_older_events() -> None:
    assert made(OLD + b"}").colour == "white"
    lit: Any = LAMPS.to_domain_event(StoredEvent(ID, 2, "lamp.lit", b'{"timestamp":"2030-01-02T03:04:05Z"}'))
    assert lit.meta == {}


@pytest.mark.parametrize(
    ("topic", "state"),
    [
        ("lamp.made", OLD + b',"class_version":4,"brightness":5}'),
        ("lamp.made", OLD + b',"class_version":3,"brightness":"much"}'),
        ("lamp.made", OLD + b',"class_version":2,"brightness":"none"}'),
        ("lamp.lit", b'{"timestamp":"2030-01-02T03:04:05Z","class_version":2}'),
        ("lamp.lit", b"{}"),
        ("lamp.lit", b""),
        ("lamp.broken", b"{}"),
        ("lamp", b"{}"),
    ],
)
def test_what_cannot_be_read_is_named(topic: str, state: bytes) -> None:
    with pytest.raises(errors.InternalError) as raised:
        LAMPS.to_domain_event(Notification(ID, 1, topic, state, 42))
    assert raised.value.context["position"] == 42
    assert "42" in raised.value.sentence
    assert raised.value.context["topic"] == topic


def test_events_of_unlisted_aggregates_are_not_stored() -> None:
    event = Lamp.Lit(originator_id=ID, originator_version=2, timestamp=AT)
    with pytest.raises(TypeError, match="topics"):
        OURS.to_stored_event(event)
