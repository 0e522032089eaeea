"""Checks the head of a request (RFC 9110 and 9112), and makes the errors of refused requests."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import httptools

from mock_server.http.errors import (
    HEADERS_TOO_LARGE,
    MALFORMED_HTTP,
    REQUEST_TIMEOUT,
    TOO_MANY_BODIES,
    TOO_MANY_CONNECTIONS,
    UNKNOWN_CODING,
    UNKNOWN_HOST,
    URL_TOO_LONG,
    ApiError,
    shown,
)
from mock_server.http.hosts import Hosts, read_authority
from mock_server.http.limits import ConnectionLimits


def malformed(error: httptools.HttpParserError) -> ApiError:
    """The error for bytes that cannot be parsed."""
    reason = str(error) or type(error).__name__
    return ApiError(MALFORMED_HTTP, f"This is not an HTTP request: {shown(reason)}.")


def too_many_connections(most: int) -> ApiError:
    """The error for a connection beyond the limit."""
    message = f"The server has {most} connections, which is its limit; try again."
    return ApiError(TOO_MANY_CONNECTIONS, message)


def too_many_bodies(most: int) -> ApiError:
    """The error for a body that exceeds the memory of all bodies."""
    message = f"All request bodies together are over the limit of {most} bytes; try again."
    return ApiError(TOO_MANY_BODIES, message)


def long_url(most: int) -> ApiError:
    """The error for a URL that is too long."""
    return ApiError(URL_TOO_LONG, f"The URL is over the limit of {most} bytes.")


def large_head(count: int, size: int) -> ApiError:
    """The error for too many or too large headers."""
    message = f"The headers are over the limit of {count}, or of {size} bytes together."
    return ApiError(HEADERS_TOO_LARGE, message)


def too_slow(seconds: float) -> ApiError:
    """The error for a request that takes too long to arrive."""
    return ApiError(REQUEST_TIMEOUT, f"The request was not complete within {seconds:g} seconds.")


def too_many_requests() -> ApiError:
    """The error for too many pipelined requests."""
    return ApiError(MALFORMED_HTTP, "Too many requests without an answer.")


def unknown_version(version: str) -> ApiError:
    """The error for an unsupported HTTP version."""
    message = f"HTTP/{shown(version)} is not supported; send HTTP/1.1 or HTTP/1.0."
    return ApiError(MALFORMED_HTTP, message)


def transfer_coding(codings: str) -> ApiError | None:
    """The error for an unsupported Transfer-Encoding; None if it is supported.

    Unless ``chunked`` is the last coding, and only the last, the body's length is unknown
    (RFC 9112, 6.3).
    """
    *others, last = (each.strip().lower() for each in codings.split(","))
    if last != "chunked" or "chunked" in others:
        message = f"The Transfer-Encoding '{shown(codings)}' does not end with one 'chunked'."
        return ApiError(MALFORMED_HTTP, message)
    if others:
        message = f"The Transfer-Encoding '{shown(codings)}' is not supported; send 'chunked'."
        return ApiError(UNKNOWN_CODING, message)
    return None


def no_proxy() -> ApiError:
    """The error for CONNECT."""
    message = "CONNECT is for proxies, and this server is not one: send the request itself."
    return ApiError(MALFORMED_HTTP, message)


def unreadable_target() -> ApiError:
    """The error for an invalid request target."""
    return ApiError(MALFORMED_HTTP, "The request's target is neither a path nor a URL.")


def host_count(count: int) -> ApiError:
    """The error for a missing or repeated Host header."""
    got = f"{count} Host headers" if count else "no Host header"
    return ApiError(MALFORMED_HTTP, f"The request has {got}; HTTP/1.1 takes exactly one.")


def malformed_host(text: str) -> ApiError:
    """The error for a malformed Host header."""
    message = f"The Host '{shown(text)}' is malformed; it must be NAME or NAME:PORT."
    return ApiError(MALFORMED_HTTP, message)


def unknown_host(host: str) -> ApiError:
    """The error for a host name that may belong to a web page."""
    name = shown(host)
    message = (
        f"This server does not answer to the name '{name}', which may be a web page's that points "
        f"here. If it is yours, start the server with --allow-host {name}; localhost, IP addresses "
        "and names without a dot are always answered."
    )
    return ApiError(UNKNOWN_HOST, message)


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
        return long_url(limits.url)
    if len(head.headers) > limits.headers:
        return large_head(limits.headers, limits.header_bytes)
    if head.version not in _VERSIONS:
        return unknown_version(head.version)
    if head.method == "CONNECT":
        return no_proxy()
    named = [value for name, value in head.headers if name == b"host"]
    return _refusal_of_host(head, named, hosts) or _refusal_of_coding(head)


def _refusal_of_coding(head: Head) -> ApiError | None:
    codings = [value for name, value in head.headers if name == b"transfer-encoding"]
    return transfer_coding(b", ".join(codings).decode("latin-1")) if codings else None


def without_offer(head: Head) -> bytes:
    """The bytes of a head without its offer to upgrade, which may be ignored (RFC 9110, 7.8)."""
    start = b" ".join((head.method.encode(), head.url, b"HTTP/" + head.version.encode()))
    kept = (name + b": " + value for name, value in head.headers if name != b"upgrade")
    return b"\r\n".join((start, *kept, b"", b""))


def _refusal_of_host(head: Head, named: list[bytes], hosts: Hosts) -> ApiError | None:
    if not named and head.version == "1.0":
        return None
    if len(named) != 1:
        return host_count(len(named))
    if head.url.startswith(_SCHEMES):
        # A target in absolute form names the host as well (RFC 9112, 3.2.2).
        named = [*named, head.url.split(b"/", 3)[2]]
    for name in named:
        host = authority_of(name.decode("latin-1"))
        if host is None:
            return malformed_host(name.decode("latin-1"))
        if not hosts.answers(host):
            return unknown_host(host)
    return None
