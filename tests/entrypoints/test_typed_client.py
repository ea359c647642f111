"""A client that a public generator makes of our document works against a running server.

`openapi-python-client` does not go together with our own pins: it is taken from the PATH, or left out.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.ensembles import Served, picture

GENERATOR = shutil.which("openapi-python-client")
SESSION = """
import io, sys
from client import AuthenticatedClient
from client.api.auth import me
from client.api.media import upload_media
from client.api.posts import get_post, publish_new_post
from client.api.settings import create_api_key
from client.models import Envelope, NewKey, PostToPublish, UploadMediaBody
from client.types import File

server, key, file = sys.argv[1:]
client = AuthenticatedClient(base_url=server, token=key)
account = me.sync(client=client).accounts[0]
content = open(file, "rb").read()
media = upload_media.sync(
    client=client,
    body=UploadMediaBody(file=File(payload=io.BytesIO(content), file_name="a.jpg")),
    idempotency_key="file",
)
order = PostToPublish.from_dict(
    {"accountId": str(account.id), "mediaType": "IMAGE", "caption": "typed", "mediaFileIds": [str(media.id)]}
)
post = publish_new_post.sync(client=client, body=order, wait=30, idempotency_key="post")
assert get_post.sync(client=client, post_id=post.id).caption == "typed"
refused = create_api_key.sync(client=client, body=NewKey(name="x"))
print(post.status, refused.code)
"""


@pytest.mark.skipif(GENERATOR is None, reason="needs openapi-python-client on the PATH")
def test_a_generated_client_uploads_publishes_and_is_refused(tmp_path: Path) -> None:
    assert GENERATOR is not None
    with Served(tmp_path / "data") as served:
        document = tmp_path / "openapi.json"
        document.write_text(json.dumps(httpx.get(f"{served.server}/api/v1/openapi.json").json()))
        output = ["--meta", "none", "--output-path", str(tmp_path / "client")]
        subprocess.run(
            [GENERATOR, "generate", "--path", str(document), *output],
            check=True,
            capture_output=True,
            cwd=tmp_path,
        )
        (tmp_path / "a.jpg").write_bytes(picture())
        told = subprocess.run(
            [sys.executable, "-c", SESSION, served.server, served.key(), str(tmp_path / "a.jpg")],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=90,
        )
    assert told.stdout.split() == ["PUBLISHED", "COOKIE_AUTH_REQUIRED"], told.stderr[-2000:]
