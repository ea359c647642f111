"""What a user may have this server call."""

from __future__ import annotations

import pytest

from application.outside_addresses import outside
from domain import errors

NAMES = {
    "hooks.example": ["93.184.216.34"],
    "both.example": ["93.184.216.34", "10.0.0.1"],
    "metadata.example": ["169.254.169.254"],
}


def resolve(host: str, port: int) -> list[str]:
    if host in NAMES:
        return NAMES[host]
    if host.replace(".", "").isdigit() or ":" in host:
        return [host]
    raise OSError


def test_an_address_outside_is_told_by_number() -> None:
    assert outside("https://hooks.example/x?y", resolve, field="/url") == ("93.184.216.34",)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example",
        "file:///etc/passwd",
        "https://",
        "https://user:word@hooks.example",
        "https://hooks.example:0",
        "https://hooks.example:99999",
        "https://nobody.example",
        "https://both.example",
        "https://metadata.example",
        "https://127.0.0.1",
        "https://10.1.2.3",
        "https://192.168.0.1",
        "https://100.64.0.1",
        "https://0.0.0.0",
        "https://224.0.0.1",
        "https://[::1]",
        "https://[fe80::1]",
        "https://[fc00::1]",
        "https://[::ffff:127.0.0.1]",
        "https://[64:ff9b::7f00:1]",
        "https://[2002:7f00:1::]",
        "https://[broken",
    ],
)
def test_an_address_that_leads_inside_is_refused(url: str) -> None:
    with pytest.raises(errors.ValidationError):
        outside(url, resolve, field="/url")


def test_an_operator_may_allow_the_own_network() -> None:
    assert outside("http://10.1.2.3:8080", resolve, field="/url", private_too=True) == ("10.1.2.3",)
