"""How far this installation is set up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from application.log import LogEntry
from application.views.rows import Rows, Shelf, Table, View
from domain.account import LoginMethod
from domain.setup import SETUP_ID, Setup


@dataclass(frozen=True)
class SetupRow:
    """The one set-up there is."""

    id: UUID
    begun_at: datetime
    completed_at: datetime | None


@dataclass(frozen=True)
class AppRow:
    """The app at Meta for one kind of login; its secret stands in the vault."""

    login_method: LoginMethod
    app_id: str


SETUPS: Table[SetupRow] = Table("setups", SetupRow)
APPS: Table[AppRow] = Table("meta_apps", AppRow, key="login_method")


def project(entry: LogEntry, rows: Rows) -> None:
    match entry.event:
        case Setup.Created():
            rows.put(SETUPS, SetupRow(entry.aggregate_id, entry.at, None))
        case Setup.MetaAppKept(login_method=login_method, app_id=app_id):
            rows.put(APPS, AppRow(login_method, app_id))
        case Setup.Completed():
            rows.change(SETUPS, entry.aggregate_id, completed_at=entry.at)


VIEW = View("setup", (SETUPS, APPS), project)


@dataclass(frozen=True)
class SetupState:
    """What doors ask about the set-up."""

    shelf: Shelf

    @property
    def begun(self) -> bool:
        return self.shelf.row(SETUPS, SETUP_ID) is not None

    @property
    def complete(self) -> bool:
        row = self.shelf.row(SETUPS, SETUP_ID)
        return row is not None and row.completed_at is not None

    def app_id(self, login_method: LoginMethod) -> str | None:
        row = self.shelf.row(APPS, login_method)
        return None if row is None else row.app_id
