"""The knobs that hold for the whole world, and their forms in JSON."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from entrypoints.sandbox.errors import ControlError
from entrypoints.sandbox.records import Record

_CHOICES: dict[str, tuple[str, ...]] = {
    "second_publish": ("24", "9007", "same_id", "duplicate"),
    "retired_versions": ("raise", "refuse"),
    "image_formats": ("jpeg", "any"),
    "oauth_shape": ("data", "flat"),
}


def _default_apps() -> dict[str, dict[str, Any]]:
    return {
        "INSTAGRAM": {
            "appId": "990000000000001",
            "appSecret": "sandbox-instagram-secret",
            "redirectUris": [],
        },
        "FACEBOOK": {"appId": "990000000000002", "appSecret": "sandbox-facebook-secret", "redirectUris": []},
    }


@dataclass
class Settings(Record):
    """Everything about a world that is not a thing in it."""

    kind: ClassVar[str] = "settings"
    latency_seconds: float = 0.0
    image_seconds: float = 3.0
    video_seconds: float = 10.0
    second_publish: str = "24"
    quota_default: int = 100
    retired_versions: str = "raise"
    container_stuck: bool = False
    empty_status_code: bool = False
    page_token_reads_fail: bool = False
    permalink_fails: bool = False
    image_formats: str = "jpeg"
    container_budget: int = 400
    hashtag_limit: int = 30
    strict_video_layout: bool = False
    instagram_host_reads_caption: bool = True
    oauth_shape: str = "data"
    refresh_kills_old: bool = False
    call_budget: int = 0  # calls per account and hour; 0 = nobody is throttled by counting
    throttle_penalty_seconds: float = 30.0
    fetch_seconds: float = 20.0
    apps: dict[str, dict[str, Any]] = field(default_factory=_default_apps)

    @property
    def key(self) -> str:
        return "settings"

    def as_json(self) -> dict[str, Any]:
        return {_camel(f.name): getattr(self, f.name) for f in fields(self)}

    def change(self, wanted: dict[str, Any]) -> None:
        """Take over what is given; raises ControlError and changes nothing when some of it makes no sense."""
        names = {_camel(f.name): f.name for f in fields(self)}
        checked = {}
        for camel, value in wanted.items():
            name = names.get(camel)
            if name is None:
                raise ControlError(f"There is no setting {camel}; known are {', '.join(sorted(names))}.")
            checked[name] = _fitting(camel, name, value, getattr(self, name))
        for name, value in checked.items():
            setattr(self, name, value)


def _fitting(camel: str, name: str, value: Any, old: Any) -> Any:
    """The value in the type of the one it replaces."""
    if name in _CHOICES:
        if str(value) not in _CHOICES[name]:
            raise ControlError(f"{camel} is one of {', '.join(_CHOICES[name])}.")
        return str(value)
    if isinstance(old, dict):
        if not isinstance(value, dict) or not all(isinstance(app, dict) for app in value.values()):
            raise ControlError(f"{camel} is an object of objects.")
        return {key: {**old.get(key, {}), **app} for key, app in {**old, **value}.items()}
    if isinstance(old, bool):
        if not isinstance(value, bool):
            raise ControlError(f"{camel} is true or false.")
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ControlError(f"{camel} is a number, zero or more.")
    return type(old)(value)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
