"""Mounts the workbench beside the control API; it is imported and built by its first request."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.http.exchange import EXCHANGE, Exchange
from mock_server.workbench.access import SignIn

PREFIX = "/_mock/workbench"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """Who may open the page, and its address behind a proxy.

    ``stopping`` says whether the server is ending, ``loads`` how often it has loaded changed files.
    """

    sign_in: SignIn
    public_url: str | None = None
    stopping: Callable[[], bool] = lambda: False
    loads: Callable[[], int] = lambda: 0


class WorkbenchMount:
    """Serves the page at ``/`` to browsers, and what it needs below ``/_mock/workbench``.

    All other requests are passed on; the page's own calls of the control API go the same way.
    """

    def __init__(self, app: ASGIApp, *, workbench: Workbench) -> None:
        self._app = app
        self._workbench = workbench
        self._built: asyncio.Future[ASGIApp] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or pass it on."""
        if not _is_for_page(scope):
            await self._app(scope, receive, send)
            return
        if self._built is None:
            # In a thread: building takes long enough to delay other requests.
            self._built = asyncio.ensure_future(asyncio.to_thread(self._build))
        page = await asyncio.shield(self._built)
        await page(scope, receive, send)

    def _build(self) -> ASGIApp:
        from mock_server.workbench.application import workbench_application

        return workbench_application(self._app, self._workbench)


def _is_for_page(scope: Scope) -> bool:
    path: str = scope["path"]
    if path != "/":
        return path.startswith(f"{PREFIX}/")
    exchange: Exchange = scope[EXCHANGE]
    return scope["method"] == "GET" and b"text/html" in (exchange.header(b"accept") or b"").lower()
