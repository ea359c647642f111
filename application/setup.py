"""Setting an installation up: the first user, the app at Meta, and the end of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.log import Log, persistently
from application.users import EnsureUser, SetPassword
from application.vault import Vault, fingerprint
from application.views.people import People
from application.views.setup import SetupState
from domain import errors
from domain.account import LoginMethod
from domain.aggregate import Cause
from domain.errors import NotFound
from domain.setup import SETUP_ID, Setup


def app_secret_name(login_method: LoginMethod) -> str:
    """The name of an app's secret in the vault."""
    return f"meta-app/{login_method}/secret"


@dataclass(frozen=True)
class MetaApps:
    """The apps at Meta, put together from the set-up and the vault."""

    state: SetupState
    vault: Vault

    def find(self, login_method: LoginMethod) -> tuple[str, str] | None:
        """An app's id and secret; None where there is no app for this login."""
        app_id = self.state.app_id(login_method)
        secret = self.vault.get(app_secret_name(login_method)) if app_id else None
        return (app_id, secret) if app_id and secret else None


@dataclass(frozen=True)
class Steps:
    """How far set-up has come."""

    complete: bool
    admin: bool
    meta_app: bool


@dataclass(frozen=True)
class SetUp:
    """Open until it is completed; then everything here but looking is SETUP_LOCKED."""

    log: Log
    state: SetupState
    people: People
    vault: Vault
    ensure_user: EnsureUser
    set_password: SetPassword

    def steps(self) -> Steps:
        return Steps(
            complete=self.state.complete,
            admin=any(user.operator for user in self.people.users()),
            meta_app=any(self.state.app_id(login_method) for login_method in LoginMethod),
        )

    def admin(self, *, email: str, password: str, by: Cause) -> UUID:
        """Make the first user, an operator. There is one already: SETUP_LOCKED."""
        self._require_open()
        if any(self.set_password.has_one(user.id) for user in self.people.users() if user.operator):
            raise errors.SetupLocked("This server has its first user; log in as that one.")
        self.set_password.check(password)
        user = self.ensure_user(email, operator=True, by=by)
        self.set_password(user.id, password, by=by)
        return user.id

    def meta_app(self, *, login_method: LoginMethod, app_id: str, app_secret: str, by: Cause) -> None:
        """Keep the app at Meta that accounts are connected through."""
        self._require_open()
        self.keep_app(login_method=login_method, app_id=app_id, app_secret=app_secret, by=by)

    def keep_app(self, *, login_method: LoginMethod, app_id: str, app_secret: str, by: Cause) -> None:
        """The same for whoever sits at the machine, at any time."""
        self.vault.put(app_secret_name(login_method), app_secret)

        def keep() -> None:
            setup = self._load(by)
            setup.keep_app(login_method, app_id, fingerprint(app_secret), by=by)
            self.log.save(setup)

        persistently(keep)

    def complete(self, *, by: Cause) -> None:
        """Close the set-up for good. Without a first user: NOT_CONFIGURED."""
        self._require_open()
        if not self.steps().admin:
            raise errors.NotConfigured("Make the first user before you close the set-up.")

        def finish() -> None:
            setup = self._load(by)
            setup.finish(by=by)
            self.log.save(setup)

        persistently(finish)

    def _require_open(self) -> None:
        if self.state.complete:
            raise errors.SetupLocked

    def _load(self, by: Cause) -> Setup:
        try:
            return self.log.load(Setup, SETUP_ID)
        except NotFound:
            return Setup.begin_setup(by=by)
