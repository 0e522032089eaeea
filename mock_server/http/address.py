"""The server's own address, as callers reach it."""

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from starlette.types import Scope

from mock_server.http.errors import shown
from mock_server.http.headers import header
from mock_server.http.hosts import AddressError, Hosts, read_authority
from mock_server.http.origins import Origins
from mock_server.settings import Settings

_EXAMPLE = "https://gateway.example/films"
_LONGEST = 2048


def read_public_url(text: str) -> str:
    """The address of a server behind a proxy, without a slash at its end.

    Raises:
        AddressError: it is no URL of HTTP, or has more than a path.
    """
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise _refused(text, str(error)) from error
    if why := _flaw(text, parts, host):
        raise _refused(text, why)
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


@dataclass(frozen=True, slots=True)
class Addresses:
    """How a server is reached: its address behind a proxy, its names, the pages that may call."""

    public_url: str | None
    hosts: Hosts
    origins: Origins


def addresses(settings: Settings) -> Addresses:
    """How a server with these settings is reached.

    Where other machines reach it, it cannot know by which names: those are bound only once some
    are allowed.

    Raises:
        AddressError: the public URL, a host or an origin is none.
    """
    public, names = None, settings.allow_hosts
    if settings.public_url is not None:
        public = read_public_url(settings.public_url)
        names = (*names, urlsplit(public).hostname or "")
    closed = settings.local or bool(settings.allow_hosts)
    return Addresses(public, Hosts(names, closed=closed), Origins(settings.cors, public))


def _flaw(text: str, parts: SplitResult, host: str | None) -> str | None:
    """What is wrong with it."""
    if len(text) > _LONGEST or not text.isascii() or not text.isprintable() or " " in text:
        return "it has signs that no URL has, or too many"
    if parts.scheme not in ("http", "https") or not host:
        return "it has to begin with http:// or https:// and a host"
    if "@" in parts.netloc or read_authority(parts.netloc) is None:
        return "its host is malformed"
    if "?" in text or "#" in text:
        return "it may have a path, but no query and no fragment"
    if any(sign in parts.path for sign in "\"'<>\\^`{|}"):
        return "its path has signs that no URL has"
    if parts.path.rstrip("/").endswith("/v1"):
        return "leave out /v1, which is added to it"
    return None


def _refused(text: str, why: str) -> AddressError:
    return AddressError(f"--public-url {shown(text)!r}: {why}; for example {_EXAMPLE}")


def base_url(scope: Scope, public: str | None) -> str:
    """Where the caller of a request can reach this server.

    Without a public address that is the host it was sent to; what a proxy says of itself is not
    believed, because anybody can say it.
    """
    if public is not None:
        return public
    named = (header(scope, b"host") or b"").decode("latin-1")
    if read_authority(named) is not None:
        return f"{scope['scheme']}://{named}"
    host, port = scope.get("server") or ("localhost", 80)
    name = f"[{host}]" if ":" in host else host
    return f"{scope['scheme']}://{name}" + ("" if port is None else f":{port}")
