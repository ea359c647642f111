"""The things a world consists of: plain fields only, because each is stored as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass
class Record:
    """Something kept under a kind and a key."""

    kind: ClassVar[str]

    @property
    def key(self) -> str:
        raise NotImplementedError


@dataclass
class Account(Record):
    """An Instagram professional account, with its Page and person when it uses Facebook Login."""

    kind: ClassVar[str] = "account"
    username: str
    ig_id: str
    scoped_id: str
    name: str
    account_type: str
    login_method: str
    created_at: float
    person_id: str = ""
    page_id: str = ""
    page_name: str = ""
    quota: int | None = None
    blocked: str = ""  # "restricted", "checkpoint" or "permission"
    throttled_until: float = 0.0
    token: str = ""
    page_token: str = ""
    seeded: bool = False

    @property
    def key(self) -> str:
        return self.username


@dataclass
class Token(Record):
    """A secret that opens the API to some accounts."""

    kind: ClassVar[str] = "token"
    value: str
    holder: str  # "INSTAGRAM", "FACEBOOK" (a person) or "PAGE"
    accounts: list[str]
    scopes: list[str]
    issued_at: float
    expires_at: float | None = None
    short: bool = False
    dead: int | None = None  # the subcode of its death; 0 = none given

    @property
    def key(self) -> str:
        return self.value


@dataclass
class OAuthCode(Record):
    """What a consent page hands out; good once, for an hour."""

    kind: ClassVar[str] = "oauth_code"
    value: str
    login_method: str
    client_id: str
    redirect_uri: str
    accounts: list[str]
    scopes: list[str]
    issued_at: float
    used: bool = False

    @property
    def key(self) -> str:
        return self.value


@dataclass
class Container(Record):
    """An unpublished media object."""

    kind: ClassVar[str] = "container"
    id: str
    account: str
    shape: str
    created_at: float
    ready_at: float | None = None  # None = still being fetched or uploaded
    caption: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    children: list[str] = field(default_factory=list)
    blob: str = ""
    poster: str = ""
    pending_url: str = ""
    resumable: bool = False
    upload_size: int = 0
    failure: int = 0  # the subcode it ends with
    failure_text: str = ""
    media: str = ""
    answer_lost: bool = False

    @property
    def key(self) -> str:
        return self.id


@dataclass
class Media(Record):
    """A published object."""

    kind: ClassVar[str] = "media"
    id: str
    account: str
    shape: str
    shortcode: str
    published_at: float
    caption: str = ""
    blob: str = ""
    poster: str = ""
    children: list[str] = field(default_factory=list)
    parent: str = ""
    container: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    human: bool = False
    comments_on: bool = True
    deleted_at: float | None = None

    @property
    def key(self) -> str:
        return self.id


@dataclass
class Comment(Record):
    """A comment under a published object."""

    kind: ClassVar[str] = "comment"
    id: str
    media: str
    username: str
    text: str
    written_at: float
    deleted: bool = False

    @property
    def key(self) -> str:
        return self.id


@dataclass
class PagePost(Record):
    """Something on a Facebook Page: a photo, a post, a reel or a story; unpublished things too."""

    kind: ClassVar[str] = "page_post"
    id: str
    account: str
    shape: str  # PHOTO, POST, VIDEO, REEL, PHOTO_STORY, VIDEO_STORY
    created_at: float
    published_at: float | None = None
    message: str = ""
    link: str = ""
    blobs: list[str] = field(default_factory=list)
    poster: str = ""
    post_id: str = ""
    scheduled_for: float | None = None
    upload_size: int = 0
    failure: str = ""
    finished: bool = False
    used: bool = False
    deleted_at: float | None = None

    @property
    def key(self) -> str:
        return self.id


@dataclass
class Fault(Record):
    """A disturbance somebody ordered."""

    kind: ClassVar[str] = "fault"
    id: str
    operation: str
    action: str = ""
    seconds: float = 0.0
    error: dict[str, Any] | None = None
    after: bool = False
    times: int = 1  # 0 = until it is removed
    used: int = 0
    account: str = ""
    caption: str = ""

    @property
    def key(self) -> str:
        return self.id

    @property
    def live(self) -> bool:
        return self.times == 0 or self.used < self.times


@dataclass
class CallRecord(Record):
    """One call the world received, and how it ended."""

    kind: ClassVar[str] = "call"
    number: int
    at: float
    operation: str
    method: str
    path: str
    account: str = ""
    container: str = ""
    caption: str = ""
    status: int = 0
    code: int | None = None
    subcode: int | None = None
    answered: bool = True
    media: str = ""
    seconds: float = 0.0

    @property
    def key(self) -> str:
        return str(self.number)
