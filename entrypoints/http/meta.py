"""What Meta calls when a person removes the app, or wants their data deleted."""

from __future__ import annotations

from pydantic import Field

from application.service import Service
from domain.aggregate import Cause
from entrypoints.http.models import Form, Shown
from entrypoints.http.operation import Call, operation


class SignedRequest(Form):
    """A person's id at Meta, signed with the app's secret."""

    signed_request: str = Field(min_length=3, max_length=8000)


class Deletion(Shown):
    """Where the person can see that it was done, and the code that names it; named as Meta wants it."""

    url: str
    confirmation_code: str = Field(alias="confirmation_code")


class MetaCallbacks:
    """Lets go of a person's accounts and destroys their tokens."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @operation(
        id="deauthorize",
        summary="Called by Meta when a person removed the app",
        body=SignedRequest,
        answers={204: None},
        auth=False,
        form=True,
    )
    def on_post_deauthorize(self, call: Call, body: SignedRequest) -> None:
        self._service.meta_requests.let_go(body.signed_request, by=self._cause(call))

    @operation(
        id="deleteData",
        summary="Called by Meta when a person wants their data deleted",
        body=SignedRequest,
        answers={200: Deletion},
        auth=False,
        form=True,
    )
    def on_post_deletion(self, call: Call, body: SignedRequest) -> Deletion:
        code = self._service.meta_requests.let_go(body.signed_request, by=self._cause(call))
        return Deletion(url=f"{self._service.public_address()}/?deletion={code}", confirmation_code=code)

    def _cause(self, call: Call) -> Cause:
        return Cause(at=self._service.now(), actor="system:meta", request_id=call.request_id)
