"""The shapes in which Meta's hosts wrap a refusal."""

from __future__ import annotations

import json
from typing import Any

from entrypoints.sandbox.errors import GraphError

GRAPH_INSTAGRAM = "graph.instagram.com"
GRAPH_FACEBOOK = "graph.facebook.com"
UPLOADS = "rupload.facebook.com"
INSTAGRAM_LOGIN = "api.instagram.com"

_METHOD_ERRORS = {(100, 33)}
_NUMBERED = (10, 100, 200, 210, 324)
"""Codes whose message begins with their number."""


def wrap(error: GraphError, host: str, trace: str) -> dict[str, Any]:
    """The body a host answers a refusal with."""
    if host == UPLOADS:
        return _upload(error)
    if host == INSTAGRAM_LOGIN:
        return {"error_type": "OAuthException", "code": error.status, "error_message": error.message}
    return _graph(error, host, trace)


def _upload(error: GraphError) -> dict[str, Any]:
    kind = error.upload_type or (
        "NotAuthorizedError" if error.code in (190, 2500) else "ProcessingFailedError"
    )
    message = (
        error.message if error.upload_type else json.dumps({"code": error.code, "message": error.message})
    )
    return {"debug_info": {"retriable": error.transient, "type": kind, "message": message}}


def _graph(error: GraphError, host: str, trace: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "message": f"(#{error.code}) {error.message}" if error.code in _NUMBERED else error.message,
        "type": _type(error, host),
        "code": error.code,
    }
    if error.subcode is not None:
        body["error_subcode"] = error.subcode
    body["is_transient"] = error.transient
    if error.title:
        body["error_user_title"] = error.title
        body["error_user_msg"] = error.user_message
    body["fbtrace_id"] = trace
    return {"error": body}


def _type(error: GraphError, host: str) -> str:
    if (error.code, error.subcode) in _METHOD_ERRORS:
        return "GraphMethodException"
    if error.code == 100 and host == GRAPH_INSTAGRAM:
        return "IGApiException"
    return "OAuthException"
