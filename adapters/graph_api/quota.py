"""Instagram's own count of what an account has published."""

from __future__ import annotations

from adapters.graph_api.answers import rows_of, whole
from adapters.graph_api.client import Graph
from adapters.graph_api.reading import read
from adapters.graph_api.stages import Stage
from adapters.graph_api.verdicts import nonsense
from application.posts.ports import Access, PublishingLimit, Quota

ASSUMED_TOTAL = 50
DAY = 86_400


class GraphQuota(Quota):
    """Reads `content_publishing_limit`; where Meta names no total, the smaller of its documented ones."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def read(self, access: Access) -> PublishingLimit:
        path = (access.ig_user_id, "content_publishing_limit")
        rows = rows_of(read(self._graph, access, path, {"fields": "config,quota_usage"}), Stage.READ)
        used = whole(rows[0].get("quota_usage")) if rows else None
        if used is None:
            raise nonsense(Stage.READ)
        config = rows[0].get("config")
        config = config if isinstance(config, dict) else {}
        total, window = whole(config.get("quota_total")), whole(config.get("quota_duration"))
        return PublishingLimit(
            total=ASSUMED_TOTAL if total is None else total, used=used, window_seconds=window or DAY
        )
