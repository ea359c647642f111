"""From bytes and text to values of ours, or to a refusal that says all that is wrong."""

from __future__ import annotations

import re
from typing import TypeVar, get_origin
from urllib.parse import parse_qsl
from uuid import UUID

import falcon
import pydantic

from domain import errors
from domain.errors import Detail
from entrypoints.http.faults import details
from entrypoints.http.models import Body, Query

BODY_LIMIT = 1024 * 1024
MOST_PARAMETERS = 100
UUID_PATTERN = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"

B = TypeVar("B", bound=Body)
Q = TypeVar("Q", bound=Query)


def read_id(text: str) -> UUID:
    """The id in a path; what is no UUID names nothing: NOT_FOUND."""
    if not re.fullmatch(UUID_PATTERN, text):
        raise errors.NotFound
    return UUID(text)


def read_body(req: falcon.Request, model: type[B], *, required: bool) -> B:
    """The JSON body as a model. A DomainError raised by one of its validators wins over VALIDATION_ERROR."""
    return read_model(model, raw_body(req, required=required) or b"{}")


def raw_body(req: falcon.Request, *, required: bool) -> bytes:
    """The bytes of a JSON body, the same however often they are asked for; none where there need be none."""
    known: bytes | None = getattr(req.context, "raw_body", None)
    if known is None:
        length = announced_length(req, required=required)
        known = req.context.raw_body = read_json(req, length) if length or required else b""
    return known


def read_model(model: type[B], raw: bytes) -> B:
    """JSON as a model; VALIDATION_ERROR with all that is wrong."""
    try:
        return model.model_validate_json(raw)
    except pydantic.ValidationError as error:
        raise errors.ValidationError(details=details(error)) from None


def read_form(req: falcon.Request, model: type[B]) -> B:
    """A body as HTML forms send it, as a model."""
    length = announced_length(req, required=True)
    raw = read_whole(req, length, falcon.MEDIA_URLENCODED)
    try:
        sent = dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MOST_PARAMETERS))
        return model.model_validate(sent)
    except pydantic.ValidationError as error:
        raise errors.ValidationError(details=details(error)) from None
    except ValueError:
        raise errors.ValidationError("The body is not a list of UTF-8 names and values.") from None


def announced_length(req: falcon.Request, *, required: bool) -> int:
    """How long the body says it is; one that does not say, or is too long, is refused."""
    length = req.content_length
    if length is None and (required or req.get_header("Transfer-Encoding")):
        raise errors.LengthRequired
    if length is not None and length > BODY_LIMIT:
        raise errors.PayloadTooLarge(limit=BODY_LIMIT)
    return length or 0


def read_json(req: falcon.Request, length: int) -> bytes:
    """The bytes of a body that says it is JSON."""
    return read_whole(req, length, falcon.MEDIA_JSON)


def read_whole(req: falcon.Request, length: int, wanted: str) -> bytes:
    """The bytes of a body of one type, all that were announced."""
    media_type, options = falcon.parse_header(req.content_type or "")
    if media_type.lower() != wanted or options.get("charset", "utf-8").lower() != "utf-8":
        raise errors.UnsupportedMediaType
    try:
        raw: bytes = req.bounded_stream.read()
    except OSError:
        raw = b""
    if len(raw) < length:
        raise errors.ValidationError("The body ended before its announced length.")
    return raw


def read_query(req: falcon.Request, model: type[Q]) -> Q:
    """The query as a model: MISSING_PARAM for what is absent, INVALID_PARAM for what cannot be read."""
    sent: dict[str, list[str]] = {}
    try:
        for name, value in parse_qsl(
            req.query_string, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS
        ):
            sent.setdefault(name, []).append(value)
    except ValueError:
        raise errors.InvalidParam("The query is not a list of UTF-8 names and values.") from None
    faults: list[Detail] = []
    values: dict[str, str | list[str]] = {}
    lists = list_names(model)
    for name, found in sent.items():
        if name in lists:
            values[name] = found
            continue
        values[name] = found[0]
        if len(found) > 1:
            faults.append(Detail(f"/{name[:64]}", "repeated", "This may be given once."))
    try:
        query = model.model_validate(values)
    except pydantic.ValidationError as error:
        faults += details(error)
    if faults:
        raise refused_query(tuple(faults))
    return query


def refused_query(faults: tuple[Detail, ...]) -> errors.DomainError:
    """The refusal of a query; an absent parameter is named first."""
    absent = [fault.field[1:] for fault in faults if fault.code == "required"]
    if absent:
        return errors.MissingParam(name=absent[0], details=faults)
    if len(faults) == 1:
        (fault,) = faults
        message = fault.message.replace("field", "parameter")
        return errors.InvalidParam(f"The query parameter `{fault.field[1:]}`: {message}", details=faults)
    return errors.InvalidParam("Some query parameters cannot be read; see `details`.", details=faults)


def list_names(model: type[Query]) -> set[str]:
    """The parameters that may be given several times."""
    return {
        field.alias or name
        for name, field in model.model_fields.items()
        if get_origin(field.annotation) in (list, tuple, frozenset)
    }
