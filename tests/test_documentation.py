"""What is not documented fails: every route, command, setting and event, and no link leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import falcon.testing
import pytest

from application.topics import AGGREGATES, event_classes
from entrypoints import documentation
from entrypoints.documentation.commands import commands
from entrypoints.documentation.events import fields_of, sentence
from entrypoints.http.app import create_app
from entrypoints.http.waiting import WaitingRoom
from entrypoints.settings import Settings
from tests.fakes.door import FakeDoor

ROOT = Path(__file__).parents[1]
WRITTEN = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
EVENTS = {topic: event for aggregate in AGGREGATES for topic, event in event_classes(aggregate).items()}


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_no_written_page_is_stale() -> None:
    assert documentation.stale() == [], "run python -m entrypoints.documentation"


def test_every_setting_says_what_it_does() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description
        assert f"`PRESSROOM_{name.upper()}`" in page("settings.md")


def test_every_command_and_option_says_what_it_does() -> None:
    for words, command in commands():
        assert f"## `{words}`" in page("commands.md")
        assert command.help


def test_every_call_is_introduced_and_no_other() -> None:
    app = falcon.testing.TestClient(create_app(FakeDoor(), WaitingRoom(threads=8)))
    described = app.simulate_get("/api/v1/openapi.json").json["paths"]
    calls = {f"{method.upper()} {path}" for path, methods in described.items() for method in methods}
    assert set(re.findall(r"^\| `([A-Z]+ /\S+)` \|", page("http.md"), re.MULTILINE)) == calls


@pytest.mark.parametrize("topic", EVENTS)
def test_every_event_has_its_own_sentence_and_lists_its_fields(topic: str) -> None:
    section = page("events.md").split(f"### `{topic}`\n")[1].split("\n#")[0]
    assert sentence(EVENTS[topic]) in section
    assert not sentence(EVENTS[topic]).startswith("Base of our")
    for field in fields_of(EVENTS[topic]):
        assert f"`{field}`" in section


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://", "#")):
            assert (path.parent / target.split("#")[0]).exists(), target


def test_readme_shows_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first, second = re.findall(r"^\.ci/install.*$", readme, re.MULTILINE)
    assert first.endswith(".venv/bin/pressroom demo")
    assert second.endswith(".venv/bin/pytest")
    assert readme.index(first) < readme.index(second) < 1000
