"""Claims signed with HMAC-SHA256; each purpose is an audience of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jwt

from application.sessions import SignedTokens
from domain import errors

_ALGORITHM = "HS256"
_ISSUER = "pressroom"


class JwtTokens(SignedTokens):
    """Signs with one key of 32 bytes. Whether a token is past its end is for the caller's clock to say."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def sign(self, claims: Mapping[str, str | int], *, purpose: str) -> str:
        return jwt.encode({**claims, "iss": _ISSUER, "aud": purpose}, self._key, algorithm=_ALGORITHM)

    def read(self, token: str, *, purpose: str) -> Mapping[str, Any]:
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=purpose,
                issuer=_ISSUER,
                options={"require": ["sub", "jti", "exp"], "verify_exp": False, "verify_iat": False},
            )
        except (jwt.InvalidTokenError, ValueError, UnicodeError) as wrong:
            raise errors.TokenInvalid from wrong
        return claims
