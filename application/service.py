"""Everything Pressroom can do, by name. Doors receive it; tests build it from fakes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from application.accounts.connect_account import ConnectAccount, DisconnectAccount, FindAccount
from application.accounts.connect_by_consent import ConnectByConsent
from application.accounts.meta_requests import MetaRequests
from application.accounts.refresh_tokens import RefreshDueTokens, RefreshToken
from application.api_keys import Authenticate, CreateApiKey, ListApiKeys, RevokeApiKey
from application.idempotency import Idempotency
from application.log import Log, LogReader
from application.media.host import SignedUrls
from application.media.ports import BlobStore
from application.media.process_video import ProcessVideo
from application.media.receive_media import DeleteMedia, FindMedia, ReceiveMedia
from application.media.sweep_blobs import SweepBlobs
from application.media.video_ports import ProgressBoard
from application.posts.advance import AdvancePost
from application.posts.compose import ChangePost, CreatePost, FindPost
from application.posts.delete_on_instagram import DeleteOnInstagram
from application.posts.ports import Leases
from application.posts.quota import ReadPublishingLimit
from application.posts.timeline import ReadTimeline
from application.posts.validate_post import ValidatePost
from application.posts.watchdog import NoticeOverdue
from application.rate_limits import RateLimit
from application.readiness import Readiness
from application.replay import Rebuilder
from application.sessions import LogIn, Sessions
from application.setup import SetUp
from application.users import EnsureUser, SecondFactor, SetPassword
from application.views.accounts import AccountList
from application.views.media import MediaShelf
from application.views.people import People
from application.views.posts import PostList
from domain.timing import Pace


@dataclass(frozen=True)
class Service:
    """Use-cases first, then the views that doors read."""

    authenticate: Authenticate
    rate_limit: RateLimit
    idempotency: Idempotency
    create_key: CreateApiKey
    revoke_key: RevokeApiKey
    list_keys: ListApiKeys
    ensure_user: EnsureUser
    set_password: SetPassword
    second_factor: SecondFactor
    set_up: SetUp
    log_in: LogIn
    sessions: Sessions

    connect_account: ConnectAccount
    connect_by_consent: ConnectByConsent
    meta_requests: MetaRequests
    disconnect_account: DisconnectAccount
    find_account: FindAccount

    receive_media: ReceiveMedia
    process_video: ProcessVideo
    media_progress: ProgressBoard
    find_media: FindMedia
    delete_media: DeleteMedia
    sweep_blobs: SweepBlobs
    blobs: BlobStore
    media_urls: SignedUrls

    publishing_limit: ReadPublishingLimit
    refresh_token: RefreshToken
    refresh_due_tokens: RefreshDueTokens

    find_post: FindPost
    create_post: CreatePost
    change_post: ChangePost
    validate_post: ValidatePost
    delete_on_instagram: DeleteOnInstagram
    notice_overdue: NoticeOverdue
    timeline: ReadTimeline
    advance_post: AdvancePost

    accounts: AccountList
    media: MediaShelf
    people: People
    posts: PostList
    log: Log
    reader: LogReader
    leases: Leases
    rebuilder: Rebuilder

    pace: Pace
    livemode: bool
    public_address: Callable[[], str]
    now: Callable[[], datetime]
    readiness: Callable[[], Readiness]
    close: Callable[[], None]
