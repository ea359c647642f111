"""Which addresses there are, and the operation behind each method of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import falcon
from pydantic.alias_generators import to_camel

from entrypoints.http.operation import Operation

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    """One method of one address; `template` is Falcon's, `address` the document's."""

    method: str
    template: str
    operation: Operation

    @property
    def address(self) -> str:
        return re.sub(r"\{(\w+)\}", lambda part: "{" + to_camel(part[1]) + "}", self.template)


class Routes:
    """The table of all calls; what is not in it does not exist."""

    def __init__(self, app: falcon.App[Any, Any]) -> None:
        self._app = app
        self._table: dict[tuple[str, str], Route] = {}

    def add(self, template: str, resource: object, suffix: str = "") -> None:
        """Add the responders of a resource, all of which must be declared. Whoever may GET may HEAD."""
        ending = f"_{suffix}" if suffix else ""
        for method in METHODS:
            responder = getattr(resource, f"on_{method.lower()}{ending}", None)
            if responder is not None:
                self._table[template, method] = Route(method, template, responder.operation)
        if reader := getattr(resource, f"on_get{ending}", None):
            setattr(resource, f"on_head{ending}", reader)
        self._app.add_route(template, resource, suffix=suffix or None)

    def operation(self, template: str | None, method: str) -> Operation | None:
        """What a request that was routed to a template calls."""
        route = self._table.get((template or "", "GET" if method == "HEAD" else method))
        return route.operation if route else None

    def __iter__(self) -> Iterator[Route]:
        return iter(self._table.values())
