"""The host names that a server answers to.

A web page can point its own name at this machine (DNS rebinding); a browser then treats the server
as the page's own. A server on a loopback address answers only to names that no web page can have,
and to those that are allowed.
"""

import re
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final

_NAME: Final = r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_.])?"
_AUTHORITY: Final = re.compile(rf"({_NAME}|\[[0-9a-f:.]+\])(?::([0-9]{{0,5}}))?", re.IGNORECASE)
_ALLOWED: Final = re.compile(rf"(?:\*\.)?{_NAME}", re.IGNORECASE)
_MOST_PORT: Final = 65535
_LONGEST: Final = 255
# Reserved (RFC 6761; ICANN for .internal): nobody can register a name below these.
_RESERVED: Final = ("localhost", "test", "internal")
ANY: Final = "*"


class AddressError(ValueError):
    """A host, an origin or a URL is invalid; the message says how to write it."""


def read_authority(text: str) -> str | None:
    """The lower-case host of ``HOST[:PORT]``; None if that is malformed."""
    found = _AUTHORITY.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None or int(found[2] or 0) > _MOST_PORT:
        return None
    host = found[1].lower().rstrip(".").strip("[]")
    if ":" in host and not _is_address(host):
        return None
    return host


class Hosts:
    """The names that are answered: if ``closed``, private and ``allowed`` ones, else all."""

    def __init__(self, allowed: Iterable[str] = (), *, closed: bool = False) -> None:
        """Allow names, ``*.NAME`` for all names below one, or ``*`` for any.

        Raises:
            AddressError: one of them is malformed.
        """
        names = frozenset(map(_read_allowed, allowed))
        self._closed = closed and ANY not in names
        self._names = names
        self._below = tuple(name[1:] for name in names if name.startswith("*."))

    def answers(self, host: str) -> bool:
        """Whether a request to this lower-case host is answered."""
        return not self._closed or host in self._names or _is_private(host) or self._is_below(host)

    def _is_below(self, host: str) -> bool:
        return bool(self._below) and host.endswith(self._below)


def _is_private(host: str) -> bool:
    """Whether no web page can have the name: it has no dot, is reserved, or is an IP address."""
    return "." not in host or host.rpartition(".")[2] in _RESERVED or _is_address(host)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _read_allowed(text: str) -> str:
    plain = text.strip("[]").lower()
    if text == ANY or _is_address(plain) or (_ALLOWED.fullmatch(text) and len(text) <= _LONGEST):
        return plain.rstrip(".")
    raise AddressError(
        f"--allow-host {text[:_LONGEST]!r}: not a host name; give the name alone, without "
        "scheme, port and path: gateway.example, *.gateway.example for all below it, or * for any"
    )
