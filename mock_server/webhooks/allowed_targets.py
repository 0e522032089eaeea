"""Where webhooks may be sent: this machine, unless others reach the server, and allowed hosts.

Whoever has a key chooses the address, so that without a bound the server would make requests for
them inside the network it stands in.
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
# What cloud machines ask for their own credentials, where that is no link-local address.
_METADATA = frozenset(map(ip_address, ("fd00:ec2::254", "100.100.100.200", "168.63.129.16")))


class TargetError(ValueError):
    """An address that nothing may be sent to, with the reason and the way out."""


class Targets:
    """The addresses that may be reached.

    A host that was allowed by its name may have any address but one that only this machine or its
    cloud gives a meaning to; such a one has to be allowed itself.
    """

    def __init__(
        self,
        hosts: Iterable[str] = (),
        resolve: Resolve | None = None,
        *,
        loopback: bool = True,
    ) -> None:
        """Allow ``hosts``, which are names or IP addresses, and this machine with ``loopback``.

        A server that other machines reach must not make requests for them to what listens on
        loopback, where many a service asks for no password.

        Raises:
            TargetError: one of them is neither.
        """
        self._hosts = frozenset(read_host(host) for host in hosts)
        self._resolve = resolve or _look_up
        # Whoever allows one name or address of this machine means the machine.
        self._loopback = loopback or any(map(_is_of_loopback, self._hosts))

    def check(self, url: str) -> str:
        """The host of a URL that may be one of an endpoint; no name is looked up.

        Raises:
            TargetError: it is no URL of HTTP, or names a host that may not be reached.
        """
        host = _host_of(url)
        address = _address(host)
        if address is not None:
            self._admit(address, host)
        elif host not in self._hosts and not (self._loopback and _is_loopback_name(host)):
            raise self._refused(host, "may not be reached")
        return host

    @property
    def pattern(self) -> str:
        """An expression that the URLs fit which may be those of endpoints."""
        hosts = [re.escape(f"[{host}]" if ":" in host else host) for host in sorted(self._hosts)]
        return (
            rf"^https?://({'|'.join([*(_OF_LOOPBACK if self._loopback else ()), *hosts])}){_REST}"
        )

    async def addresses(self, url: str) -> Sequence[str]:
        """The IP addresses to connect to, in the order in which to try them.

        Raises:
            TargetError: the host, or any one of its addresses, may not be reached.
            OSError: the name cannot be looked up.
        """
        host = self.check(url)
        if _address(host) is not None:
            return (host,)
        found = [ip_address(text.partition("%")[0]) for text in await self._resolve(host)]
        for address in found:
            self._admit(address, host)
        return [str(address) for address in dict.fromkeys(found)]

    def _admit(self, address: Address, host: str) -> None:
        meant = _meant(address)
        if str(meant) in self._hosts or (self._loopback and meant.is_loopback):
            return
        if host not in self._hosts:
            raise self._refused(host, f"has the address {address}, which may not be reached")
        if meant in _METADATA or _is_special(meant):
            why = f"is an address of '{host}' that has to be allowed itself"
            raise self._refused(str(meant), why)

    def _refused(self, host: str, why: str) -> TargetError:
        alone = "go to this machine alone" if self._loopback else "go to allowed hosts alone"
        remedy = f"start the server with --webhook-host {host} to allow it"
        return TargetError(f"the host '{host}' {why}; webhooks {alone}: {remedy}")


def read_host(text: str) -> str:
    """A host as it is compared: an IP address or a name.

    Raises:
        TargetError: it is neither.
    """
    name = text.strip().lower().rstrip(".")
    address = _address(name.removeprefix("[").removesuffix("]"))
    if address is not None:
        return str(_meant(address))
    if not name or not set(name) <= _SIGNS:
        raise TargetError(
            f"--webhook-host {text}: give a host's name or IP address alone, without scheme, port "
            "or path: hooks.example.com, 10.0.0.7"
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
        raise TargetError(f"the URL makes no sense: {error}") from error
    if len(url) > _LONGEST or any(sign.isspace() or sign == "\\" for sign in url):
        raise TargetError(f"a URL has no spaces or backslashes and at most {_LONGEST} characters")
    if parts.scheme not in ("http", "https") or not host:
        raise TargetError("give a URL with scheme and host: http://127.0.0.1:8000/webhooks")
    if parts.username is not None:
        raise TargetError("a URL with a user name is not supported; the signature is the proof")
    host = host.rstrip(".")
    if _address(host) is None and not set(host) <= _SIGNS:
        raise TargetError(f"'{host}' is no host; write other letters than ASCII as xn--...")
    return host


def _address(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _meant(address: Address) -> Address:
    """Where packets go: an IPv4 address in IPv6's clothes is one of IPv4."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_of_loopback(host: str) -> bool:
    address = _address(host)
    return _is_loopback_name(host) if address is None else address.is_loopback


def _is_loopback_name(host: str) -> bool:
    return host == _LOOPBACK_NAME or host.endswith(f".{_LOOPBACK_NAME}")


def _is_special(address: Address) -> bool:
    """Whether an address means something else on each machine."""
    return (
        address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_unspecified
    )
