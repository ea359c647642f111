"""Time-based codes: six digits, a new one every thirty seconds."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp

from application.sessions import OneTimeCodes

_SECONDS = 30


class TotpCodes(OneTimeCodes):
    """Takes the code of now, and those just before and after for clocks that differ."""

    def new_secret(self) -> str:
        return pyotp.random_base32()

    def address(self, secret: str, email: str) -> str:
        return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Pressroom")

    def step(self, secret: str, code: str, at: datetime) -> int | None:
        now = int(at.timestamp()) // _SECONDS
        for step in (now, now - 1, now + 1):
            if hmac.compare_digest(pyotp.TOTP(secret).generate_otp(step).encode(), code.encode()):
                return step
        return None
