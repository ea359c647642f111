"""The error catalogue, readable by anybody."""

from __future__ import annotations

from application.catalogue import Entry, entries, entry
from domain import errors
from entrypoints.http.errors import Recovery
from entrypoints.http.models import Shown
from entrypoints.http.operation import Call, operation
from entrypoints.http.statuses import STATUS


class CatalogueEntry(Shown):
    """One error code, what it means and what to do about it."""

    code: str
    status: int
    group: str
    core: bool
    fallback: str
    description: str
    recovery: Recovery
    docs: str


class CatalogueEntries(Shown):
    """All error codes, group by group."""

    items: list[CatalogueEntry]


class ErrorCatalogue:
    """Tells what each code means before it is met."""

    @operation(id="listErrors", summary="All error codes", answers={200: CatalogueEntries}, auth=False)
    def on_get(self, call: Call) -> CatalogueEntries:
        return CatalogueEntries(items=[shown(found) for found in entries()])

    @operation(
        id="getError",
        summary="One error code",
        answers={200: CatalogueEntry},
        errors=(errors.NotFound,),
        auth=False,
    )
    def on_get_one(self, call: Call, code: str) -> CatalogueEntry:
        return shown(entry(code))


def shown(found: Entry) -> CatalogueEntry:
    return CatalogueEntry(
        code=found.code,
        status=STATUS[found.kind],
        group=found.group.value,
        core=found.core,
        fallback=found.fallback,
        description=found.description,
        recovery=Recovery.model_validate(found.recovery),
        docs=found.docs,
    )
