"""Disturbances on order: which call they hit, and what they do to it."""

from __future__ import annotations

from typing import Any

from entrypoints.sandbox.errors import ControlError, GraphError
from entrypoints.sandbox.records import Fault
from entrypoints.sandbox.world import World

OPERATIONS = frozenset(
    [
        "media",
        "container",
        "media_publish",
        "media_list",
        "media_get",
        "publishing_limit",
        "oauth_token",
        "refresh_token",
        "delete",
        "comments",
        "rupload",
        "page",
        "profile",
        "private",
        "cloudflare",
        "r2",
        "worker",
    ]
)
ACTIONS = frozenset(["drop_before", "drop_after", "delay", "throttle", "garbage"])
_ERROR_KEYS = {"code", "subcode", "status", "message", "type", "transient"}
_KEYS = {"operation", "action", "seconds", "error", "after", "times", "match"}


def order(world: World, wanted: dict[str, Any]) -> Fault:
    """Note a fault for calls to come; raises ControlError. Only within `change`."""
    if unknown := set(wanted) - _KEYS:
        raise ControlError(f"A fault has no {', '.join(sorted(unknown))}.")
    operation, action, error = wanted.get("operation"), wanted.get("action") or "", wanted.get("error")
    if operation not in OPERATIONS:
        raise ControlError(f"operation is one of {', '.join(sorted(OPERATIONS))}.")
    if action and action not in ACTIONS:
        raise ControlError(f"action is one of {', '.join(sorted(ACTIONS))}.")
    if not action and error is None:
        raise ControlError("A fault needs an action or an error.")
    if error is not None:
        _check_error(error)
    match = wanted.get("match") or {}
    if not isinstance(match, dict) or set(match) - {"account", "caption"}:
        raise ControlError("match is an object with account, caption or both.")
    fault = Fault(
        id=world.chance.text(12),
        operation=str(operation),
        action=str(action),
        seconds=_number(wanted, "seconds", 0.0),
        error=error,
        after=wanted.get("after") is True or (action == "drop_after" and error is not None),
        times=int(_number(wanted, "times", 1)),
        account=str(match.get("account") or ""),
        caption=str(match.get("caption") or ""),
    )
    return world.keep(fault)


def take(world: World, operation: str, account: str, caption: str) -> Fault | None:
    """The first fault that is meant for this call, counted as used; only within `change`."""
    for fault in world.faults.values():
        if (
            fault.operation == operation
            and fault.live
            and fault.account in ("", account)
            and fault.caption in caption
        ):
            fault.used += 1
            return world.keep(fault)
    return None


def error_of(fault: Fault) -> GraphError | None:
    """The refusal a fault orders, worded as Meta words it unless it says otherwise."""
    if fault.error is None:
        return None
    error = GraphError(
        int(fault.error["code"]),
        fault.error.get("subcode"),
        fault.error.get("message"),
        status=fault.error.get("status"),
    )
    error.upload_type = fault.error.get("type") or ""
    error.transient = fault.error.get("transient", error.transient)
    return error


def describe(fault: Fault) -> dict[str, Any]:
    """A fault as the control face shows it."""
    match = {name: value for name, value in (("account", fault.account), ("caption", fault.caption)) if value}
    return {
        "id": fault.id,
        "operation": fault.operation,
        "action": fault.action or None,
        "seconds": fault.seconds,
        "error": fault.error,
        "after": fault.after,
        "times": fault.times,
        "used": fault.used,
        "match": match,
    }


def _check_error(error: Any) -> None:
    if not isinstance(error, dict) or set(error) - _ERROR_KEYS:
        raise ControlError(f"error is an object with {', '.join(sorted(_ERROR_KEYS))}.")
    for name in ("code", "subcode", "status"):
        value = error.get(name)
        if isinstance(value, bool) or not isinstance(value, int | None) or (name == "code" and value is None):
            raise ControlError(f"error.{name} is a whole number.")
    for name, kind in (("message", str), ("type", str), ("transient", bool)):
        if not isinstance(error.get(name), kind | None):
            raise ControlError(f"error.{name} is a {'text' if kind is str else 'truth value'}.")


def _number(wanted: dict[str, Any], name: str, default: float) -> float:
    value = wanted.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ControlError(f"{name} is a number, zero or more.")
    return float(value)
