"""What a new sandbox finds in place: a user and two accounts of the simulated Instagram."""

from __future__ import annotations

import httpx

from domain.account import LoginMethod
from domain.aggregate import Cause
from entrypoints.bootstrap import open_service
from entrypoints.installation import Installation
from entrypoints.settings import Settings

ACCOUNTS = (
    ("sandbox_studio", "BUSINESS", LoginMethod.FACEBOOK),
    ("sandbox_creator", "MEDIA_CREATOR", LoginMethod.INSTAGRAM),
)


def furnish(settings: Settings, installation: Installation, *, studio: str, actor: str) -> None:
    """Make the user and connect the accounts as anybody's would be; what is there already is left alone."""
    service = open_service(settings, installation)
    try:
        by = Cause(at=service.now(), actor=actor)
        user = service.ensure_user(studio, operator=True, by=by)
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
