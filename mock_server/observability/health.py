"""Health, readiness and metrics, for load balancers and monitoring.

They are served beside the API, need no API key, and are not in journals or counters.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable

import orjson
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.http.error_responses import render_error
from mock_server.http.errors import NOT_ADMIN, ApiError
from mock_server.http.exchange import EXCHANGE, Exchange
from mock_server.http.modes.notices import with_headers
from mock_server.http.security import read_key
from mock_server.observability.metrics import Metrics
from mock_server.stores.protocol import Store

HEALTH, READY, METRICS = "/_mock/health", "/_mock/ready", "/_mock/metrics"
_STORE_PATIENCE_S = 2
_JSON = "application/json"


class Probes:
    """Serves health, readiness and metrics; without ``admin_token`` anybody may read metrics."""

    def __init__(
        self, app: ASGIApp, *, store: Store, metrics: Metrics, admin_token: str | None
    ) -> None:
        self._app = app
        self._store = store
        self._metrics = metrics
        self._admin_token = admin_token
        self._responses: dict[str, Callable[[Exchange], Awaitable[ASGIApp]]] = {
            HEALTH: self._report_health,
            READY: self._report_readiness,
            METRICS: self._report_metrics,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a probe, or pass the request on."""
        report = self._responses.get(scope["path"])
        if report is None or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        response = await report(scope[EXCHANGE])
        await response(scope, receive, with_headers(send, {"cache-control": "no-store"}))

    async def _report_health(self, _exchange: Exchange) -> ASGIApp:
        return _status("ok")

    async def _report_readiness(self, _exchange: Exchange) -> ASGIApp:
        check = asyncio.ensure_future(self._store.check())
        done, _ = await asyncio.wait((check,), timeout=_STORE_PATIENCE_S)
        if not done:
            check.cancel()
            return _status("the store does not answer", 503)
        # Any failure of the store means that the server is not ready.
        return _status("the store fails", 503) if check.exception() else _status("ready")

    async def _report_metrics(self, exchange: Exchange) -> ASGIApp:
        try:
            self._require_token(exchange)
        except ApiError as error:
            return render_error(error, exchange)
        media_type, body = self._metrics.text()
        return Response(body, headers={"content-type": media_type})

    def _require_token(self, exchange: Exchange) -> None:
        if self._admin_token is None:
            return
        offered = read_key((exchange.header(b"authorization") or b"").decode("latin-1"))
        if not hmac.compare_digest(offered.encode(), self._admin_token.encode()):
            message = "Metrics need the admin token on a server that other machines can reach."
            raise ApiError(NOT_ADMIN, message)


def _status(status: str, code: int = 200) -> Response:
    return Response(orjson.dumps({"status": status}), code, media_type=_JSON)
