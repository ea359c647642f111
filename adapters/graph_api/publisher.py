"""The calls that show something to the world, or take it away."""

from __future__ import annotations

from adapters.graph_api.answers import id_of, rows_of
from adapters.graph_api.client import Graph
from adapters.graph_api.reading import read
from adapters.graph_api.stages import Stage
from adapters.graph_api.verdicts import gone
from application.posts.ports import Access, Publisher
from domain import errors
from domain.account import LoginMethod
from domain.upstream import Refused, Verdict


class GraphPublisher(Publisher):
    """Publishes, comments and deletes; a refusal says whether it may have happened all the same."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def publish(self, access: Access, container_id: str) -> str:
        path, said = (access.ig_user_id, "media_publish"), {"creation_id": container_id}
        return self._show(access, path, said)

    def comment(self, access: Access, media_id: str, text: str) -> str:
        return self._show(access, (media_id, "comments"), {"message": text})

    def delete(self, access: Access, media_id: str, *, asked_before: bool = False) -> None:
        if access.login_method is LoginMethod.INSTAGRAM:
            raise Refused(Verdict(errors.CapabilityUnavailable.code, sentence=_NO_DELETION))
        try:
            self._delete(access, media_id)
        except Refused as refused:
            if refused.verdict.doubtful:
                self._delete_again(access, media_id)
            elif not gone(refused) or not (asked_before or self._is_gone(access, media_id)):
                raise

    def _show(self, access: Access, path: tuple[str, ...], said: dict[str, str]) -> str:
        body = self._graph.post(
            access.login_method, path, access.token, said, account=access.ig_user_id, stage=Stage.PUBLISH
        )
        return id_of(body, Stage.PUBLISH)

    def _delete(self, access: Access, media_id: str) -> None:
        self._graph.delete(access.login_method, (media_id,), access.token, account=access.ig_user_id)

    def _delete_again(self, access: Access, media_id: str) -> None:
        """Deleting twice does no harm; after a first try that may have worked, what is missing is deleted."""
        try:
            self._delete(access, media_id)
        except Refused as refused:
            if not gone(refused):
                raise

    def _is_gone(self, access: Access, media_id: str) -> bool:
        """Whether it cannot be read with any token, nor is among the newest of what can be listed.

        100/33 alone does not tell what is gone from what this token may not delete.
        """
        try:
            read(self._graph, access, (media_id,), {"fields": "id"})
            return False
        except Refused as refused:
            if not gone(refused):
                raise
        for edge in ("media", "stories"):
            body = read(self._graph, access, (access.ig_user_id, edge), {"fields": "id", "limit": 100})
            if any(row.get("id") == media_id for row in rows_of(body, Stage.READ)):
                return False
        return True


_NO_DELETION = "An account connected by Instagram Login cannot delete; delete it in the Instagram app."
