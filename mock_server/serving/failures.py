"""Renders every failure as the caller's dialect tells it; plugs into Connexion's error handlers."""

import logging
from collections.abc import Awaitable, Callable

from connexion.lifecycle import ConnexionRequest, ConnexionResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Scope, Send

from mock_server.errors import (
    INTERNAL,
    REQUEST_TIMEOUT,
    STORE_UNAVAILABLE,
    UNKNOWN_PATH,
    ApiError,
)
from mock_server.exchange import DELIBERATE
from mock_server.stores.protocol import StoreUnavailableError
from mock_server.telling import Told

ErrorHandler = Callable[[ConnexionRequest, Exception], Awaitable[ConnexionResponse]]
Tell = Callable[[ApiError, Scope], Told]
Render = Callable[[ApiError, Scope, Send], Awaitable[None]]

_log = logging.getLogger(__name__)


async def send_told(told: Told, send: Send) -> None:
    """Send an error without Connexion's help."""
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(told.body)).encode()),
        *((name.lower().encode(), value.encode()) for name, value in told.headers.items()),
    ]
    await send({"type": "http.response.start", "status": told.status, "headers": headers})
    await send({"type": "http.response.body", "body": told.body})


def rendering(tell: Tell) -> Render:
    """What sends an error before Connexion's handlers get to see it."""

    async def render(error: ApiError, scope: Scope, send: Send) -> None:
        await send_told(tell(error, scope), send)

    return render


def error_handlers(tell: Tell) -> tuple[tuple[type[Exception], ErrorHandler], ...]:
    """The handlers by the kind of exception, for Connexion."""

    def render(request: ConnexionRequest, error: ApiError) -> ConnexionResponse:
        told = tell(error, request.scope)
        return ConnexionResponse(
            status_code=told.status,
            mimetype="application/json",
            content_type="application/json",
            body=told.body,
            headers=told.headers,
        )

    async def on_api_error(request: ConnexionRequest, error: Exception) -> ConnexionResponse:
        """An error that the API foresees."""
        return render(request, error if isinstance(error, ApiError) else _internal())

    async def on_store(request: ConnexionRequest, error: Exception) -> ConnexionResponse:
        """A store that does its work no longer, or not yet again."""
        _log.warning("%s", error)
        # No gateway documents it: it is this server's own trouble.
        request.scope[DELIBERATE] = True
        return render(request, unavailable())

    async def on_http_exception(request: ConnexionRequest, error: Exception) -> ConnexionResponse:
        """An error of the framework, such as a missing file of the documentation page."""
        if not isinstance(error, HTTPException):
            return render(request, _internal())
        situation = UNKNOWN_PATH.told(error.status_code, UNKNOWN_PATH.code)
        headers = dict(error.headers or {})
        return render(request, ApiError(situation, str(error.detail), headers=headers))

    async def on_disconnect(request: ConnexionRequest, _error: Exception) -> ConnexionResponse:
        """Nobody is there to read an answer; one is made for the journal."""
        return render(request, ApiError(REQUEST_TIMEOUT, "The request was not complete."))

    async def on_defect(request: ConnexionRequest, error: Exception) -> ConnexionResponse:
        """A defect of this server: logged with its trace, told without it."""
        _log.error("%s failed", request.method, exc_info=error)
        return render(request, _internal())

    return (
        (ApiError, on_api_error),
        (StoreUnavailableError, on_store),
        (HTTPException, on_http_exception),
        (ClientDisconnect, on_disconnect),
        (Exception, on_defect),
    )


def unavailable() -> ApiError:
    """The answer while the store does not do its work."""
    return ApiError(STORE_UNAVAILABLE, "The server cannot reach its store; try again shortly.")


def _internal() -> ApiError:
    return ApiError(INTERNAL, "The server failed to answer this request.")
