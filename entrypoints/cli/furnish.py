"""What a new sandbox finds in place: a user and two accounts of the simulated Instagram."""

from __future__ import annotations

from uuid import UUID

import httpx

from application.service import Service
from domain.account import LoginMethod
from domain.aggregate import Cause
from entrypoints.bootstrap import open_service
from entrypoints.installation import Installation
from entrypoints.settings import Settings

ACCOUNTS = (
    ("sandbox_studio", "BUSINESS", LoginMethod.FACEBOOK),
    ("sandbox_creator", "MEDIA_CREATOR", LoginMethod.INSTAGRAM),
)


PASSWORD = "sandbox-only"  # noqa: S105 - the same in every sandbox, and good in none but its own
APPS = {
    LoginMethod.INSTAGRAM: ("990000000000001", "sandbox-instagram-secret"),
    LoginMethod.FACEBOOK: ("990000000000002", "sandbox-facebook-secret"),
}


def set_up(service: Service, user: UUID, by: Cause) -> None:
    """Give the user a password, make the simulated Instagram's apps known, and close the set-up."""
    service.set_password(user, PASSWORD, by=by)
    for login_method, (app_id, secret) in APPS.items():
        service.set_up.keep_app(login_method=login_method, app_id=app_id, app_secret=secret, by=by)
    service.set_up.complete(by=by)


def furnish(settings: Settings, installation: Installation, *, studio: str, actor: str) -> None:
    """Make the user and connect the accounts as anybody's would be; what is there already is left alone."""
    service = open_service(settings, installation)
    try:
        by = Cause(at=service.now(), actor=actor)
        user = service.ensure_user(studio, operator=True, by=by)
        if not service.set_up.steps().complete:
            set_up(service, user.id, by)
        known = {row.profile.username for row in service.accounts.of(user.id)}
        for username, account_type, login_method in ACCOUNTS:
            if username in known:
                continue
            answer = httpx.post(
                f"{installation.addresses()['sandbox']}/_sandbox/accounts",
                json={"username": username, "accountType": account_type, "loginMethod": login_method.value},
                timeout=10,
            )
            answer.raise_for_status()
            service.connect_account(
                user_id=user.id, token=answer.json()["accessToken"], login_method=login_method, by=by
            )
    finally:
        service.close()
