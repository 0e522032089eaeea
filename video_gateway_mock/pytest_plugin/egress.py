"""Keeps tests on loopback: a connection to another host is refused and fails the test."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import pytest

Connect = Callable[[socket.socket, Any], None]

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@contextmanager
def loopback_only() -> Iterator[None]:
    """Refuse connections to other hosts than loopback until the block ends.

    A client may ignore the refusal or retry, so the end of the block fails the test.

    Raises:
        pytest.UsageError: pytest-socket is not installed.
    """
    connect_before, lookup_before = socket.socket.connect, socket.getaddrinfo
    guard = _Guard(_guarded_connect(), lookup_before)
    socket.socket.connect = guard.connect()  # type: ignore[method-assign, assignment]
    socket.getaddrinfo = guard.lookup
    try:
        yield
    finally:
        socket.socket.connect = connect_before  # type: ignore[method-assign]
        socket.getaddrinfo = lookup_before
    if guard.refused:
        hosts = ", ".join(dict.fromkeys(guard.refused))
        pytest.fail(
            f"the test tried to reach {hosts}; a test that uses video_gateway stays on this "
            "machine (allow other hosts with @pytest.mark.video_gateway(egress=True))",
            pytrace=False,
        )


def _guarded_connect() -> Connect:
    """pytest-socket's replacement of ``socket.socket.connect``."""
    try:
        from pytest_socket import socket_allow_hosts
    except ImportError as error:
        raise pytest.UsageError(
            "video_gateway keeps tests off the network with pytest-socket, which is not installed: "
            "pip install 'video-gateway-mock[pytest]', or set video_gateway_egress = allow"
        ) from error
    socket_allow_hosts(list(_LOOPBACK), allow_unix_socket=True)
    return socket.socket.connect


@dataclass(frozen=True, slots=True)
class _Guard:
    """Refuses connections and records their hosts."""

    guarded: Connect
    lookup_before: Callable[..., Any]
    refused: list[str] = field(default_factory=list)

    def connect(self) -> Connect:
        def connect(this: socket.socket, address: Any) -> None:
            if isinstance(address, tuple) and not _stays(address[0]):
                self.refused.append(f"{address[0]}:{address[1]}")
            self.guarded(this, address)

        return connect

    def lookup(self, host: Any, *more: Any, **named: Any) -> Any:
        # Without a network the DNS lookup fails first, and no connection would show the name.
        if not _stays(host):
            self.refused.append(_text(host))
            raise socket.gaierror(socket.EAI_FAIL, f"the test may not reach {_text(host)}")
        return self.lookup_before(host, *more, **named)


def _stays(host: Any) -> bool:
    """Whether a host is this machine; None and an empty name are."""
    name = _text(host)
    if name in ("", *_LOOPBACK):
        return True
    try:
        address = ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _text(host: Any) -> str:
    if isinstance(host, bytes | bytearray):
        return bytes(host).decode("ascii", "replace")
    return "" if host is None else str(host)
