"""A workshop that stays warm for all tests of this folder."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from PIL import Image

from adapters.filesystem.blob_store import FileBlobStore
from adapters.pyvips.media_workshop import VipsWorkshop
from application.media.ports import BlobStore, Prepared
from domain import errors
from domain.media import Rendition, Use
from domain.media_rules import PICTURES, PREVIEW
from domain.renditions import Recipe


class Studio:
    """A workshop with its blobs, spoken to in bytes."""

    def __init__(self, workshop: VipsWorkshop, blobs: BlobStore) -> None:
        self.workshop = workshop
        self.blobs = blobs

    def put(self, data: bytes) -> str:
        return self.blobs.store([data], limit=1 << 30).sha256

    def prepare(self, data: bytes, *uses: Use) -> Prepared:
        return self.workshop.prepare(self.put(data), uses)

    def render(self, data: bytes, recipe: Recipe) -> Image.Image:
        """A picture made to order, decoded by another reader and held against every number of its use."""
        made = self.workshop.render(self.put(data), recipe)
        assert (made.use, made.width, made.height) == (recipe.use, recipe.width, recipe.height)
        return self._held_against_the_table(made)

    def refusal(self, data: bytes) -> str:
        """The sentence a file is refused with; it never shows a path or a library's words."""
        with pytest.raises(errors.MediaInvalid) as refused:
            self.prepare(data)
        sentence = refused.value.sentence
        assert sentence.endswith(".")
        assert not any(word in sentence for word in ("/", "vips", "ffmpeg", "Errno", "\n"))
        return sentence

    def read(self, prepared: Prepared, use: Use) -> bytes:
        (rendition,) = [made for made in prepared.renditions if made.use is use]
        with self.blobs.open(rendition.sha256) as file:
            return file.read()

    def picture(self, prepared: Prepared, use: Use) -> Image.Image:
        """A rendition decoded by another reader, after it was held against the table."""
        (rendition,) = [made for made in prepared.renditions if made.use is use]
        return self._held_against_the_table(rendition)

    def _held_against_the_table(self, rendition: Rendition) -> Image.Image:
        with self.blobs.open(rendition.sha256) as file:
            data = file.read()
        rules = PICTURES.get(rendition.use, PREVIEW)
        picture = Image.open(io.BytesIO(data))
        picture.load()
        assert (picture.format, picture.mode, rendition.mime_type) == ("JPEG", "RGB", "image/jpeg")
        assert picture.size == (rendition.width, rendition.height)
        assert len(data) == rendition.size_bytes <= rules.max_bytes
        assert rules.min_width <= picture.width <= rules.max_width
        assert picture.height <= rules.max_height
        assert rules.min_ratio <= picture.width / picture.height <= rules.max_ratio
        assert not picture.getexif()
        assert "icc_profile" not in picture.info
        return picture


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    blobs = FileBlobStore(tmp_path_factory.mktemp("media"))
    with VipsWorkshop(blobs, workers=1) as workshop:
        yield Studio(workshop, blobs)
