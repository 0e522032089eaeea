"""The addresses of this server, as clients reach it."""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from starlette.types import Scope

from mock_server.http.errors import shown
from mock_server.http.exchange import EXCHANGE
from mock_server.http.hosts import AddressError, Hosts, read_authority
from mock_server.http.origins import Origins
from mock_server.settings import Settings

_EXAMPLE = "https://gateway.example/films"
_LONGEST = 2048
NO_SERVER = ("localhost", 80)


def read_public_url(text: str) -> str:
    """The address of a server behind a proxy, without a slash at the end.

    Raises:
        AddressError: it is not an HTTP URL, or has a query or a fragment.
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
    """The address behind a proxy, the allowed host names, and the web pages that may call."""

    public_url: str | None
    hosts: Hosts
    origins: Origins


def addresses(settings: Settings) -> Addresses:
    """The addresses of a server with these settings.

    A server that other machines can reach does not know its own names: it accepts any, unless some
    are allowed explicitly.

    Raises:
        AddressError: the public URL, a host or an origin is invalid.
    """
    public, names = None, settings.allow_hosts
    if settings.public_url is not None:
        public = read_public_url(settings.public_url)
        names = (*names, urlsplit(public).hostname or "")
    closed = settings.local or bool(settings.allow_hosts)
    return Addresses(public, Hosts(names, closed=closed), Origins(settings.cors, public))


def _flaw(text: str, parts: SplitResult, host: str | None) -> str | None:
    """Why a public URL is invalid; None if it is valid."""
    if len(text) > _LONGEST or not text.isascii() or not text.isprintable() or " " in text:
        return "it has characters that a URL cannot have, or too many"
    if parts.scheme not in ("http", "https") or not host:
        return "it must begin with http:// or https:// and a host"
    if "@" in parts.netloc or read_authority(parts.netloc) is None:
        return "its host is malformed"
    if "?" in text or "#" in text:
        return "it may have a path, but no query and no fragment"
    if any(sign in parts.path for sign in "\"'<>\\^`{|}"):
        return "its path has characters that a URL cannot have"
    if parts.path.rstrip("/").endswith("/v1"):
        return "leave out /v1, which is added to it"
    return None


def _refused(text: str, why: str) -> AddressError:
    return AddressError(f"--public-url {shown(text)!r}: {why}; for example {_EXAMPLE}")


@lru_cache(maxsize=64)
def request_base_url(scheme: str, host: bytes | None, server: tuple[str, int | None]) -> str:
    """The address of this server that a request was sent to.

    That is the ``Host`` header, or the address of the ``server`` if the header is malformed. The
    headers of proxies are ignored, because any client can send them.
    """
    named = (host or b"").decode("latin-1")
    if read_authority(named) is not None:
        return f"{scheme}://{named}"
    name, port = server
    name = f"[{name}]" if ":" in name else name
    return f"{scheme}://{name}" + ("" if port is None else f":{port}")


def base_url(scope: Scope, public: str | None) -> str:
    """The address where the caller of a request reaches this server: the ``public`` one if set."""
    if public is not None:
        return public
    host = scope[EXCHANGE].header(b"host")
    return request_base_url(scope["scheme"], host, tuple(scope.get("server") or NO_SERVER))
