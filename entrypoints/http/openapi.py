"""The OpenAPI document, generated from the declared operations."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cached_property
from http import HTTPStatus
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from domain import errors
from domain.errors import DomainError
from entrypoints.http.errors import PROBLEM, Envelope, Problem
from entrypoints.http.idempotency import HEADER, KEY_PATTERN
from entrypoints.http.middleware import SESSION_COOKIE
from entrypoints.http.operation import Answer, Call, Operation, operation
from entrypoints.http.parsing import UUID_PATTERN
from entrypoints.http.routes import Route, Routes
from entrypoints.http.statuses import STATUS

VERSION = "1"
REF = "#/components/schemas/{model}"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

Schema = dict[str, Any]

# Fields that are left out when they are not set, where all others are null.
LEFT_OUT = {
    "Envelope": ("details", "retryAfter"),
    "Problem": ("details", "retryAfter"),
    "Recovery": ("call",),
    "Finding": ("fix",),
}


class Schemas(GenerateJsonSchema):
    """JSON Schema without titles that only repeat a field's name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def document(routes: Iterable[Route]) -> Schema:
    """Everything a client may rely on, as OpenAPI 3.1."""
    routes = list(routes)
    schemas = component_schemas(route.operation for route in routes)
    paths: dict[str, Schema] = {}
    for route in routes:
        paths.setdefault(route.address, {})[route.method.lower()] = described(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Pressroom",
            "version": VERSION,
            "summary": "Publishes to Instagram and can prove what it did.",
            "description": "This document only ever grows. Every refusal has the same shape; act on its "
            "`code`, or on its `fallback` if you do not know the code. `X-Request-Id` is taken from you or "
            "made, and comes back with every answer.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": [],
        "tags": [{"name": name} for name in dict.fromkeys(tag(route) for route in routes)],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "headers": headers(),
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API key: `vg_live_…`, or `vg_test_…` on a sandbox.",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": SESSION_COOKIE,
                    "description": "Somebody who is logged in. Changes need `X-CSRF-Token` too.",
                },
            },
        },
    }


def component_schemas(operations: Iterable[Operation]) -> Schema:
    """The schemas of all models the operations name; bodies as they are read, answers as they are written."""
    named: set[tuple[type[BaseModel], JsonSchemaMode]] = {
        (Envelope, "serialization"),
        (Problem, "serialization"),
    }
    for declared in operations:
        named |= {
            (shape, "serialization")
            for shape in declared.answers.values()
            if isinstance(shape, type) and issubclass(shape, BaseModel)
        }
        if declared.body is not None:
            named.add((declared.body, "validation"))
    ordered = sorted(named, key=lambda entry: (entry[0].__name__, entry[1]))
    _, schema = models_json_schema(ordered, ref_template=REF, schema_generator=Schemas)
    definitions: Schema = schema["$defs"]
    for shape, names in LEFT_OUT.items():
        for name in names:
            properties = definitions[shape]["properties"]
            properties[name] = without_null(properties[name])
        definitions[shape]["required"] = [
            name for name in definitions[shape]["required"] if name not in names
        ]
    return definitions


def without_null(field: Schema) -> Schema:
    """A property that is absent rather than null."""
    options = [option for option in field.get("anyOf", ()) if option != {"type": "null"}]
    if not options:
        return field
    kept: Schema = {key: value for key, value in field.items() if key not in ("anyOf", "default")}
    kept.update(options[0])
    return kept


def tag(route: Route) -> str:
    """The chapter of a call: the first word of its address under `/api/v1`."""
    _, _, words = route.address.partition("/api/v1/")
    word = words.partition("/")[0]
    return "system" if not word or "." in word else word


def described(route: Route, schemas: Schema) -> Schema:
    """One operation of the document."""
    declared = route.operation
    found: Schema = {
        "operationId": declared.id,
        "summary": declared.summary,
        "tags": [tag(route)],
        "parameters": path_parameters(declared)
        + query_parameters(declared, schemas)
        + header_parameters(route),
        "responses": successes(declared) | refusals(route),
    }
    if declared.auth:
        found["security"] = [{"session": []}] if declared.person else [{"key": []}, {"session": []}]
    if declared.scope:
        found["description"] = f"Needs the scope `{declared.scope}`."
    if declared.body is not None:
        found["requestBody"] = {
            "required": True,
            "content": {
                FORM if declared.form else JSON: {
                    "schema": {"$ref": REF.format(model=declared.body.__name__)}
                }
            },
        }
    if declared.upload:
        found["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": UPLOAD}}}
    return found


UPLOAD: Schema = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}
    },
    "required": ["file"],
    "additionalProperties": False,
}


def path_parameters(declared: Operation) -> list[Schema]:
    """The parts of an address that a call names."""
    return [
        {
            "name": to_camel(name),
            "in": "path",
            "required": True,
            "schema": {"type": "string", "format": "uuid", "pattern": UUID_PATTERN}
            if kind is UUID
            else {"type": "string", "pattern": "^[^/]+$"},
        }
        for name, kind in declared.path.items()
    ]


def query_parameters(declared: Operation, schemas: Schema) -> list[Schema]:
    """The query of a call, with what its model refers to added to the components."""
    if declared.query is None:
        return []
    model = declared.query.model_json_schema(ref_template=REF, schema_generator=Schemas)
    schemas.update(model.get("$defs", {}))
    required = model.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": without_null(schema)}
        for name, schema in model.get("properties", {}).items()
    ]


def header_parameters(route: Route) -> list[Schema]:
    """The headers a call reads besides those that all do."""
    if not repeatable(route):
        return []
    description = (
        "Names this request for 24 hours: sent again unchanged it acts once, and is answered as before with "
        "`Idempotent-Replayed: true`."
    )
    schema = {"type": "string", "pattern": KEY_PATTERN}
    return [{"name": HEADER, "in": "header", "required": False, "description": description, "schema": schema}]


def repeatable(route: Route) -> bool:
    """Whether a call takes an `Idempotency-Key`."""
    return route.method == "POST" and route.operation.auth


def successes(declared: Operation) -> Schema:
    """The answers of a call that does what it says."""
    answers: Schema = {}
    for status, shape in declared.answers.items():
        answer: Schema = {
            "description": HTTPStatus(status).phrase,
            "headers": {"X-Request-Id": header("RequestId")},
        }
        if isinstance(shape, str):
            answer["content"] = {shape: {"schema": {"type": "string"}}}
        elif shape is not None:
            answer["content"] = {JSON: {"schema": {"$ref": REF.format(model=shape.__name__)}}}
        answers[str(status)] = answer
    return answers


def refusals(route: Route) -> Schema:
    """The refusals of a call, by status, with the codes each may carry."""
    by_status: dict[int, list[str]] = {}
    for error in sorted(possible_errors(route), key=lambda error: error.code):
        by_status.setdefault(STATUS[error.kind], []).append(error.code)
    return {str(status): refusal(status, codes) for status, codes in sorted(by_status.items())}


def possible_errors(route: Route) -> set[type[DomainError]]:
    """What a call declares to refuse, and what follows from its shape."""
    declared = route.operation
    found = {*declared.errors, errors.InternalError, errors.ServiceUnavailable, errors.InvalidParam}
    found.add(errors.ValidationError)
    if declared.auth:
        found |= {errors.AuthRequired, errors.AuthInvalidKey, errors.RateLimited}
        found |= {errors.TokenInvalid, errors.TokenExpired}
        if route.method != "GET":
            found.add(errors.CsrfFailed)
        if declared.person:
            found.add(errors.CookieAuthRequired)
    if declared.scope:
        found.add(errors.InsufficientScope)
    if declared.path:
        found.add(errors.NotFound)
    if declared.query and any(field.is_required() for field in declared.query.model_fields.values()):
        found.add(errors.MissingParam)
    if route.method != "GET" and not declared.upload:
        found |= {errors.LengthRequired, errors.PayloadTooLarge, errors.UnsupportedMediaType}
    if repeatable(route):
        found |= {errors.IdempotencyKeyReused, errors.IdempotencyInProgress}
    if declared.upload:
        found.add(errors.UploadError)
    return found


def refusal(status: int, codes: list[str]) -> Schema:
    """One status with its codes, in both forms a client may prefer."""

    def narrowed(model: type[BaseModel]) -> Schema:
        narrow = {
            "properties": {
                "code": {"type": "string", "enum": codes},
                "status": {"type": "integer", "enum": [status]},
            }
        }
        return {"schema": {"allOf": [{"$ref": REF.format(model=model.__name__)}, narrow]}}

    answer: Schema = {
        "description": ", ".join(f"`{code}`" for code in codes),
        "headers": {"X-Request-Id": header("RequestId")},
        "content": {JSON: narrowed(Envelope), PROBLEM: narrowed(Problem)},
    }
    if status in (409, 429, 503):
        answer["headers"]["Retry-After"] = header("RetryAfter")
    return answer


def headers() -> Schema:
    """The headers that many answers share."""
    return {
        "RequestId": {
            "description": "Names this request in the log and in events.",
            "schema": {"type": "string"},
        },
        "RetryAfter": {
            "description": "Seconds to wait, the same as `retryAfter`.",
            "schema": {"type": "integer", "minimum": 0},
        },
    }


def header(name: str) -> Schema:
    return {"$ref": f"#/components/headers/{name}"}


class OpenApi:
    """Serves the document; made at the first request, the same ever after."""

    def __init__(self, routes: Routes) -> None:
        self._routes = routes

    @cached_property
    def _bytes(self) -> bytes:
        return json.dumps(document(self._routes), ensure_ascii=False, separators=(",", ":")).encode()

    @cached_property
    def _etag(self) -> str:
        return f'"{hashlib.sha256(self._bytes).hexdigest()[:32]}"'

    @operation(id="openapi", summary="This document", answers={200: JSON, 304: None}, auth=False)
    def on_get(self, call: Call) -> Answer:
        headers = {"ETag": self._etag, "Cache-Control": "no-cache"}
        if call.has_current(self._etag):
            return Answer(status=304, headers=headers)
        return Answer(self._bytes, headers=headers)
