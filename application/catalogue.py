"""The error catalogue as plain data, for every door that shows it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import DomainError, Group, Kind, NotFound, Recovery, catalogue


@dataclass(frozen=True)
class Entry:
    """One code and all there is to know about it; a door turns `kind` into its own language."""

    code: str
    kind: Kind
    group: Group
    core: bool
    fallback: str
    description: str
    recovery: Recovery
    cases: dict[str, Recovery]

    @property
    def docs(self) -> str:
        """Where the code is explained, within the repository."""
        return f"docs/errors.md#{self.code.lower()}"


def explain(error: type[DomainError]) -> Entry:
    """What the catalogue says about one class of refusals."""
    return Entry(
        code=error.code,
        kind=error.kind,
        group=error.group,
        core=error.core(),
        fallback=error.fallback,
        description=error.description(),
        recovery=error.recovery,
        cases=error.cases,
    )


def entries() -> tuple[Entry, ...]:
    """The whole catalogue in its order: group by group, our own codes last."""
    chapters = list(Group)
    return tuple(
        explain(error) for error in sorted(catalogue.values(), key=lambda error: chapters.index(error.group))
    )


def entry(code: str) -> Entry:
    """One code of the catalogue; raises `NOT_FOUND` for any other word."""
    if code not in catalogue:
        raise NotFound(what="error code")
    return explain(catalogue[code])
