"""The way of every Graph call: faults, token, limits, handler, record, answer."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field

from entrypoints.sandbox import faults, limits
from entrypoints.sandbox.call import Body, Call, Route
from entrypoints.sandbox.drops import ConnectionDropped
from entrypoints.sandbox.envelopes import wrap
from entrypoints.sandbox.errors import THROTTLES, GraphError
from entrypoints.sandbox.records import CallRecord, Container, Fault
from entrypoints.sandbox.tokens import check
from entrypoints.sandbox.versions import demand_served

_GARBAGE = "<!DOCTYPE html><html><title>Error</title><body>Sorry, something went wrong.</body></html>"


@dataclass
class Answer:
    """What goes back over the wire; a text body stands for something that is no JSON."""

    status: int
    body: Body | str
    headers: dict[str, str] = field(default_factory=dict)
    error: GraphError | None = None


def answer(call: Call, route: Route) -> Answer:
    """Run one call; raises ConnectionDropped when it is to stay without answer."""
    world = call.world
    begun = time.perf_counter()
    call.received = world.clock.now()
    if world.settings.latency_seconds:
        world.pause(world.settings.latency_seconds)
    _learn_caption(call)
    fault = _take_fault(call, route)
    try:
        _disturb_before(call, fault)
        result = _handled(call, route, fault, begun)
    except GraphError as error:
        result = refusal(call, error)
        if fault and fault.action == "garbage":
            result = Answer(502, _GARBAGE, error=error)
        call.hang_up = fault is not None and fault.action == "drop_after" and fault.error is None
        _record(call, route, begun, result)
    except ConnectionDropped:
        _record(call, route, begun, None)
        raise
    if call.hang_up:
        world.pause(fault.seconds if fault else 0.0)
        raise ConnectionDropped("the answer is lost")
    return result


def refusal(call: Call, error: GraphError) -> Answer:
    """An error as the host of the call words it."""
    body = wrap(error, call.host, "A" + call.world.chance.text(22))
    headers = limits.usage_headers(call.world, call.account, error.minutes)
    return Answer(error.status, body, headers, error)


def _take_fault(call: Call, route: Route) -> Fault | None:
    if not call.world.faults:
        return None
    with call.world.change():
        username = call.account.username if call.account else ""
        return faults.take(call.world, route.operation, username, call.caption)


def _disturb_before(call: Call, fault: Fault | None) -> None:
    if fault is None:
        return
    error = faults.error_of(fault)
    if fault.action == "delay":
        call.world.pause(fault.seconds)
    if fault.action == "throttle":
        code = error.code if error and error.code in THROTTLES else 80002
        if fault.seconds and call.account:
            with call.world.change():
                limits.throttle(call.world, call.account, fault.seconds)
        raise limits.throttled(code, fault.seconds)
    if fault.action == "drop_before" and error is None:
        raise ConnectionDropped("dropped before it took effect")
    if error is not None and not fault.after:
        raise error


def _handled(call: Call, route: Route, fault: Fault | None, begun: float) -> Answer:
    """Admit and handle the call; its effect and its record are one transaction unless it has to wait."""
    if route.waits:
        return _admitted(call, route, fault, begun)
    with call.world.change():
        return _admitted(call, route, fault, begun)


def _admitted(call: Call, route: Route, fault: Fault | None, begun: float) -> Answer:
    _admit(call, route)
    body = route.handler(call)
    result = _disturbed(call, route, fault) or Answer(
        200, body, limits.usage_headers(call.world, call.account)
    )
    _record(call, route, begun, result)
    return result


def _admit(call: Call, route: Route) -> None:
    """Refuse what Meta refuses before it looks at the request itself."""
    demand_served(call.world, call.version)
    if route.public:
        return
    call.caller = check(call.world, call.secret, call.host)
    if call.account is None:
        return
    with call.world.change():
        limits.demand_calm(call.world, call.account)
        limits.count_call(call.world, call.account)
    if call.account.username not in call.token.accounts:
        raise GraphError(100, 33)


def _disturbed(call: Call, route: Route, fault: Fault | None) -> Answer | None:
    """What a fault answers although the call took effect."""
    if fault is None:
        return None
    error = faults.error_of(fault) if fault.after else None
    if error is not None:
        return refusal(call, error)
    if fault.action == "garbage":
        return Answer(200 if route.effect else 502, _GARBAGE)
    call.hang_up = call.hang_up or fault.action == "drop_after"
    return None


def _record(call: Call, route: Route, begun: float, result: Answer | None) -> None:
    world, error = call.world, result.error if result else None
    with world.change():
        world.call_number += 1
        world.keep(
            CallRecord(
                number=world.call_number,
                at=call.received,
                operation=route.operation,
                method=call.method,
                path=call.path,
                account=call.account.username if call.account else "",
                container=call.container,
                caption=call.caption,
                status=result.status if result else 0,
                code=error.code if error else None,
                subcode=error.subcode if error else None,
                answered=result is not None and not call.hang_up,
                media=call.media,
                seconds=round(time.perf_counter() - begun, 6),
            )
        )


def _learn_caption(call: Call) -> None:
    """Find the caption a call is about, so that faults can be matched to it."""
    call.caption = call.parameters.text("caption")
    named = call.node if isinstance(call.node, Container) else None
    if named is None and (wanted := call.parameters.text("creation_id")):
        named = call.world.containers.get(wanted)
        call.container = wanted
    if named is not None:
        call.container, call.caption = named.id, named.caption


def as_bytes(body: Body | str) -> bytes:
    return body.encode() if isinstance(body, str) else json.dumps(body, separators=(",", ":")).encode()
