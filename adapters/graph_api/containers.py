"""Instagram's unpublished objects: made, read and judged."""

from __future__ import annotations

from adapters.graph_api.answers import Body, id_of, text
from adapters.graph_api.client import Graph
from adapters.graph_api.errors import EXPIRED, UNLISTED
from adapters.graph_api.parameters import parameters_of
from adapters.graph_api.people import blame
from adapters.graph_api.reading import read
from adapters.graph_api.stages import Stage
from adapters.graph_api.uploads import BlobReader, send_bytes
from adapters.graph_api.verdicts import SUBCODE, nonsense, of_row, unreadable, verdict
from application.posts.ports import Access, ContainerOrder, ContainerReading, Containers
from domain import errors
from domain.account import LoginMethod
from domain.attempt import Reading
from domain.upstream import Refused, Upstream, Verdict

_DEAD = (Reading.ERROR, Reading.EXPIRED)


class GraphContainers(Containers):
    """Makes containers by address, and videos by bytes on the Facebook host."""

    def __init__(self, graph: Graph, blobs: BlobReader) -> None:
        self._graph = graph
        self._blobs = blobs

    def create(self, access: Access, order: ContainerOrder) -> str:
        upload = order.upload
        if upload is not None and access.login_method is LoginMethod.INSTAGRAM:
            if order.video_url is None:
                raise Refused(Verdict(errors.CapabilityUnavailable.code, sentence=_NO_UPLOAD))
            upload = None
        try:
            body = self._graph.post(
                access.login_method,
                (access.ig_user_id, "media"),
                access.token,
                parameters_of(order, by_bytes=upload is not None),
                account=access.ig_user_id,
                stage=Stage.CREATE,
            )
        except Refused as refused:
            raise blame(refused, order) from None
        container_id = id_of(body, Stage.CREATE)
        if upload is not None:
            address = self._graph.upload_address(body.get("uri"), "ig-api-upload", container_id)
            send_bytes(self._graph, self._blobs, address, access.token, upload)
        return container_id

    def read(self, access: Access, container_id: str) -> ContainerReading:
        try:
            body = read(self._graph, access, (container_id,), {"fields": "id,status_code,status"})
        except Refused as refused:
            if unreadable(refused):
                return ContainerReading(Reading.UNREADABLE, refused.verdict.upstream)
            raise
        return _reading(body)

    def judge(self, reading: ContainerReading) -> Refused:
        if reading.reading not in _DEAD:
            return nonsense(Stage.CONTAINER)
        if reading.reading is Reading.EXPIRED:
            return Refused(of_row(EXPIRED, reading.upstream, Stage.CONTAINER))
        if reading.upstream is None or reading.upstream.subcode is None:
            return Refused(of_row(UNLISTED, reading.upstream, Stage.CONTAINER))
        return Refused(verdict(reading.upstream, Stage.CONTAINER))


_NO_UPLOAD = "An account connected by Instagram Login takes videos by address only; set up a media host."


def _reading(body: Body) -> ContainerReading:
    """What a container's answer shows; a failure comes with status 200 and its number inside a sentence."""
    said, status = body.get("status_code"), text(body.get("status")) or ""
    if not said and status.startswith("Error"):
        said = Reading.ERROR
    if not isinstance(said, str) or said not in _TOLD:
        return ContainerReading(Reading.UNREADABLE, Upstream(http_status=200, message=status or None))
    reading = Reading(said)
    if reading not in _DEAD:
        return ContainerReading(reading)
    number = SUBCODE.search(status)
    subcode = int(number.group()) if number else None
    return ContainerReading(reading, Upstream(http_status=200, subcode=subcode, message=status or None))


_TOLD = frozenset(Reading) - {Reading.UNREADABLE}
