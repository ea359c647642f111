"""The set-up of this installation: done once, by whoever installs it, and closed for good."""

from __future__ import annotations

from uuid import UUID

from domain.account import LoginMethod
from domain.aggregate import Aggregate, Cause

SETUP_ID = UUID("6a7b1d3e-52b3-4a0e-9f57-1c8f2d9d4e10")


class Setup(Aggregate):
    """What was set up. Secrets stand in the vault; events carry only their fingerprints."""

    TOPIC = "setup"

    def __init__(self) -> None:
        self.complete = False
        self.apps: dict[LoginMethod, str] = {}

    class Created(Aggregate.Created):
        """Somebody began to set this installation up."""

        TOPIC = "setup.begun"

        def apply(self, aggregate: Setup) -> None:
            """Nothing is set up yet."""

    class MetaAppKept(Aggregate.Event):
        """The app at Meta became known that accounts are connected through by one kind of login."""

        TOPIC = "setup.meta_app_kept"
        login_method: LoginMethod
        app_id: str
        secret_fingerprint: str

        def apply(self, aggregate: Setup) -> None:
            aggregate.apps[self.login_method] = self.app_id

    class Completed(Aggregate.Event):
        """Set-up is over; its calls are closed."""

        TOPIC = "setup.completed"

        def apply(self, aggregate: Setup) -> None:
            aggregate.complete = True

    @classmethod
    def begin_setup(cls, *, by: Cause) -> Setup:
        return cls.begin(cls.Created, by, id=SETUP_ID)

    def keep_app(self, login_method: LoginMethod, app_id: str, fingerprint: str, *, by: Cause) -> None:
        self.record(
            self.MetaAppKept, by, login_method=login_method, app_id=app_id, secret_fingerprint=fingerprint
        )

    def finish(self, *, by: Cause) -> None:
        if not self.complete:
            self.record(self.Completed, by)
