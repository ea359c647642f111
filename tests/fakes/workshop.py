"""A media workshop in memory, for tests of use-cases: nothing is decoded."""

from __future__ import annotations

from application.media.ports import BlobStore, MediaWorkshop, Prepared
from domain import errors, media_rules
from domain.media import Facts, Kind, Rendition, Use
from domain.media_formats import HEAD_BYTES, JPEG, recognise
from domain.renditions import Recipe

PICTURE = Facts(kind=Kind.IMAGE, mime_type="image/jpeg", width=1080, height=1350)
VIDEO = Facts(
    kind=Kind.VIDEO,
    mime_type="video/mp4",
    width=1080,
    height=1920,
    duration_ms=12_000,
    video_codec="h264",
    audio_codec="aac",
    frame_rate=30.0,
    bit_rate=5_000_000,
    pixel_format="yuv420p",
    progressive=True,
    audio_rate=48_000,
    audio_channels=2,
    index_first=True,
    edit_list=False,
)


class MemoryWorkshop(MediaWorkshop):
    """Believes the first bytes: every picture is `PICTURE`, every video is `VIDEO`.

    `facts[sha256]` says otherwise for one file; `breaks` is raised instead of an answer while it is set.
    The real rules judge the facts; the original serves every use it meets, and the preview is made up.
    """

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self.facts: dict[str, Facts] = {}
        self.breaks: errors.DomainError | None = None
        self.prepared: list[str] = []
        self.rendered: list[tuple[str, Recipe]] = []

    def prepare(self, sha256: str, uses: tuple[Use, ...] = ()) -> Prepared:
        self.prepared.append(sha256)
        with self._blobs.open(sha256) as file:
            file_format = recognise(file.read(HEAD_BYTES))
        if self.breaks:
            raise self.breaks
        if file_format is None or file_format.refusal:
            raise errors.MediaInvalid
        facts = self.facts.get(sha256, PICTURE if file_format.kind is Kind.IMAGE else VIDEO)
        size = self._blobs.size(sha256) or 0
        issues = media_rules.judge(facts, size)
        renditions = [
            Rendition(use, sha256, facts.mime_type, facts.width, facts.height, size)
            for use in media_rules.met(facts, issues)
            if not uses or use in uses
        ]
        if not uses or Use.PREVIEW in uses:
            stored = self._blobs.store([b"\xff\xd8\xffpreview of ", sha256.encode()], limit=1000)
            renditions.append(
                Rendition(Use.PREVIEW, stored.sha256, JPEG.mime_type, 384, 480, stored.size_bytes)
            )
        return Prepared(facts=facts, issues=issues, renditions=tuple(renditions))

    def render(self, sha256: str, recipe: Recipe) -> Rendition:
        """The original itself, said to be what the recipe asks for."""
        self.rendered.append((sha256, recipe))
        if self.breaks:
            raise self.breaks
        size = self._blobs.size(sha256)
        if size is None:
            raise errors.NotFound(sha256=sha256)
        return Rendition(recipe.use, sha256, JPEG.mime_type, recipe.width, recipe.height, size)
