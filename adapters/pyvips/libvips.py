"""libvips with every door shut but those of the formats we take."""

from __future__ import annotations

import pyvips

_LOADERS = ("Jpeg", "Png", "Webp", "Nsgif", "Heif", "Tiff")


def shut_unwanted_doors() -> None:
    """Call once per process, before the first picture."""
    pyvips.cache_set_max(0)
    pyvips.block_untrusted_set(True)
    pyvips.operation_block_set("VipsForeignLoad", True)
    for loader in _LOADERS:
        pyvips.operation_block_set(f"VipsForeignLoad{loader}", False)
