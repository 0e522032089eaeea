"""Checks the head of a request before it is routed (RFC 9110 and 9112)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from mock_server.http.errors import ApiError
from mock_server.http.hosts import Hosts, read_authority
from mock_server.http.limits import ConnectionLimits
from mock_server.transport.connections import refusals

_VERSIONS = ("1.1", "1.0")
_SCHEMES = (b"http://", b"https://")

HeaderLines = Sequence[tuple[bytes, bytes]]
authority_of = lru_cache(maxsize=1000)(read_authority)


class Head(NamedTuple):
    """A request line and its headers; their names are lower-case."""

    method: str
    url: bytes
    version: str
    headers: HeaderLines


def refusal_of(head: Head, limits: ConnectionLimits, hosts: Hosts) -> ApiError | None:
    """The error for an invalid head, or None."""
    if len(head.url) > limits.url:
        return refusals.long_url(limits.url)
    if len(head.headers) > limits.headers:
        return refusals.large_head(limits.headers, limits.header_bytes)
    if head.version not in _VERSIONS:
        return refusals.unknown_version(head.version)
    if head.method == "CONNECT":
        return refusals.no_proxy()
    named = [value for name, value in head.headers if name == b"host"]
    return _refusal_of_host(head, named, hosts) or _refusal_of_coding(head)


def _refusal_of_coding(head: Head) -> ApiError | None:
    codings = [value for name, value in head.headers if name == b"transfer-encoding"]
    return refusals.transfer_coding(b", ".join(codings).decode("latin-1")) if codings else None


def without_offer(head: Head) -> bytes:
    """The bytes of a head without its offer to upgrade, which may be ignored (RFC 9110, 7.8)."""
    start = b" ".join((head.method.encode(), head.url, b"HTTP/" + head.version.encode()))
    kept = (name + b": " + value for name, value in head.headers if name != b"upgrade")
    return b"\r\n".join((start, *kept, b"", b""))


def _refusal_of_host(head: Head, named: list[bytes], hosts: Hosts) -> ApiError | None:
    if not named and head.version == "1.0":
        return None
    if len(named) != 1:
        return refusals.host_count(len(named))
    if head.url.startswith(_SCHEMES):
        # A target in absolute form names the host as well (RFC 9112, 3.2.2).
        named = [*named, head.url.split(b"/", 3)[2]]
    for name in named:
        host = authority_of(name.decode("latin-1"))
        if host is None:
            return refusals.malformed_host(name.decode("latin-1"))
        if not hosts.answers(host):
            return refusals.unknown_host(host)
    return None
