"""Which addresses a user may have this server call: those outside, never those behind the same door."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from domain import errors
from domain.errors import Detail

Resolve = Callable[[str, int], Iterable[str]]
PORTS = range(1, 65536)


def outside(url: str, resolve: Resolve, *, field: str, private_too: bool = False) -> tuple[str, ...]:
    """The IP addresses behind a URL, each of them public: VALIDATION_ERROR where one is not.

    Connect to one of these, not to the name again: a name may lead elsewhere a moment later.
    """
    try:
        parts = urlsplit(url)
        port = parts.port if parts.port is not None else 443 if parts.scheme == "https" else 80
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        raise _refused(field, "This is no address.") from None
    if parts.scheme not in ("https", "http") or (parts.scheme == "http" and not private_too):
        raise _refused(field, "The address must begin with https://.")
    if not host or parts.username is not None or parts.password is not None or port not in PORTS:
        raise _refused(field, "The address must name a host, and no user or password.")
    try:
        found = tuple(resolve(host, port))
    except (OSError, UnicodeError):
        found = ()
    if not found:
        raise _refused(field, "Nothing is known by that name.")
    if not private_too and not all(_is_public(address) for address in found):
        raise _refused(field, "The address leads into a private network.")
    return found


def _is_public(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None:
            address = inner
        elif address.teredo is not None or address in ipaddress.ip_network("64:ff9b::/96"):
            return False
    return address.is_global and not address.is_multicast


def _refused(field: str, message: str) -> errors.ValidationError:
    return errors.ValidationError(message, details=(Detail(field, "address", message),))
