"""Files going in and coming out."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import falcon.testing
import pytest

from domain import errors
from entrypoints.http.app import create_app
from entrypoints.http.waiting import WaitingRoom
from tests.fakes.service import JPEG, MOST_BYTES, Studio

FORM = "multipart/form-data; boundary=x"


def part(content: bytes = JPEG, disposition: str = 'form-data; name="file"; filename="a.jpg"') -> bytes:
    return f"--x\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + content + b"\r\n"


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
def client(studio: Studio) -> falcon.testing.TestClient:
    app = create_app(studio.service, WaitingRoom(threads=8))
    return falcon.testing.TestClient(app, headers={"Authorization": f"Bearer {studio.key().key}"})


def upload(
    client: falcon.testing.TestClient, body: bytes | None = None, kind: str = FORM, **headers: str
) -> falcon.testing.Result:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = part() + b"--x--\r\n" if body is None else body
    return client.simulate_post("/api/v1/media", body=body, headers={"Content-Type": kind} | named)


def test_a_file_is_taken_in_and_described(client: falcon.testing.TestClient) -> None:
    result = upload(client)
    assert result.status_code == 201
    found = result.json
    assert set(found) == {
        *("id", "kind", "mimeType", "width", "height", "durationMs", "sizeBytes", "sha256", "status"),
        *("progress", "issues", "renditions", "failure", "previewUrl", "createdAt"),
    }
    assert (found["kind"], found["status"], found["progress"]) == ("IMAGE", "READY", 100)
    assert set(found["renditions"][0]) == {"use", "width", "height", "mimeType", "sizeBytes"}
    assert client.simulate_get(f"/api/v1/media/{found['id']}").json == found
    assert client.simulate_get("/api/v1/media").json == {"items": [found], "nextCursor": None}


@pytest.mark.parametrize(
    "body",
    [
        part(disposition='form-data; name="picture"; filename="a.jpg"') + b"--x--\r\n",
        part(disposition='form-data; name="file"') + b"--x--\r\n",
        part() + part() + b"--x--\r\n",
        part() + part(b"1", 'form-data; name="note"') + b"--x--\r\n",
        part(b"") + b"--x--\r\n",
        b"--x--\r\n",
        b"",
        part(),
        b"no form at all",
        part(b"a" * (MOST_BYTES + 1)) + b"--x--\r\n",
        b"a" * (3 * MOST_BYTES),
    ],
)
def test_what_is_not_one_file_is_refused_and_nothing_is_kept(
    client: falcon.testing.TestClient, studio: Studio, body: bytes
) -> None:
    result = upload(client, body)
    assert (result.status_code, result.json["code"]) == (400, "UPLOAD_ERROR")
    assert studio.blobs.blobs == {}
    assert client.simulate_get("/api/v1/media").json["items"] == []


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", "image/jpeg", ""])
def test_what_is_no_form_is_refused(client: falcon.testing.TestClient, kind: str) -> None:
    assert upload(client, kind=kind).json["code"] == "UPLOAD_ERROR"


def test_a_file_that_is_no_picture_or_video_is_refused(client: falcon.testing.TestClient) -> None:
    assert upload(client, part(b"plain text") + b"--x--\r\n").json["code"] == "MEDIA_INVALID"


def test_a_video_that_broke_in_processing_is_kept_with_its_failure(
    client: falcon.testing.TestClient, studio: Studio
) -> None:
    studio.workshop.breaks = errors.VideoProcessingFailed()
    found = upload(client).json
    assert found["status"] == "FAILED"
    assert found["failure"]["code"] == "VIDEO_PROCESSING_FAILED"
    assert found["failure"]["upstream"] is None


def test_a_preview_is_a_picture_of_the_file(client: falcon.testing.TestClient) -> None:
    found = upload(client).json
    preview = client.simulate_get(found["previewUrl"])
    assert (preview.status_code, preview.headers["Content-Type"]) == (200, "image/jpeg")
    assert preview.headers["Content-Length"] == str(len(preview.content))
    again = client.simulate_get(found["previewUrl"], headers={"If-None-Match": preview.headers["ETag"]})
    assert again.status_code == 304
    assert client.simulate_get(f"/api/v1/media/{uuid4()}/preview").json["code"] == "NOT_FOUND"


def test_a_file_is_let_go_unless_a_post_needs_it(client: falcon.testing.TestClient, studio: Studio) -> None:
    file = upload(client).json["id"]
    post: dict[str, Any] = {
        "accountId": str(studio.account().id),
        "mediaType": "IMAGE",
        "mediaFileIds": [file],
        "scheduledFor": "2026-03-02T00:00:00Z",
    }
    id_ = client.simulate_post("/api/v1/schedule", json=post).json["id"]
    path = f"/api/v1/media/{file}"
    assert client.simulate_delete(path).json["code"] == "INVALID_STATUS"
    client.simulate_delete(f"/api/v1/posts/{id_}")
    assert client.simulate_delete(path).status_code == 204
    assert client.simulate_get(path).json["code"] == "NOT_FOUND"
    assert studio.blobs.blobs == {}


def test_instagram_fetches_by_a_signed_address_without_a_key(
    client: falcon.testing.TestClient, studio: Studio
) -> None:
    row = studio.service.media.get(UUID(upload(client).json["id"]))
    assert row
    address = studio.service.media_urls.url(row.sha256, "image/jpeg").removeprefix("http://here.example")
    anybody = falcon.testing.TestClient(client.app)
    fetched = anybody.simulate_get(address)
    assert fetched.content == JPEG
    assert fetched.headers["Content-Type"] == "image/jpeg"
    assert fetched.headers["Content-Length"] == str(len(JPEG))
    assert "public" in fetched.headers["Cache-Control"]
    looked = anybody.simulate_head(address)
    assert (looked.content, looked.headers["Content-Length"]) == (b"", str(len(JPEG)))
    for other in (
        address.replace(".jpg", ".exe"),
        address[:-5] + ("1" if address[-5] == "0" else "0") + ".jpg",
        "/media-files/x.jpg",
        "/media-files/",
    ):
        assert anybody.simulate_get(other).json["code"] == "NOT_FOUND"
