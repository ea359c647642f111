"""Request parameters: query, form and JSON body taken together, as the Graph API does."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import falcon

from entrypoints.sandbox.errors import GraphError


class Parameters(dict[str, Any]):
    """Values by name; text from query and form, anything from JSON."""

    def text(self, name: str) -> str:
        value = self.get(name)
        return "" if value is None else value if isinstance(value, str) else json.dumps(value)

    def flag(self, name: str) -> bool | None:
        value = self.get(name)
        if value is None or isinstance(value, bool):
            return value
        if str(value).lower() in ("true", "1"):
            return True
        if str(value).lower() in ("false", "0"):
            return False
        raise GraphError(100, message=f"Param {name} must be a boolean")

    def number(self, name: str) -> int | None:
        value = self.get(name)
        if value is None or value == "":
            return None
        try:
            return int(value)
        except (TypeError, ValueError):
            raise GraphError(100, message=f"Param {name} must be an integer") from None

    def listing(self, name: str) -> list[Any]:
        """A list sent as JSON, as JSON text, or as values between commas."""
        value = self.get(name)
        if value is None or value == "":
            return []
        if isinstance(value, list):
            return value
        if isinstance(value, str) and value.lstrip().startswith("["):
            try:
                return list(json.loads(value))
            except ValueError:
                raise GraphError(100, message=f"Param {name} must be an array") from None
        return [part.strip() for part in str(value).split(",") if part.strip()]


def read_parameters(req: falcon.Request) -> Parameters:
    """All parameters of a request; a multipart body's files arrive as bytes."""
    found = Parameters(parse_qsl(req.query_string, keep_blank_values=True))
    if req.method != "POST" or not req.content_length:
        return found
    kind = (req.content_type or "").split(";")[0].strip().lower()
    if kind == "multipart/form-data":
        for part in req.get_media():
            content = part.stream.read()
            found[part.name] = content if part.filename else content.decode()
        return found
    body = req.bounded_stream.read()
    if kind == "application/json":
        try:
            sent = json.loads(body)
        except ValueError:
            raise GraphError(100, message="The body is not JSON") from None
        if isinstance(sent, dict):
            found.update(sent)
    elif kind == "application/x-www-form-urlencoded":
        found.update(parse_qsl(body.decode(), keep_blank_values=True))
    return found
