"""What the usage headers say, and that nobody's listening can cost an answer."""

from __future__ import annotations

import httpx
import pytest

from adapters.graph_api.client import Graph, Hosts
from adapters.graph_api.usage import Usage, read_usage
from application.posts.ports import Access
from domain.account import LoginMethod
from domain.upstream import Refused
from tests.fakes.meta import Meta, json_of, refusal

APP = '{"call_count":28,"total_time":25,"total_cputime":31}'
CASES = (
    '{"178":[{"type":"instagram","call_count":60,"total_cputime":40,"total_time":35,'
    '"estimated_time_to_regain_access":12}],"179":[{"type":"instagram","call_count":99}]}'
)


@pytest.mark.parametrize(
    ("app", "cases", "account", "expected"),
    [
        (APP, None, "178", Usage(31, 0)),
        (APP, CASES, "178", Usage(60, 12)),
        (None, CASES, "179", Usage(99, 0)),
        (None, CASES, "elsewhere", Usage(99, 12)),
        ('{"call_count":130.7}', None, "178", Usage(130, 0)),
        (None, '{"178":[{"type":"ads_insights","call_count":100}]}', "178", None),
        (None, None, "178", None),
        ("garbage", "[]", "178", None),
        ("[1]", '{"178":17}', "178", None),
        ('{"call_count":"many"}', '{"178":["x",{"type":"pages","call_count":-4}]}', "178", Usage(0, 0)),
    ],
)
def test_the_fullest_allowance_counts(
    app: str | None, cases: str | None, account: str, expected: Usage | None
) -> None:
    told = {"x-app-usage": app, "x-business-use-case-usage": cases}
    headers = httpx.Headers({name: value for name, value in told.items() if value is not None})
    assert read_usage(headers, account) == expected


def test_usage_is_heard_from_answers_and_refusals_alike(meta: Meta, access: Access) -> None:
    meta.says(json_of({"id": "1"}, **{"X-App-Usage": APP}), refusal(80002, x_app_usage=APP))
    ask = lambda: meta.graph.get(access.login_method, ("1",), access.token, account="178")  # noqa: E731
    ask()
    with pytest.raises(Refused):
        ask()
    assert meta.usage == [("178", Usage(31)), ("178", Usage(31))]


def test_a_call_for_no_account_is_heard_by_nobody(meta: Meta, access: Access) -> None:
    meta.says(json_of({"id": "1"}, **{"X-App-Usage": APP}))
    meta.graph.get(access.login_method, ("1",), access.token)
    assert meta.usage == []


def test_a_listener_that_breaks_does_not_cost_the_answer() -> None:
    def broken(account: str, usage: Usage) -> None:
        raise OSError("disk full")

    transport = httpx.MockTransport(lambda request: json_of({"id": "180"}, **{"X-App-Usage": APP}))
    graph = Graph(transport=transport, on_usage=broken)
    assert graph.get(LoginMethod.FACEBOOK, ("1",), "EAA", account="178") == {"id": "180"}


def test_hosts_can_be_prefixes_of_one_address() -> None:
    hosts = Hosts.under("http://127.0.0.1:9/")
    assert hosts.graph(LoginMethod.FACEBOOK) == "http://127.0.0.1:9/graph.facebook.com"
    assert hosts.graph(LoginMethod.INSTAGRAM) == "http://127.0.0.1:9/graph.instagram.com"
    assert hosts.rupload == "http://127.0.0.1:9/rupload.facebook.com"
