"""Who may use the page: the one who started the server, and those who have the admin token.

The address that is printed at the start has a token that works once; a cookie follows. Another
site's page can do nothing: the cookie is not sent with its requests, and its origin is refused.
"""

import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request

_MARK = "opened"
# Sent with every response of the page.
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "object-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With `no-referrer` browsers send the origin `null` with a form.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class SignIn:
    """Accepts the admin token, and ``once``, the token of the printed address, a single time.

    ``shared`` is a folder that all workers of the server have, where its use is noted.
    """

    admin_token: str
    once: str | None = None
    shared: Path | None = None
    _spent: list[bool] = field(default_factory=list)

    def accepts(self, token: str) -> bool:
        """Whether a token signs in."""
        if _same(token, self.admin_token):
            return True
        return self.once is not None and _same(token, self.once) and self._spend()

    def cookie(self, request: Request) -> dict[str, Any]:
        """The arguments of ``Response.set_cookie`` for a browser that signed in."""
        return {
            "key": _cookie_name(request),
            "value": self._session,
            "httponly": True,
            "samesite": "strict",
            "secure": request.url.scheme == "https",
            "path": "/",
        }

    def knows(self, request: Request) -> bool:
        """Whether a request comes from a browser that has signed in."""
        return _same(_cookies(request).get(_cookie_name(request), ""), self._session)

    @property
    def _session(self) -> str:
        """The same in every worker, and worth nothing without this server's admin token."""
        key = self.admin_token.encode()
        return hmac.new(key, b"workbench session", sha256).hexdigest()

    def _spend(self) -> bool:
        if self.shared is not None:
            try:
                os.close(os.open(self.shared / _MARK, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                return False
            return True
        if self._spent:
            return False
        self._spent.append(True)
        return True


def is_own(request: Request, public: str | None) -> bool:
    """Whether no page of another origin made a request.

    A request that changes something must say where it comes from, as browsers do.
    """
    origin, fetched = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    if origin is not None:
        # Behind a proxy that handles TLS the server does not know the scheme.
        scheme, _, host = origin.partition("://")
        own = {request.headers.get("host", "").lower(), urlsplit(public or "").netloc} - {""}
        return scheme in ("http", "https") and host.lower() in own
    if request.method != "GET":
        return fetched == "same-origin"
    # A person may follow a link to the page from anywhere, but only to the page.
    navigates = request.headers.get("sec-fetch-mode") == "navigate" and request.url.path == "/"
    return navigates or fetched in (None, "same-origin", "none")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _cookie_name(request: Request) -> str:
    """Browsers send cookies to all ports of a host, so each server has a name of its own."""
    return f"workbench-{request.url.port or ''}"


def _cookies(request: Request) -> Mapping[str, str]:
    try:
        found = SimpleCookie(request.headers.get("cookie", ""))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in found.items()}
