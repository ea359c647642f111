"""A whole service over a store in memory: nothing is decoded, and Instagram is not asked."""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID, uuid4

from argon2 import PasswordHasher

from adapters.argon2.passwords import Argon2Passwords
from adapters.pyjwt.signed_tokens import JwtTokens
from adapters.pyotp.one_time_codes import TotpCodes
from adapters.sqlite.store import SqliteStore
from application import views
from application.accounts.access import AccessBook
from application.accounts.connect_account import ConnectAccount, DisconnectAccount, FindAccount
from application.accounts.connect_by_consent import ConnectByConsent
from application.accounts.meta_requests import MetaRequests
from application.accounts.ports import Consent, FreshToken, Identity, Login
from application.accounts.refresh_tokens import RefreshToken
from application.api_keys import Authenticate, CreateApiKey, ListApiKeys, MadeKey, RevokeApiKey
from application.idempotency import Idempotency
from application.media.host import SignedUrls
from application.media.receive_media import DeleteMedia, FindMedia, ReceiveMedia
from application.posts.checks import Checks
from application.posts.compose import ChangePost, CreatePost, FindPost
from application.posts.delete_on_instagram import DeleteOnInstagram
from application.posts.ports import Access, Publisher, PublishingLimit, Quota
from application.posts.quota import Ledger, LiveLimit, ReadPublishingLimit
from application.posts.timeline import ReadTimeline
from application.posts.validate_post import ValidatePost
from application.rate_limits import RateLimit
from application.readiness import Readiness
from application.service import Service
from application.sessions import LogIn, Sessions
from application.setup import MetaApps, SetUp
from application.users import EnsureUser, SecondFactor, SetPassword
from application.vault import KeyRing
from application.views.accounts import AccountList, AccountRow
from application.views.media import MediaShelf
from application.views.people import People
from application.views.posts import PostList
from application.views.setup import SetupState
from domain.account import LoginMethod, Profile
from domain.aggregate import Cause
from domain.post import Post
from domain.timing import Pace
from domain.upstream import Refused, Verdict
from tests.fakes.blob_store import MemoryBlobStore
from tests.fakes.workshop import MemoryWorkshop

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
MOST_BYTES = 1024 * 1024
JPEG = b"\xff\xd8\xff\xe0" + b"\x00\x10JFIF\x00"


class OneKey(KeyRing):
    """A ring with one key, the same for all purposes."""

    current = "k1"

    def key(self, id: str, purpose: str) -> bytes:
        return b"k" * 32


@dataclass
class ManualClock:
    """Stands still until it is set forward."""

    at: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class FakeLogin(Login):
    """Knows accounts by their tokens."""

    known: dict[str, Profile] = field(default_factory=dict)

    def identify(self, token: str, login_method: LoginMethod) -> list[Identity]:
        if token not in self.known:
            raise Refused(Verdict("TOKEN_EXPIRED"))
        return [Identity(self.known[token], token)]

    def refresh(self, token: str, login_method: LoginMethod) -> FreshToken:
        return FreshToken(token)


@dataclass
class FakeConsent(Consent):
    """Takes the codes it knows, each once."""

    codes: dict[str, str] = field(default_factory=dict)

    def address(self, login_method: LoginMethod, redirect_uri: str, state: str) -> str:
        return f"http://consent.example/?{urlencode({'redirect_uri': redirect_uri, 'state': state})}"

    def exchange(self, login_method: LoginMethod, code: str, redirect_uri: str) -> FreshToken:
        if code not in self.codes:
            raise Refused(Verdict("UNKNOWN_ERROR"))
        return FreshToken(self.codes.pop(code))

    def refusal(self, query: Mapping[str, str]) -> Refused | None:
        return Refused(Verdict("PERMISSION_MISSING")) if "error" in query else None


class FakeQuota(Quota):
    """An account that has published three of its hundred."""

    def read(self, access: Access) -> PublishingLimit:
        return PublishingLimit(total=100, used=3, window_seconds=86_400)


class FakePublisher(Publisher):
    """Deletes whatever it is asked to."""

    def delete(self, access: Access, media_id: str, *, asked_before: bool = False) -> None: ...


class Studio:
    """A service with the means to bring it into a state."""

    per_minute = per_hour = 0
    livemode = False

    def __init__(self) -> None:
        self.clock, self.login, self.blobs = ManualClock(), FakeLogin(), MemoryBlobStore()
        self.consent = FakeConsent()
        self.workshop = MemoryWorkshop(self.blobs)
        store = self.store = SqliteStore.in_memory(views.ALL, OneKey())
        accounts, media = AccountList(store.shelf), MediaShelf(store.shelf)
        people, posts = People(store.shelf), PostList(store.shelf)
        find_account, find_media, find_post = FindAccount(accounts), FindMedia(media), FindPost(posts)
        checks = Checks(find_account, media, posts)
        log, ledger, access = store.log, Ledger(posts), AccessBook(accounts, store.vault)
        live_limit = LiveLimit(access, FakeQuota(), self.clock)
        tokens = JwtTokens(b"s" * 32)
        passwords, codes = Argon2Passwords(CHEAP), TotpCodes()
        ensure_user = EnsureUser(log, people)
        set_password = SetPassword(log, store.vault, passwords, store.open_sessions)
        sessions = Sessions(
            people,
            tokens,
            store.open_sessions,
            self.clock,
            uuid4,
            b"c" * 32,
            timedelta(hours=1),
            self.livemode,
        )
        wired: dict[str, Any] = {
            "authenticate": Authenticate(people, self.clock, self.livemode, store.key_uses),
            "rate_limit": RateLimit(store.rate_windows, self.clock.now, self.per_minute, self.per_hour),
            "idempotency": Idempotency(store.idempotency_keys, b"k" * 32),
            "create_key": CreateApiKey(
                log, people, self.clock, uuid4, lambda: secrets.token_hex(32)[:43], self.livemode, accounts
            ),
            "revoke_key": RevokeApiKey(log, people),
            "list_keys": ListApiKeys(people, store.key_uses),
            "ensure_user": ensure_user,
            "set_password": set_password,
            "second_factor": SecondFactor(log, store.vault, codes),
            "set_up": SetUp(log, SetupState(store.shelf), people, store.vault, ensure_user, set_password),
            "log_in": LogIn(people, store.vault, passwords, codes, store.rate_windows, sessions, self.clock),
            "sessions": sessions,
            "connect_account": ConnectAccount(log, accounts, posts, store.vault, self.login),
            "connect_by_consent": ConnectByConsent(
                self.consent,
                ConnectAccount(log, accounts, posts, store.vault, self.login),
                tokens,
                store.open_sessions,
                self.clock,
                uuid4,
                lambda: "http://here.example/api/auth/instagram/callback",
            ),
            "meta_requests": MetaRequests(
                MetaApps(SetupState(store.shelf), store.vault), accounts, store.vault, log
            ),
            "public_address": lambda: "http://here.example",
            "disconnect_account": DisconnectAccount(log, find_account, store.vault),
            "find_account": find_account,
            "receive_media": ReceiveMedia(log, media, self.blobs, self.workshop, uuid4, MOST_BYTES),
            "media_progress": store.progress_board,
            "find_media": find_media,
            "delete_media": DeleteMedia(log, find_media, media, posts, self.blobs),
            "blobs": self.blobs,
            "media_urls": SignedUrls("http://here.example", b"k" * 32),
            "find_post": find_post,
            "create_post": CreatePost(log, checks, posts, uuid4),
            "change_post": ChangePost(log, find_post, checks, posts),
            "validate_post": ValidatePost(checks, accounts, media, live_limit, ledger),
            "delete_on_instagram": DeleteOnInstagram(
                log, find_post, posts, accounts, access, FakePublisher(), stories_too=False
            ),
            "publishing_limit": ReadPublishingLimit(find_account, live_limit, ledger, self.clock),
            "refresh_token": RefreshToken(log, accounts, store.vault, self.login, find_account),
            "timeline": ReadTimeline(log, find_post),
            "accounts": accounts,
            "media": media,
            "people": people,
            "posts": posts,
            "log": log,
            "reader": log,
            "leases": store.leases,
            "pace": Pace(),
            "livemode": self.livemode,
            "now": self.clock.now,
            "readiness": lambda: Readiness(storage=True, schema=True),
            "close": store.close,
        }
        # What no test of a door asks for stays out.
        rest = {part.name: cast(Any, None) for part in fields(Service) if part.name not in wired}
        self.service = Service(**wired, **rest)

    @property
    def by(self) -> Cause:
        return Cause(self.clock.now(), "test")

    def key(self, email: str = "studio@sandbox.example", **limits: Any) -> MadeKey:
        """A key of a user who is made if need be."""
        user = self.service.ensure_user(email, operator=False, by=self.by)
        return self.service.create_key(user_id=user.id, name="test", by=self.by, **limits)

    def account(self, email: str = "studio@sandbox.example", username: str = "studio") -> AccountRow:
        """A connected account of a user."""
        user = self.service.ensure_user(email, operator=False, by=self.by)
        token = f"token-of-{username}"
        ig_user_id = f"1784{zlib.crc32(username.encode())}"
        self.login.known[token] = Profile(ig_user_id, username, "BUSINESS", LoginMethod.FACEBOOK)
        (row,) = self.service.connect_account(
            user_id=user.id, token=token, login_method=LoginMethod.FACEBOOK, by=self.by
        )
        return row

    def tell(self, post_id: UUID, *facts: Any) -> None:
        """Let the worker's part happen to a post: each fact is called with the aggregate."""
        post = self.service.log.load(Post, post_id)
        for fact in facts:
            fact(post)
        self.service.log.save(post)
