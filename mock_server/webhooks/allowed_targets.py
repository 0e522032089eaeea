"""Which addresses webhooks may be sent to: loopback, and the hosts given by ``--webhook-host``.

Clients choose the URLs of their endpoints. Without a limit they could make the server send requests
inside the network it runs in.
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Resolve = Callable[[str], Awaitable[Sequence[str]]]

_LONGEST = 2048
_LOOPBACK_NAME = "localhost"
_OCTET = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
_OF_LOOPBACK = (
    r"([a-z0-9_-]+\.)*localhost",
    rf"127\.{_OCTET}\.{_OCTET}\.{_OCTET}",
    r"\[::1\]",
)
# A port, and a path or a query in ASCII.
_REST = (
    r"(:([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?"
    r"([/?][!-\[\]-~]*)?$"
)
_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_")
# Metadata services of cloud machines that are not at a link-local address.
_METADATA = frozenset(map(ip_address, ("fd00:ec2::254", "100.100.100.200", "168.63.129.16")))


class TargetError(ValueError):
    """A URL that webhooks may not be sent to; the message says why and how to allow it."""


class Targets:
    """The allowed addresses.

    A host that is allowed by name may resolve to any address except loopback, link-local, multicast
    and metadata addresses, which must be allowed themselves.
    """

    def __init__(
        self,
        hosts: Iterable[str] = (),
        resolve: Resolve | None = None,
        *,
        loopback: bool = True,
    ) -> None:
        """Allow ``hosts``, which are names or IP addresses, and with ``loopback`` this machine.

        A server that other machines can reach should not allow loopback, where many services
        require no password.

        Raises:
            TargetError: one of ``hosts`` is neither a name nor an IP address.
        """
        self._hosts = frozenset(read_host(host) for host in hosts)
        self._resolve = resolve or _look_up
        # One allowed name or address of this machine allows all of them.
        self._loopback = loopback or any(map(_is_of_loopback, self._hosts))

    def check(self, url: str) -> str:
        """The host of an endpoint's URL; names are not resolved.

        Raises:
            TargetError: the URL is not valid, or its host is not allowed.
        """
        host = _host_of(url)
        address = _address(host)
        if address is not None:
            self._admit(address, host)
        elif host not in self._hosts and not (self._loopback and _is_loopback_name(host)):
            raise self._refused(host, "is not allowed")
        return host

    @property
    def pattern(self) -> str:
        """A regular expression that matches the allowed URLs."""
        hosts = [re.escape(f"[{host}]" if ":" in host else host) for host in sorted(self._hosts)]
        return (
            rf"^https?://({'|'.join([*(_OF_LOOPBACK if self._loopback else ()), *hosts])}){_REST}"
        )

    async def addresses(self, url: str) -> Sequence[str]:
        """The IP addresses of a URL's host, in the order in which to try them.

        Raises:
            TargetError: the host or one of its addresses is not allowed.
            OSError: the host name cannot be resolved.
        """
        host = self.check(url)
        if _address(host) is not None:
            return (host,)
        found = [ip_address(text.partition("%")[0]) for text in await self._resolve(host)]
        for address in found:
            self._admit(address, host)
        return [str(address) for address in dict.fromkeys(found)]

    def _admit(self, address: Address, host: str) -> None:
        effective = _effective(address)
        if str(effective) in self._hosts or (self._loopback and effective.is_loopback):
            return
        if host not in self._hosts:
            raise self._refused(host, f"has the address {address}, which is not allowed")
        if effective in _METADATA or _is_special(effective):
            why = f"is an address of '{host}' that must be allowed itself"
            raise self._refused(str(effective), why)

    def _refused(self, host: str, why: str) -> TargetError:
        alone = "go to this machine only" if self._loopback else "go to allowed hosts only"
        remedy = f"start the server with --webhook-host {host} to allow it"
        return TargetError(f"the host '{host}' {why}; webhooks {alone}: {remedy}")


def read_host(text: str) -> str:
    """A host in normal form: an IP address or a lower-case name.

    Raises:
        TargetError: it is neither an IP address nor a name.
    """
    name = text.strip().lower().rstrip(".")
    address = _address(name.removeprefix("[").removesuffix("]"))
    if address is not None:
        return str(_effective(address))
    if not name or not set(name) <= _SIGNS:
        raise TargetError(
            f"--webhook-host {text}: give only the name or IP address of a host, without scheme, "
            "port or path: hooks.example.com, 10.0.0.7"
        )
    return name


async def _look_up(host: str) -> Sequence[str]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(place[0]) for *_, place in found]


def _host_of(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise TargetError(f"the URL is malformed: {error}") from error
    if len(url) > _LONGEST or any(sign.isspace() or sign == "\\" for sign in url):
        raise TargetError(f"a URL has no spaces or backslashes and at most {_LONGEST} characters")
    if parts.scheme not in ("http", "https") or not host:
        raise TargetError("give a URL with scheme and host: http://127.0.0.1:8000/webhooks")
    if parts.username is not None:
        raise TargetError("a URL with a user name is not supported; verify the signature instead")
    host = host.rstrip(".")
    if _address(host) is None and not set(host) <= _SIGNS:
        raise TargetError(f"'{host}' is not a host name; write non-ASCII letters as xn--...")
    return host


def _address(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _effective(address: Address) -> Address:
    """The address that packets are sent to: an IPv4-mapped IPv6 address is an IPv4 address."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_of_loopback(host: str) -> bool:
    address = _address(host)
    return _is_loopback_name(host) if address is None else address.is_loopback


def _is_loopback_name(host: str) -> bool:
    return host == _LOOPBACK_NAME or host.endswith(f".{_LOOPBACK_NAME}")


def _is_special(address: Address) -> bool:
    """Whether an address has another meaning on each machine."""
    return (
        address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_unspecified
    )
