"""The app at Meta that tokens are made for."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class MetaApp:
    """Its id and secret; Instagram Login and Facebook Login each have their own."""

    id: str
    secret: str = field(repr=False)
