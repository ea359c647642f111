"""Settings in, service out: the only file that knows which adapter serves which port."""

from __future__ import annotations

import random
import secrets
import string
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from adapters.argon2.passwords import Argon2Passwords
from adapters.ffmpeg import binary
from adapters.ffmpeg.arguments import Manner
from adapters.ffmpeg.video_workshop import FfmpegWorkshop
from adapters.filesystem.blob_store import FileBlobStore
from adapters.filesystem.clock import SandboxClock, SystemClock
from adapters.filesystem.key_file import KeyFile
from adapters.graph_api.apps import AppsOnRecord
from adapters.graph_api.client import Graph, Hosts, Patience
from adapters.graph_api.consent import GraphConsent
from adapters.graph_api.containers import GraphContainers
from adapters.graph_api.library import GraphLibrary
from adapters.graph_api.login import GraphLogin
from adapters.graph_api.page import GraphPage
from adapters.graph_api.publisher import GraphPublisher
from adapters.graph_api.quota import GraphQuota
from adapters.graph_api.usage import Usage
from adapters.pyjwt.signed_tokens import JwtTokens
from adapters.pyotp.one_time_codes import TotpCodes
from adapters.pyvips.media_workshop import VipsWorkshop
from adapters.sqlite.store import SqliteStore
from application import views
from application.accounts.access import AccessBook
from application.accounts.connect_account import ConnectAccount, DisconnectAccount, FindAccount
from application.accounts.connect_by_consent import ConnectByConsent
from application.accounts.meta_requests import MetaRequests
from application.accounts.refresh_tokens import RefreshDueTokens, RefreshToken
from application.api_keys import Authenticate, CreateApiKey, ListApiKeys, RevokeApiKey
from application.clock import Clock
from application.idempotency import Idempotency
from application.media.host import SignedUrls
from application.media.mend_file import MendFile
from application.media.process_video import ProcessVideo
from application.media.receive_media import DeleteMedia, FindMedia, ReceiveMedia
from application.media.renditions import MakeRenditions
from application.media.sweep_blobs import SweepBlobs
from application.posts.advance import AdvancePost
from application.posts.allowance import Allowances
from application.posts.checks import Checks
from application.posts.compose import ChangePost, CreatePost, FindPost
from application.posts.delete_on_instagram import DeleteOnInstagram
from application.posts.follow_up import FollowUps
from application.posts.look import Look
from application.posts.orders import Orders
from application.posts.quota import Ledger, LiveLimit, ReadPublishingLimit
from application.posts.setbacks import Setbacks
from application.posts.timeline import ReadTimeline
from application.posts.validate_post import ValidatePost
from application.posts.watchdog import NoticeOverdue
from application.rate_limits import RateLimit
from application.readiness import CheckReadiness
from application.service import Service
from application.sessions import LogIn, Sessions
from application.setup import MetaApps, SetUp
from application.users import EnsureUser, SecondFactor, SetPassword
from application.views.accounts import AccountList
from application.views.media import MediaShelf
from application.views.people import People
from application.views.posts import PostList
from application.views.setup import SetupState
from entrypoints.installation import Installation
from entrypoints.settings import MIB, Settings

BASE62 = string.digits + string.ascii_letters
SECRET_LENGTH = 43


def open_store(installation: Installation) -> SqliteStore:
    """The store of a data folder; made after a fork."""
    return SqliteStore(installation.database, views.ALL, KeyFile.open(installation.key_file))


def find_ffmpeg(settings: Settings) -> str:
    """The ffmpeg that makes videos; SERVICE_UNAVAILABLE where there is none."""
    return binary.find(settings.ffmpeg)


def migrate(installation: Installation) -> None:
    """Make or upgrade what the data folder keeps; safe beside running processes."""
    store = open_store(installation)
    try:
        store.migrate()
    finally:
        store.close()


def open_clock(installation: Installation) -> Clock:
    return SandboxClock(installation.clock_offset) if installation.sandbox else SystemClock()


def public_url(settings: Settings, installation: Installation) -> str:
    """Where Instagram finds this server."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    return installation.addresses().get("server") or f"http://{settings.host}:{settings.port}"


def open_graph(settings: Settings, installation: Installation) -> Graph:
    """Instagram itself, or in a sandbox its simulation."""
    if installation.sandbox:
        hosts = Hosts.under(installation.addresses().get("sandbox", "http://127.0.0.1:1"))
    else:
        hosts = Hosts(version=settings.graph_version)
    wait = settings.graph_timeout_seconds
    return Graph(hosts, Patience(read=min(30.0, wait), publish=wait))


def heard_by(allowances: Allowances) -> Callable[[str, Usage], None]:
    def heard(ig_user_id: str, usage: Usage) -> None:
        allowances.heard(ig_user_id, usage.percent, usage.minutes_to_regain)

    return heard


def open_service(
    settings: Settings,
    installation: Installation,
    *,
    store: SqliteStore | None = None,
    clock: Clock | None = None,
    graph: Graph | None = None,
    chance: Callable[[], float] = random.random,
) -> Service:
    """Everything wired; made after a fork, used by any number of threads."""
    store = store or open_store(installation)
    clock = clock or open_clock(installation)
    allowances = Allowances(clock)
    graph = graph or open_graph(settings, installation)
    graph.listen(heard_by(allowances))
    apps = MetaApps(SetupState(store.shelf), store.vault)
    login = GraphLogin(graph, clock, apps=AppsOnRecord(apps.find))
    keys = KeyFile.open(installation.key_file)
    livemode, pace = not installation.sandbox, settings.pace()

    setup_state = SetupState(store.shelf)
    accounts, media = AccountList(store.shelf), MediaShelf(store.shelf)
    people, posts = People(store.shelf), PostList(store.shelf)
    blobs = FileBlobStore(installation.blobs)
    workshop = VipsWorkshop(blobs, workers=settings.media_processes, seconds=settings.media_seconds)
    videos = FfmpegWorkshop(
        blobs,
        installation.unfinished,
        program=settings.ffmpeg,
        seconds=settings.media_seconds,
        manner=Manner(preset=settings.video_preset),
    )
    urls = SignedUrls(public_url(settings, installation), keys.key(keys.current, "media-urls"))
    access = AccessBook(accounts, store.vault)
    library, publisher = GraphLibrary(graph), GraphPublisher(graph)
    containers = GraphContainers(graph, blobs.open)
    find_account, find_media, find_post = FindAccount(accounts), FindMedia(media), FindPost(posts)
    live_limit = LiveLimit(access, GraphQuota(graph), clock)
    ledger, orders = Ledger(posts), Orders(urls, settings.fit)
    refresh_token = RefreshToken(store.log, accounts, store.vault, login, find_account)
    checks = Checks(find_account, media, posts, settings.fit)

    connect_account = ConnectAccount(store.log, accounts, posts, store.vault, login)
    tokens = JwtTokens(keys.key(keys.current, "sessions"))
    passwords, codes = Argon2Passwords(), TotpCodes()
    ensure_user = EnsureUser(store.log, people)
    set_password = SetPassword(store.log, store.vault, passwords, store.open_sessions)
    sessions = Sessions(
        people,
        tokens,
        store.open_sessions,
        clock,
        uuid4,
        keys.key(keys.current, "csrf"),
        timedelta(seconds=settings.session_ttl),
        livemode,
    )

    def close() -> None:
        workshop.close()
        graph.close()
        store.close()

    return Service(
        authenticate=Authenticate(people, clock, livemode, store.key_uses),
        rate_limit=RateLimit(store.rate_windows, clock.now, settings.rate_per_minute, settings.rate_per_hour),
        idempotency=Idempotency(store.idempotency_keys, keys.key(keys.current, "idempotency")),
        create_key=CreateApiKey(store.log, people, clock, uuid4, new_secret, livemode, accounts),
        revoke_key=RevokeApiKey(store.log, people),
        list_keys=ListApiKeys(people, store.key_uses),
        ensure_user=ensure_user,
        set_password=set_password,
        second_factor=SecondFactor(store.log, store.vault, codes),
        set_up=SetUp(store.log, setup_state, people, store.vault, ensure_user, set_password),
        log_in=LogIn(people, store.vault, passwords, codes, store.rate_windows, sessions, clock),
        sessions=sessions,
        connect_account=connect_account,
        connect_by_consent=ConnectByConsent(
            GraphConsent(graph, clock, AppsOnRecord(apps.find)),
            connect_account,
            tokens,
            store.open_sessions,
            clock,
            uuid4,
            lambda: f"{public_url(settings, installation)}/api/auth/instagram/callback",
        ),
        meta_requests=MetaRequests(apps, accounts, store.vault, store.log),
        disconnect_account=DisconnectAccount(store.log, find_account, store.vault),
        find_account=find_account,
        receive_media=ReceiveMedia(store.log, media, blobs, workshop, uuid4, settings.upload_mib * MIB),
        process_video=ProcessVideo(store.log, media, blobs, workshop, videos, store.progress_board, clock),
        media_progress=store.progress_board,
        find_media=find_media,
        delete_media=DeleteMedia(store.log, find_media, media, posts, blobs),
        sweep_blobs=SweepBlobs(media, blobs, SystemClock(), timedelta(hours=settings.sweep_hours)),
        blobs=blobs,
        media_urls=urls,
        publishing_limit=ReadPublishingLimit(find_account, live_limit, ledger, clock),
        refresh_token=refresh_token,
        refresh_due_tokens=RefreshDueTokens(accounts, refresh_token, clock),
        find_post=find_post,
        create_post=CreatePost(store.log, checks, posts, uuid4),
        change_post=ChangePost(store.log, find_post, checks, posts),
        validate_post=ValidatePost(checks, accounts, media, live_limit, ledger),
        delete_on_instagram=DeleteOnInstagram(
            store.log, find_post, posts, accounts, access, publisher, settings.delete_stories
        ),
        notice_overdue=NoticeOverdue(store.log, posts, clock),
        timeline=ReadTimeline(store.log, find_post),
        advance_post=AdvancePost(
            log=store.log,
            accounts=accounts,
            media=media,
            access=access,
            orders=orders,
            renditions=MakeRenditions(store.log, media, blobs, workshop, settings.fit),
            containers=containers,
            publisher=publisher,
            look=Look(access, containers, library, posts, pace, store.log),
            follow_ups=FollowUps(
                store.log, access, library, publisher, GraphPage(graph), orders, media, clock, chance, pace
            ),
            setbacks=Setbacks(store.log, ledger, clock, chance),
            leases=store.leases,
            allowances=allowances,
            clock=clock,
            pace=pace,
            lease_seconds=settings.lease_seconds,
        ),
        accounts=accounts,
        media=media,
        people=people,
        posts=posts,
        log=store.log,
        reader=store.log,
        leases=store.leases,
        pace=pace,
        livemode=livemode,
        public_address=lambda: public_url(settings, installation),
        now=clock.now,
        readiness=CheckReadiness(store.log, posts, store.leases, clock.now, SystemClock().now, pace.lease),
        rebuilder=store.rebuilder,
        close=close,
    )


@contextmanager
def open_mending(settings: Settings, folder: Path) -> Iterator[MendFile]:
    """What checks and repairs single files, in a folder of its own and without anything else."""
    blobs = FileBlobStore(folder / "media")
    videos = FfmpegWorkshop(
        blobs,
        folder / "unfinished",
        program=settings.ffmpeg,
        seconds=settings.media_seconds,
        manner=Manner(preset=settings.video_preset),
    )
    with VipsWorkshop(blobs, workers=1, seconds=settings.media_seconds) as workshop:
        yield MendFile(blobs, workshop, videos, settings.upload_mib * MIB)


def new_secret() -> str:
    """43 random base62 characters: 256 bits."""
    return "".join(secrets.choice(BASE62) for _ in range(SECRET_LENGTH))
