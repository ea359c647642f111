"""The pages people look at, as Chromium shows them."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.browser import shown
from tests.ensembles import Ensemble

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def ensemble(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ensemble]:
    with Ensemble(tmp_path_factory.mktemp("pages") / "data") as running:
        yield running


def test_the_documentation_lists_every_operation(ensemble: Ensemble) -> None:
    server = str(ensemble.api.http.base_url).removesuffix("/api/v1/")
    page = html.unescape(shown(f"{server}/api/docs"))
    document = ensemble.api.http.get("/openapi.json").json()
    for path in document["paths"]:
        assert f'data-path="{path}"' in page


def test_the_simulated_feed_shows_a_published_picture(ensemble: Ensemble, tmp_path: Path) -> None:
    post = ensemble.api.settled(ensemble.api.publish("Seen in a browser."))
    feed = str(ensemble.api.control.base_url).rstrip("/")
    screenshot = tmp_path / "feed.png"
    assert "Seen in a browser." in shown(feed, picture=screenshot)
    assert "Seen in a browser." in shown(post["instagram"]["permalink"])
    with Image.open(screenshot) as seen:
        assert len(seen.convert("RGB").getcolors(maxcolors=1 << 24) or []) > 1  # something is drawn
