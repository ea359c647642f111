"""A token that Meta has just handed out, and how long it lives."""

from __future__ import annotations

from datetime import datetime, timedelta

from adapters.graph_api.answers import Body, whole
from adapters.graph_api.stages import Stage
from adapters.graph_api.verdicts import nonsense
from application.accounts.ports import FreshToken

LONG_LIFE = timedelta(days=60)
LAST_SECOND = 10**10
"""Beyond this a number is no time of ours."""


def fresh_token(body: Body, now: datetime) -> FreshToken:
    """The token in an answer; where its life is not told, sixty days are assumed."""
    token, life = body.get("access_token"), whole(body.get("expires_in"))
    if not isinstance(token, str) or not token:
        raise nonsense(Stage.CREATE)
    lasts = timedelta(seconds=life) if life and 0 < life < LAST_SECOND else LONG_LIFE
    return FreshToken(token, now + lasts)
