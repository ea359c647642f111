"""The Graph adapter against the sandbox in process: what is promised holds over Meta's own shapes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from PIL import Image

from adapters.graph_api.apps import MetaApp
from adapters.graph_api.client import Graph, Hosts
from adapters.graph_api.consent import GraphConsent
from adapters.graph_api.containers import GraphContainers
from adapters.graph_api.library import GraphLibrary
from adapters.graph_api.login import GraphLogin
from adapters.graph_api.page import GraphPage
from adapters.graph_api.publisher import GraphPublisher
from adapters.graph_api.quota import GraphQuota
from adapters.graph_api.usage import Usage
from application.posts.ports import Access, ContainerOrder, Upload
from domain.account import LoginMethod
from domain.attempt import Reading
from domain.content import MediaType, UserTag
from domain.upstream import Again, Refused, Verdict
from entrypoints.sandbox.app import create_app
from entrypoints.sandbox.clock import ManualClock
from entrypoints.sandbox.fetching import Fetcher
from entrypoints.sandbox.world import World
from tests.videos import make_video

ADDRESS = "http://sandbox.test"
PICTURE, FILM = "https://media.test/a b.jpg?x=1&y=2", "https://media.test/v.mp4?x=1&y=2"
ACCOUNTS = {LoginMethod.FACEBOOK: "sandbox_studio", LoginMethod.INSTAGRAM: "sandbox_creator"}


@dataclass
class Desk:
    """The adapter of one account, and the sandbox behind it."""

    world: World
    clock: ManualClock
    graph: Graph
    access: Access
    usage: list[tuple[str, Usage]]

    def __post_init__(self) -> None:
        self.containers = GraphContainers(self.graph, blobs=lambda sha256: io.BytesIO(film()))
        self.publisher = GraphPublisher(self.graph)
        self.library = GraphLibrary(self.graph)
        self.quota = GraphQuota(self.graph)
        self.page = GraphPage(self.graph, pause=self.clock.advance)
        self.control = httpx.Client(
            transport=httpx.WSGITransport(app=create_app(self.world)), base_url=f"{ADDRESS}/_sandbox"
        )

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock.now(), UTC)

    def order(self, **fault: object) -> None:
        assert self.control.post("/faults", json=fault).status_code == 201

    def settings(self, **wanted: object) -> None:
        assert self.control.post("/settings", json=wanted).status_code == 200

    def published(self) -> list[dict[str, str]]:
        return self.control.get("/published").json()["items"]

    def ready(self, order: ContainerOrder | None = None) -> str:
        """A container that is made and FINISHED."""
        order = order or ContainerOrder(MediaType.IMAGE, image_url=PICTURE, caption="Hi #a & ü")
        container = self.containers.create(self.access, order)
        self.clock.advance(30)
        assert self.containers.read(self.access, container).reading is Reading.FINISHED
        return container

    def live(self, **more: object) -> list[str | None]:
        """The captions of what was published in the last hour."""
        since = self.now() - timedelta(hours=1)
        return [live.caption for live in self.library.recent(self.access, since=since, stories=False)]


def picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (1080, 1080), (200, 90, 60)).save(stream, "JPEG")
    return stream.getvalue()


def film() -> bytes:
    return make_video(540, 960)


def outside(request: httpx.Request) -> httpx.Response:
    """The media host as Instagram's crawler sees it: addresses arrive whole or not at all."""
    if dict(request.url.params) != {"x": "1", "y": "2"}:
        return httpx.Response(404)
    return httpx.Response(200, content=film() if request.url.path == "/v.mp4" else picture())


def verdict_of(call: Callable[[], object]) -> Verdict:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.verdict


def desk_of(method: LoginMethod) -> Desk:
    clock = ManualClock()
    world = World(clock=clock, fetcher=Fetcher(httpx.MockTransport(outside)), base_url=ADDRESS)
    usage: list[tuple[str, Usage]] = []
    graph = Graph(
        Hosts.under(ADDRESS),
        transport=httpx.WSGITransport(app=create_app(world)),
        on_usage=lambda *heard: usage.append(heard),
    )
    account = world.accounts[ACCOUNTS[method]]
    second = account.page_token or None
    access = Access(uuid4(), account.ig_id, method, account.token, second, account.page_id or None, second)
    return Desk(world, clock, graph, access, usage)


@pytest.fixture(params=list(LoginMethod))
def desk(request: pytest.FixtureRequest) -> Desk:
    return desk_of(request.param)


@pytest.fixture
def facebook() -> Desk:
    return desk_of(LoginMethod.FACEBOOK)


@pytest.fixture
def instagram() -> Desk:
    return desk_of(LoginMethod.INSTAGRAM)


def test_a_picture_goes_all_the_way(desk: Desk) -> None:
    container = desk.containers.create(
        desk.access,
        ContainerOrder(
            MediaType.IMAGE,
            image_url=PICTURE,
            caption="Hi #a & ü",
            user_tags=(UserTag("ana", 0.2, 0.3),),
            collaborators=("bea",),
            location_id="77",
            alt_text="A cat",
        ),
    )
    assert desk.containers.read(desk.access, container).reading is Reading.IN_PROGRESS
    desk.clock.advance(30)
    assert desk.containers.read(desk.access, container).reading is Reading.FINISHED

    media_id = desk.publisher.publish(desk.access, container)

    assert desk.containers.read(desk.access, container).reading is Reading.PUBLISHED
    (live,) = desk.library.recent(desk.access, since=desk.now() - timedelta(minutes=1), stories=False)
    assert (live.id, live.media_type, live.caption) == (media_id, "IMAGE", "Hi #a & ü")
    assert live.published_at == desk.now()
    assert desk.library.permalink(desk.access, media_id) == live.permalink
    assert desk.quota.read(desk.access).used == 1
    comment = desk.publisher.comment(desk.access, media_id, "first!")
    assert desk.library.comments(desk.access, media_id) == [(comment, "first!")]
    assert {account for account, _ in desk.usage} == {desk.access.ig_user_id}


def test_a_reel_with_its_cover_goes_all_the_way(desk: Desk) -> None:
    order = ContainerOrder(
        MediaType.REELS,
        video_url=FILM,
        caption="Reel",
        user_tags=(UserTag("ana", 0.1, 0.1),),
        cover_url=PICTURE,
        share_to_feed=True,
    )
    desk.publisher.publish(desk.access, desk.ready(order))
    assert desk.live() == ["Reel"]


@pytest.mark.parametrize("video", [False, True])
def test_a_story_with_a_mention_goes_all_the_way(desk: Desk, video: bool) -> None:
    order = ContainerOrder(
        MediaType.STORIES,
        image_url=None if video else PICTURE,
        video_url=FILM if video else None,
        user_tags=(UserTag("ana"),),
    )
    media_id = desk.publisher.publish(desk.access, desk.ready(order))
    since = desk.now() - timedelta(minutes=1)
    (live,) = desk.library.recent(desk.access, since=since, stories=True)
    assert (live.id, live.media_type) == (media_id, "VIDEO" if video else "IMAGE")
    assert list(desk.library.recent(desk.access, since=since, stories=False)) == []


def test_a_carousel_of_both_kinds_goes_all_the_way(desk: Desk) -> None:
    first = ContainerOrder(
        MediaType.CAROUSEL,
        child=True,
        image_url=PICTURE,
        user_tags=(UserTag("ana", 0.2, 0.3),),
        alt_text="A cat",
    )
    second = ContainerOrder(MediaType.CAROUSEL, child=True, video_url=FILM)
    children = (desk.ready(first), desk.ready(second))
    parent = ContainerOrder(MediaType.CAROUSEL, children=children, caption="Both", collaborators=("bea",))
    desk.publisher.publish(desk.access, desk.ready(parent))
    (live,) = desk.library.recent(desk.access, since=desk.now() - timedelta(minutes=1), stories=False)
    assert (live.media_type, live.caption) == ("CAROUSEL_ALBUM", "Both")


@pytest.mark.parametrize("kind", [MediaType.REELS, MediaType.STORIES, MediaType.CAROUSEL])
def test_a_video_goes_up_as_bytes_with_facebook_login(facebook: Desk, kind: MediaType) -> None:
    upload = Upload(hashlib.sha256(film()).hexdigest(), len(film()))
    order = ContainerOrder(kind, child=kind is MediaType.CAROUSEL, upload=upload)
    container = facebook.ready(order)
    if kind is not MediaType.CAROUSEL:
        assert facebook.publisher.publish(facebook.access, container)


def test_an_upload_with_a_wrong_size_is_tried_again(facebook: Desk) -> None:
    upload = Upload(hashlib.sha256(film()).hexdigest(), len(film()) + 1)
    judged = verdict_of(
        lambda: facebook.containers.create(facebook.access, ContainerOrder(MediaType.REELS, upload=upload))
    )
    assert judged.again is Again.SAME_CALL
    assert not judged.doubtful


def test_a_post_that_is_not_ready_is_refused_without_doubt(desk: Desk) -> None:
    container = desk.containers.create(desk.access, ContainerOrder(MediaType.IMAGE, image_url=PICTURE))
    judged = verdict_of(lambda: desk.publisher.publish(desk.access, container))
    assert (judged.again, judged.doubtful) == (Again.NOT_READY, False)


def test_a_second_publish_leaves_doubt_and_one_post(desk: Desk) -> None:
    container = desk.ready()
    desk.publisher.publish(desk.access, container)
    assert verdict_of(lambda: desk.publisher.publish(desk.access, container)).doubtful
    assert len(desk.published()) == 1


@pytest.mark.parametrize(
    ("fault", "posts"),
    [
        ({"action": "drop_before"}, 0),
        ({"action": "drop_after"}, 1),
        ({"action": "garbage"}, 1),
        ({"error": {"code": 4, "subcode": 2207051}, "after": True}, 1),
        ({"error": {"code": 2}, "after": True}, 1),
        ({"error": {"code": 2}}, 0),
        ({"error": {"code": 1, "status": 503}}, 0),
        ({"error": {"code": 24, "subcode": 2207008}}, 0),
    ],
    ids=str,
)
def test_an_answer_that_proves_nothing_leaves_doubt_that_a_look_resolves(
    desk: Desk, fault: dict[str, object], posts: int
) -> None:
    container = desk.ready()
    desk.order(operation="media_publish", **fault)

    assert verdict_of(lambda: desk.publisher.publish(desk.access, container)).doubtful

    assert len(desk.published()) == posts
    expected = Reading.PUBLISHED if posts else Reading.FINISHED
    assert desk.containers.read(desk.access, container).reading is expected
    assert len(desk.live()) == posts


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ({"code": 9, "subcode": 2207042}, "INSTAGRAM_QUOTA_REACHED"),
        ({"code": 190, "subcode": 463}, "TOKEN_EXPIRED"),
        ({"code": 10}, "PERMISSION_MISSING"),
        ({"code": 25, "subcode": 2207050}, "ACCOUNT_RESTRICTED"),
    ],
)
def test_a_refusal_that_proves_itself_leaves_no_doubt(desk: Desk, error: dict[str, int], code: str) -> None:
    container = desk.ready()
    desk.order(operation="media_publish", error=error)
    judged = verdict_of(lambda: desk.publisher.publish(desk.access, container))
    assert (judged.code, judged.doubtful) == (code, False)
    assert desk.published() == []


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80001, 80002])
def test_a_throttle_says_how_long(desk: Desk, code: int) -> None:
    desk.order(operation="publishing_limit", action="throttle", seconds=600, error={"code": code})
    judged = verdict_of(lambda: desk.quota.read(desk.access))
    assert (judged.code, judged.again) == ("INSTAGRAM_THROTTLED", Again.AFTER_THROTTLE)
    assert judged.delay is not None
    assert judged.delay >= 600
    assert desk.usage[-1][1].minutes_to_regain >= 10


@pytest.mark.parametrize("action", ["drop_before", "drop_after", "garbage"])
@pytest.mark.parametrize("operation", ["media", "container", "media_list", "publishing_limit"])
def test_what_is_disturbed_before_publishing_may_be_repeated(desk: Desk, action: str, operation: str) -> None:
    calls: dict[str, Callable[[], object]] = {
        "media": lambda: desk.containers.create(
            desk.access, ContainerOrder(MediaType.IMAGE, image_url=PICTURE)
        ),
        "container": lambda: desk.containers.read(desk.access, container),
        "media_list": desk.live,
        "publishing_limit": lambda: desk.quota.read(desk.access),
    }
    container = desk.ready()
    desk.order(operation=operation, action=action)
    judged = verdict_of(calls[operation])
    assert (judged.again, judged.doubtful) == (Again.SAME_CALL, False)
    calls[operation]()


def test_a_file_that_cannot_be_fetched_says_so(desk: Desk) -> None:
    order = ContainerOrder(MediaType.IMAGE, image_url="https://media.test/none.jpg")
    judged = verdict_of(lambda: desk.containers.create(desk.access, order))
    assert (judged.code, judged.again) == ("MEDIA_FETCH_FAILED", Again.NEW_CONTAINER)
    reel = desk.containers.create(
        desk.access, ContainerOrder(MediaType.REELS, video_url="https://media.test/none.mp4")
    )
    desk.clock.advance(30)
    seen = desk.containers.read(desk.access, reel)
    assert seen.reading is Reading.ERROR
    assert desk.containers.judge(seen).verdict.code == "MEDIA_FETCH_FAILED"


def test_a_container_is_known_to_have_failed_even_with_an_empty_code(desk: Desk) -> None:
    container = desk.containers.create(
        desk.access, ContainerOrder(MediaType.IMAGE, image_url=PICTURE, caption="#sandbox_container_error")
    )
    desk.settings(emptyStatusCode=True)
    desk.clock.advance(30)
    seen = desk.containers.read(desk.access, container)
    assert seen.reading is Reading.ERROR
    assert desk.containers.judge(seen).verdict.code == "MEDIA_INVALID"


def test_a_container_runs_out_after_a_day(desk: Desk) -> None:
    container = desk.ready()
    desk.clock.advance(86_400)
    seen = desk.containers.read(desk.access, container)
    assert seen.reading is Reading.EXPIRED
    assert desk.containers.judge(seen).verdict.code == "CONTAINER_EXPIRED"


@pytest.mark.parametrize(
    ("people", "code"),
    [
        ({"user_tags": (UserTag("sandbox_private_ana", 0.1, 0.1),)}, "INVALID_TAGS"),
        ({"collaborators": ("sandbox_unknown_bea",)}, "INVALID_COLLABORATORS"),
        (
            {"user_tags": (UserTag("ana", 0.1, 0.1),), "collaborators": ("sandbox_unknown_bea",)},
            "INVALID_COLLABORATORS",
        ),
    ],
)
def test_people_who_cannot_be_loaded_are_named(desk: Desk, people: dict[str, object], code: str) -> None:
    order = ContainerOrder(MediaType.IMAGE, image_url=PICTURE, **people)  # type: ignore[arg-type]
    judged = verdict_of(lambda: desk.containers.create(desk.access, order))
    assert judged.code == code
    assert judged.sentence is not None
    assert "@sandbox_" in judged.sentence


def test_a_page_token_that_cannot_read_is_helped_by_the_persons(facebook: Desk) -> None:
    container = facebook.ready()
    facebook.settings(pageTokenReadsFail=True)
    access = facebook.access
    by_page = Access(access.account_id, access.ig_user_id, access.login_method, access.second_token or "")
    both = Access(access.account_id, access.ig_user_id, access.login_method, by_page.token, access.token)
    assert facebook.containers.read(by_page, container).reading is Reading.UNREADABLE
    assert facebook.containers.read(both, container).reading is Reading.FINISHED


def test_a_listing_without_captions_says_that_they_are_unknown(instagram: Desk) -> None:
    instagram.publisher.publish(instagram.access, instagram.ready())
    instagram.settings(instagramHostReadsCaption=False)
    assert instagram.live() == [None]


def test_a_long_listing_is_whole(desk: Desk) -> None:
    for number in range(60):
        desk.control.post(
            "/human-post", json={"account": ACCOUNTS[desk.access.login_method], "caption": f"#{number}"}
        )
    assert sorted(str(caption) for caption in desk.live()) == sorted(f"#{number}" for number in range(60))


def test_deletion_takes_effect_once_and_says_what_it_could_not_do(facebook: Desk) -> None:
    access, publisher = facebook.access, facebook.publisher
    media_id = publisher.publish(access, facebook.ready())
    facebook.order(operation="delete", action="drop_after")
    publisher.delete(access, media_id)
    assert facebook.published() == []
    publisher.delete(access, media_id)
    publisher.delete(access, media_id, asked_before=True)


def test_instagram_login_cannot_delete(instagram: Desk) -> None:
    media_id = instagram.publisher.publish(instagram.access, instagram.ready())
    judged = verdict_of(lambda: instagram.publisher.delete(instagram.access, media_id))
    assert judged.code == "CAPABILITY_UNAVAILABLE"
    assert len(instagram.published()) == 1


@pytest.mark.parametrize(
    ("kind", "video"), [("IMAGE", False), ("REELS", True), ("STORIES", False), ("STORIES", True)]
)
def test_the_page_shows_what_is_shared_to_it(facebook: Desk, kind: str, video: bool) -> None:
    url = FILM if video else PICTURE
    facebook.page.publish(facebook.access, caption="Shared", media_type=MediaType(kind), url=url, video=video)
    facebook.clock.advance(60)
    (live,) = facebook.page.recent(facebook.access, since=facebook.now() - timedelta(hours=1))
    assert live.caption == (None if kind == "STORIES" else "Shared")
    (item,) = facebook.published()
    assert item["target"] == "facebook"


def test_a_lost_answer_of_the_page_is_a_doubt_that_its_list_resolves(facebook: Desk) -> None:
    facebook.order(operation="page", action="drop_after")
    judged = verdict_of(
        lambda: facebook.page.publish(
            facebook.access, caption="Shared", media_type=MediaType.IMAGE, url=PICTURE, video=False
        )
    )
    assert judged.doubtful
    (live,) = facebook.page.recent(facebook.access, since=facebook.now() - timedelta(hours=1))
    assert live.caption == "Shared"


def test_a_token_tells_who_it_speaks_for_and_is_renewed(desk: Desk) -> None:
    app = MetaApp("990000000000002", "sandbox-facebook-secret")
    login, method = GraphLogin(desk.graph, desk, facebook_app=app), desk.access.login_method
    (found,) = login.identify(desk.access.token, method)
    assert found.profile.ig_user_id == desk.access.ig_user_id
    assert found.profile.username == ACCOUNTS[method]
    assert (found.profile.page is not None) == (method is LoginMethod.FACEBOOK)
    assert found.expires_at == desk.now() + timedelta(days=60)

    desk.clock.advance(2 * 86_400)
    fresh = login.refresh(desk.access.token, method)

    assert fresh.token != desk.access.token
    assert fresh.expires_at == desk.now() + timedelta(days=60)
    assert login.identify(fresh.token, method)[0].profile == found.profile


def test_a_token_of_the_other_login_is_refused(desk: Desk) -> None:
    login = GraphLogin(desk.graph, desk)
    other = next(method for method in LoginMethod if method is not desk.access.login_method)
    assert verdict_of(lambda: login.identify(desk.access.token, other)).code == "TOKEN_EXPIRED"


@pytest.mark.parametrize("shape", ["data", "flat"])
def test_consent_ends_in_a_long_lived_token(desk: Desk, shape: str) -> None:
    desk.settings(oauthShape=shape)
    method = desk.access.login_method
    apps = {
        LoginMethod.INSTAGRAM: MetaApp("990000000000001", "sandbox-instagram-secret"),
        LoginMethod.FACEBOOK: MetaApp("990000000000002", "sandbox-facebook-secret"),
    }
    consent, back = GraphConsent(desk.graph, desk, apps), "https://me.example/back"
    said = {"sandbox_decision": "allow", "sandbox_account": ACCOUNTS[method]}
    address = httpx.URL(consent.address(method, back, "state")).copy_merge_params(said)
    redirect = httpx.URL(desk.control.get(address).headers["Location"])
    assert redirect.params["state"] == "state"

    fresh = consent.exchange(method, redirect.params["code"], back)

    assert fresh.expires_at == desk.now() + timedelta(days=60)
    assert GraphLogin(desk.graph, desk).identify(fresh.token, method)
    assert verdict_of(lambda: consent.exchange(method, redirect.params["code"], back)).code == "AUTH_FAILED"
