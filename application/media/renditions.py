"""Pictures made for one post: brought to its shape, with its words drawn, once for each file and recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from application.log import Log, persistently
from application.media.ports import BlobStore, MediaWorkshop
from application.views.media import MediaRow, MediaShelf, facts_of
from domain import renditions
from domain.aggregate import Cause
from domain.content import Content, Fit
from domain.media import MediaFile, Rendition
from domain.renditions import Order


@dataclass(frozen=True)
class MakeRenditions:
    """Makes what a post needs and does not have yet; to be cut off and begun again does no harm.

    What was made is on record with the file. Equal bytes are worked on once, whoever uploaded them.
    """

    log: Log
    media: MediaShelf
    blobs: BlobStore
    workshop: MediaWorkshop
    fit: Fit

    def __call__(self, content: Content, files: Mapping[UUID, MediaRow], *, by: Cause) -> bool:
        """Whether anything was made. A file that cannot be made to fit: MEDIA_INVALID, PROCESSING_FAILED."""
        missing = [
            order
            for order in renditions.orders(content, facts_of(files), self.fit)
            if not self._is_kept(files[order.media_id].made_for(order.recipe.key))
        ]
        for order in missing:
            self._make(order, files[order.media_id], by)
        return bool(missing)

    def _make(self, order: Order, row: MediaRow, by: Cause) -> None:
        made = self.media.made_before(row.sha256, order.recipe.key)
        if made is None or not self._is_kept(made):
            made = self.workshop.render(row.sha256, order.recipe)
        rendition = made

        def record() -> None:
            file = self.log.load(MediaFile, order.media_id)
            file.rendered(order.recipe.key, rendition, by=by)
            self.log.save(file)

        persistently(record)

    def _is_kept(self, made: Rendition | None) -> bool:
        return made is not None and self.blobs.size(made.sha256) is not None
