"""An API key: what a program shows to act for a user. Only the hash of its secret is known here."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from domain.aggregate import Aggregate, Cause


class ApiKey(Aggregate):
    """One key, from its making to its end."""

    TOPIC = "api_key"

    def __init__(self) -> None:
        self.user_id: UUID
        self.revoked = False

    class Created(Aggregate.Created):
        """Its owner made it; the secret was shown once and is not kept."""

        TOPIC = "api_key.created"
        user_id: UUID
        name: str
        prefix: str
        secret_hash: str
        scopes: tuple[str, ...]
        account_ids: tuple[UUID, ...] | None
        expires_at: datetime | None

        def apply(self, aggregate: ApiKey) -> None:
            aggregate.user_id = self.user_id

    class Revoked(Aggregate.Event):
        """Its owner ended it."""

        TOPIC = "api_key.revoked"

        def apply(self, aggregate: ApiKey) -> None:
            aggregate.revoked = True

    @classmethod
    def create(
        cls,
        *,
        id: UUID,
        user_id: UUID,
        name: str,
        prefix: str,
        secret_hash: str,
        scopes: tuple[str, ...],
        account_ids: tuple[UUID, ...] | None,
        expires_at: datetime | None,
        by: Cause,
    ) -> ApiKey:
        return cls.begin(
            cls.Created,
            by,
            id=id,
            user_id=user_id,
            name=name,
            prefix=prefix,
            secret_hash=secret_hash,
            scopes=scopes,
            account_ids=account_ids,
            expires_at=expires_at,
        )

    def revoke(self, *, by: Cause) -> None:
        if not self.revoked:
            self.record(self.Revoked, by)
