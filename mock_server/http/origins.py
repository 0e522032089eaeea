"""Web pages: which origins may call, and how a browser is told so."""

import re
from collections.abc import Sequence
from typing import Final

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.http.errors import FOREIGN_ORIGIN, ApiError, shown
from mock_server.http.headers import header
from mock_server.http.hosts import AddressError
from mock_server.http.modes.notices import INFERRED_HEADER, STRICT_HEADER

ANY: Final = "*"
# Of a file, or of a frame in a sandbox.
_NOWHERE: Final = "null"
_ORIGIN: Final = re.compile(
    r"([A-Za-z][A-Za-z0-9+.-]*)://([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?(?=[/?#]|$)"
)
_USUAL_PORTS: Final = {"http": 80, "https": 443}
_MOST_PORT: Final = 65535
# Everything that an answer may have besides what a page reads anyway.
_EXPOSED: Final = (
    *("x-request-id", "x-oneapi-request-id", "openai-poll-after-ms", "openai-version"),
    *(STRICT_HEADER, INFERRED_HEADER),
    *("openai-processing-ms", "retry-after", "retry-after-ms", "x-should-retry"),
    *("x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
    *("accept-ranges", "content-range", "content-disposition", "etag", "date"),
    *("accept-encoding", "allow", "location", "www-authenticate"),
)


def read_origin(text: str) -> str:
    """An origin as browsers send it, or ``*``.

    Raises:
        AddressError: no browser would ever send this.
    """
    if text in (ANY, _NOWHERE):
        return text
    found = _ORIGIN.match(text)
    if found is None:
        remedy = "give --cors once for each" if "," in text else "write https://studio.example"
        raise AddressError(_refused(text, remedy))
    scheme, host, port = found[1].lower(), found[2].lower(), int(found[3] or 0)
    usual = found[3] is None or _USUAL_PORTS.get(scheme) == port
    sent = f"{scheme}://{host}" + ("" if usual else f":{port}")
    if sent != text or port > _MOST_PORT:
        raise AddressError(_refused(text, f"write --cors {sent}"))
    return sent


def _refused(text: str, remedy: str) -> str:
    return (
        f"--cors {shown(text)!r}: no browser sends this as the origin of a page, which is scheme "
        f"and host in lower case, a port if it is not the usual one, and no path; {remedy}"
    )


class Origins:
    """The origins of web pages that may call; without any no page may."""

    def __init__(self, origins: Sequence[str], public: str | None = None) -> None:
        """Let these in; ``public`` is this server's own address where a proxy gives it one.

        Raises:
            AddressError: one of them is none.
        """
        self._origins = tuple(map(read_origin, origins))
        self._own = None if public is None else "/".join(public.split("/", 3)[:3])

    def around(self, app: ASGIApp) -> ASGIApp:
        """Wrap ``app``: its answers say who may read them."""
        if not self._origins:
            return app
        return CORSMiddleware(
            app,
            allow_origins=self._origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=_EXPOSED,
            # A page of the internet that calls a server of a private network asks for this, too.
            allow_private_network=True,
        )

    def lines(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """The header lines that let a page read an answer which ``around`` did not see.

        A head that was refused before its origin was read is taken for the first one's.
        """
        if not self._origins:
            return []
        sent = (header(scope, b"origin") or self._origins[0].encode()).decode("latin-1")
        lines = [(b"vary", b"Origin")]
        if ANY in self._origins or sent in self._origins:
            allowed = ANY if ANY in self._origins else sent
            lines.append((b"access-control-allow-origin", allowed.encode()))
            lines.append((b"access-control-expose-headers", ", ".join(_EXPOSED).encode()))
        return lines

    def guarding(self, app: ASGIApp) -> ASGIApp:
        """Wrap ``app``: what other pages send is refused, not only kept from being read."""

        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                self._admit(scope)
            await app(scope, receive, send)

        return guarded

    def _admit(self, scope: Scope) -> None:
        sent = (header(scope, b"origin") or b"").decode("latin-1")
        host = (header(scope, b"host") or b"").decode("latin-1")
        if not sent or ANY in self._origins or sent in (*self._origins, self._own):
            return
        # A proxy may speak TLS for this server, so that only it knows the scheme.
        if sent.partition("://")[2].lower() == host.lower() != "":
            return
        message = (
            f"A web page of '{shown(sent)}' may not call the control API; if it is yours, start "
            f"the server with --cors {shown(sent)}."
        )
        raise ApiError(FOREIGN_ORIGIN, message)
