"""What Meta tells an app when a person removes it or wants their data deleted."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from uuid import UUID

from application.accounts.access import token_name
from application.log import Log, persistently
from application.setup import MetaApps
from application.vault import Vault
from application.views.accounts import AccountList
from domain import errors
from domain.account import Account, LoginMethod
from domain.aggregate import Cause
from domain.errors import Detail

KINDS = ("token", "second", "page", "previous")


@dataclass(frozen=True)
class MetaRequests:
    """Believes what is signed with the secret of an app of ours; anything else is VALIDATION_ERROR."""

    apps: MetaApps
    accounts: AccountList
    vault: Vault
    log: Log

    def let_go(self, signed_request: str, *, by: Cause) -> str:
        """Disconnect all accounts of a person and destroy their tokens; the code that confirms it."""
        person = self._person(signed_request)
        for row in self.accounts.all():
            if person in (row.profile.person_id, row.ig_user_id):
                persistently(lambda row=row: self._disconnect(row.id, by))  # type: ignore[misc]
        return hashlib.sha256(f"{person} {by.at.isoformat()}".encode()).hexdigest()[:24]

    def _disconnect(self, account_id: UUID, by: Cause) -> None:
        account = self.log.load(Account, account_id)
        account.disconnect(by=by)
        self.log.save(account)
        for kind in KINDS:
            self.vault.remove(token_name(account_id, kind))

    def _person(self, signed_request: str) -> str:
        signature, _, payload = signed_request.partition(".")
        try:
            sent = base64.urlsafe_b64decode(signature + "==")
            told = json.loads(base64.urlsafe_b64decode(payload + "=="))
            person = told["user_id"]
            known = told["algorithm"] == "HMAC-SHA256"
        except (ValueError, KeyError, TypeError):
            raise _unsigned() from None
        if not known or not isinstance(person, str) or not person or not self._signed(payload, sent):
            raise _unsigned()
        return person

    def _signed(self, payload: str, sent: bytes) -> bool:
        for login_method in LoginMethod:
            app = self.apps.find(login_method)
            if app and hmac.compare_digest(hmac.digest(app[1].encode(), payload.encode(), "sha256"), sent):
                return True
        return False


def _unsigned() -> errors.ValidationError:
    message = "This was not signed with the secret of an app of ours."
    return errors.ValidationError(message, details=(Detail("/signed_request", "signature", message),))
