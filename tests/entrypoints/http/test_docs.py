from __future__ import annotations

import re

import falcon.testing


def test_the_page_needs_nothing_from_elsewhere(client: falcon.testing.TestClient) -> None:
    page = client.simulate_get("/api/docs")
    assert page.headers["Content-Type"].startswith("text/html")
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert all(address.startswith(("/api/docs/", "data:,")) for address in named)
    for address in named:
        if address.startswith("/"):
            found = client.simulate_get(address)
            assert found.status_code == 200
            assert found.headers["Content-Type"].startswith(("text/javascript", "text/css"))


def test_the_page_has_no_other_files(client: falcon.testing.TestClient) -> None:
    for name in ("NOTICE", "..", "page.html", "%2e%2e%2fdocs%2fpage.html"):
        assert client.simulate_get(f"/api/docs/{name}").json["code"] == "NOT_FOUND"
