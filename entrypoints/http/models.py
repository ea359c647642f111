"""What every model on the wire has in common, and the values JSON has no type for."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

ISO_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?([Zz]|[+-]\d\d(:?\d\d)?)?")


class Body(BaseModel):
    """A request's JSON body: unknown fields are refused, nothing is guessed."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=False,
    )


class Form(Body):
    """A request's body as HTML forms send it: all text; fields that we do not know are left aside."""

    model_config = ConfigDict(extra="ignore", strict=False, alias_generator=None)


class Query(BaseModel):
    """A request's query parameters: all text, so that numbers and ids are read from it."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=False,
    )


class Shown(BaseModel):
    """A part of an answer, made from our own values by their Python names."""

    model_config = ConfigDict(
        frozen=True,
        alias_generator=to_camel,
        validate_by_alias=False,
        validate_by_name=True,
        serialize_by_alias=True,
        from_attributes=True,
    )


class Nothing(Body):
    """No body, or an empty object."""


def read_time(value: Any) -> Any:
    """A moment from ISO 8601 with any offset; a time without one says nothing and is refused."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not ISO_TIME.fullmatch(value):
        raise PydanticCustomError(
            "time", "This must be a time in ISO 8601, such as 2026-03-01T09:30:00+01:00."
        )
    try:
        moment = datetime.fromisoformat(value.upper().replace(",", "."))
    except ValueError:
        raise PydanticCustomError("time", "There is no such time in the calendar.") from None
    return moment


def in_utc(moment: datetime) -> datetime:
    """The same moment, told in UTC."""
    if moment.tzinfo is None:
        raise PydanticCustomError("time_offset", "This time needs an offset, such as Z or +01:00.")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("time", "This time is outside the calendar.") from None


def write_time(moment: datetime) -> str:
    """ISO 8601 in UTC with Z; milliseconds where there are any."""
    moment = moment.astimezone(UTC)
    precision = "milliseconds" if moment.microsecond >= 1000 else "seconds"
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")


Time = Annotated[
    datetime,
    BeforeValidator(read_time),
    AfterValidator(in_utc),
    PlainSerializer(write_time, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
