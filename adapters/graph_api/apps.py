"""The app at Meta that tokens are made for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from domain.account import LoginMethod


@dataclass(frozen=True)
class MetaApp:
    """Its id and secret; Instagram Login and Facebook Login each have their own."""

    id: str
    secret: str = field(repr=False)


class AppsOnRecord(Mapping[LoginMethod, MetaApp]):
    """The apps as they are known at the moment of asking."""

    def __init__(self, find: Callable[[LoginMethod], tuple[str, str] | None]) -> None:
        self._find = find

    def __getitem__(self, login_method: LoginMethod) -> MetaApp:
        found = self._find(login_method)
        if found is None:
            raise KeyError(login_method)
        return MetaApp(*found)

    def __iter__(self) -> Iterator[LoginMethod]:
        return (login_method for login_method in LoginMethod if self._find(login_method))

    def __len__(self) -> int:
        return sum(1 for _ in self)
