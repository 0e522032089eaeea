"""Health, readiness and metrics, for load balancers and monitoring.

They are served beside the API, need no API key, and are not in journals or counters.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import orjson
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.http.dialect_contracts import ResponseDialect
from mock_server.http.errors import NOT_ADMIN, ApiError
from mock_server.http.exchange import TOKEN, new_token
from mock_server.http.headers import header
from mock_server.http.security import read_key
from mock_server.observability.metrics import Metrics
from mock_server.stores.protocol import Store

HEALTH, READY, METRICS = "/_mock/health", "/_mock/ready", "/_mock/metrics"
_STORE_PATIENCE_S = 2
_JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """Serves the probes; without ``admin_token`` anybody may read the metrics."""

    store: Store
    metrics: Metrics
    response_dialect: ResponseDialect
    admin_token: str | None

    def around(self, app: ASGIApp) -> ASGIApp:
        """Wrap ``app``, which serves all other paths."""
        answers: dict[str, Callable[[Scope], Awaitable[Response]]] = {
            HEALTH: self._health,
            READY: self._ready,
            METRICS: self._metrics,
        }

        async def probed(scope: Scope, receive: Receive, send: Send) -> None:
            answer = answers.get(scope.get("path", ""))
            if answer is None or scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
                await app(scope, receive, send)
                return
            scope[TOKEN] = token = new_token()
            response = await answer(scope)
            response.raw_headers.extend(self.response_dialect(scope).headers.marks(token))
            response.headers["cache-control"] = "no-store"
            await response(scope, receive, send)

        return probed

    async def _health(self, _scope: Scope) -> Response:
        return _status("ok")

    async def _ready(self, _scope: Scope) -> Response:
        asked = asyncio.ensure_future(self.store.check())
        done, _ = await asyncio.wait((asked,), timeout=_STORE_PATIENCE_S)
        if not done:
            asked.cancel()
            return _status("the store does not answer", 503)
        # With any failure of the store the server is not ready.
        return _status("the store fails", 503) if asked.exception() else _status("ready")

    async def _metrics(self, scope: Scope) -> Response:
        try:
            self._admit(scope)
        except ApiError as error:
            rendered = self.response_dialect.tell(error, scope)
            return Response(rendered.body, rendered.status, rendered.headers, _JSON)
        media_type, body = self.metrics.text()
        return Response(body, headers={"content-type": media_type})

    def _admit(self, scope: Scope) -> None:
        if self.admin_token is None:
            return
        offered = read_key((header(scope, b"authorization") or b"").decode("latin-1"))
        if not hmac.compare_digest(offered.encode(), self.admin_token.encode()):
            message = "Metrics need the admin token on a server that other machines can reach."
            raise ApiError(NOT_ADMIN, message)


def _status(status: str, code: int = 200) -> Response:
    return Response(orjson.dumps({"status": status}), code, media_type=_JSON)
