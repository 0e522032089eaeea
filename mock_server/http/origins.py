"""Which web pages may call this server (CORS)."""

import re
from collections.abc import Sequence
from typing import Final

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.http.errors import FOREIGN_ORIGIN, ApiError, shown
from mock_server.http.exchange import EXCHANGE, Exchange
from mock_server.http.hosts import AddressError
from mock_server.http.modes.notices import INFERRED_HEADER, STRICT_HEADER

ANY: Final = "*"
# The origin of a page from a file, or in a sandboxed frame.
_NOWHERE: Final = "null"
_ORIGIN: Final = re.compile(
    r"([A-Za-z][A-Za-z0-9+.-]*)://([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?(?=[/?#]|$)"
)
_USUAL_PORTS: Final = {"http": 80, "https": 443}
_MOST_PORT: Final = 65535
# The headers of responses that pages may read besides those they always may.
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
        AddressError: browsers do not send this.
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
        f"--cors {shown(text)!r}: not an origin; browsers send scheme and host in lower case, a "
        f"port unless it is the default one, and no path; {remedy}"
    )


class Origins:
    """The origins of web pages that may call this server."""

    def __init__(self, origins: Sequence[str], public: str | None = None) -> None:
        """Allow ``origins``, and the server's own ``public`` address behind a proxy.

        Raises:
            AddressError: one of ``origins`` is not an origin.
        """
        self._origins = tuple(map(read_origin, origins))
        self._own = None if public is None else "/".join(public.split("/", 3)[:3])

    def cors(self) -> tuple[Middleware, ...]:
        """The middleware that lets pages read responses; none if no page may call."""
        if not self._origins:
            return ()
        cors = Middleware(
            CORSMiddleware,
            allow_origins=self._origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=_EXPOSED,
            # Browsers ask for this when a page of the internet calls a private network.
            allow_private_network=True,
        )
        return (cors,)

    def lines(self, exchange: Exchange) -> list[tuple[bytes, bytes]]:
        """The header lines that let a page read a response that the middleware did not see.

        Without an ``Origin`` header, as in a head that was refused before it was complete, they
        are for the first origin.
        """
        if not self._origins:
            return []
        sent = (exchange.header(b"origin") or self._origins[0].encode()).decode("latin-1")
        lines = [(b"vary", b"Origin")]
        if ANY in self._origins or sent in self._origins:
            allowed = ANY if ANY in self._origins else sent
            lines.append((b"access-control-allow-origin", allowed.encode()))
            lines.append((b"access-control-expose-headers", ", ".join(_EXPOSED).encode()))
        return lines

    def check(self, exchange: Exchange) -> None:
        """Check that a page may call.

        Raises:
            ApiError: 403, the page is of another origin that is not allowed.
        """
        sent = (exchange.header(b"origin") or b"").decode("latin-1")
        host = (exchange.header(b"host") or b"").decode("latin-1")
        if not sent or ANY in self._origins or sent in (*self._origins, self._own):
            return
        # Behind a proxy that handles TLS this server does not know the scheme.
        if sent.partition("://")[2].lower() == host.lower() != "":
            return
        message = (
            f"A web page of '{shown(sent)}' may not call the control API; if it is yours, start "
            f"the server with --cors {shown(sent)}."
        )
        raise ApiError(FOREIGN_ORIGIN, message)


class OriginGuard:
    """Refuses the requests of pages that may not call, instead of hiding the responses only."""

    def __init__(self, app: ASGIApp, *, origins: Origins) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request and pass it on."""
        if scope["type"] == "http":
            self._origins.check(scope[EXCHANGE])
        await self._app(scope, receive, send)
