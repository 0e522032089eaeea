"""Renders every failure as the caller's dialect tells it."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.http.error_responses import ErrorResponse
from mock_server.http.errors import (
    INTERNAL,
    REQUEST_TIMEOUT,
    STORE_UNAVAILABLE,
    STORED_STATE_UNUSABLE,
    UNKNOWN_PATH,
    ApiError,
)
from mock_server.http.exchange import ANSWERED, DELIBERATE
from mock_server.stores.protocol import SERVER, StoredStateError, StoreUnavailableError

Tell = Callable[[ApiError, Scope], ErrorResponse]
Render = Callable[[ApiError, Scope, Send], Awaitable[None]]

_log = logging.getLogger(__name__)


async def send_told(told: ErrorResponse, send: Send) -> None:
    """Send an error."""
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(told.body)).encode()),
        *((name.lower().encode(), value.encode()) for name, value in told.headers.items()),
    ]
    await send({"type": "http.response.start", "status": told.status, "headers": headers})
    await send({"type": "http.response.body", "body": told.body})


def rendering(tell: Tell) -> Render:
    """What sends an error that nobody else is to see."""

    async def render(error: ApiError, scope: Scope, send: Send) -> None:
        await send_told(tell(error, scope), send)

    return render


def failures(tell: Tell) -> type[Any]:
    """The middleware class that renders what is raised further in."""

    class Failures:
        """Answers for what could not."""

        def __init__(self, app: ASGIApp) -> None:
            self._app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            """Pass one request on, and answer if it is not answered."""
            try:
                await self._app(scope, receive, send)
            except Exception as error:
                if scope["type"] != "http" or ANSWERED in scope:
                    raise
                await send_told(tell(_as_api_error(error, scope), scope), send)

    return Failures


def _as_api_error(error: Exception, scope: Scope) -> ApiError:
    match error:
        case ApiError():
            return error
        case StoreUnavailableError() | StoredStateError():
            # No gateway documents it: it is this server's own trouble.
            scope[DELIBERATE] = True
            return store_trouble(error)
        case HTTPException():
            # Of the framework, such as a missing file of the documentation page.
            error_kind = UNKNOWN_PATH.replace(error.status_code, UNKNOWN_PATH.code)
            return ApiError(error_kind, str(error.detail), headers=dict(error.headers or {}))
        case ClientDisconnect():
            # Nobody is there to read the answer; it is made for the journal.
            return ApiError(REQUEST_TIMEOUT, "The request was not complete.")
        case _:
            # A defect of this server: logged with its trace, told without it.
            _log.error("%s failed", scope["method"], exc_info=error)
            return ApiError(INTERNAL, "The server failed to answer this request.")


def store_trouble(error: StoreUnavailableError | StoredStateError) -> ApiError:
    """The answer while the store does not do its work, or has what cannot be used."""
    _log.warning("%s", error)
    if isinstance(error, StoreUnavailableError):
        return ApiError(STORE_UNAVAILABLE, "The server cannot reach its store; try again shortly.")
    remedy = f'POST /_mock/reset with {{"scopes": ["{error.scope}"]}} to begin anew without it.'
    if error.scope == SERVER:
        remedy = 'POST /_mock/server/reset with the admin token and {"scopes": ["all"]}.'
    message = f"What the server has kept for this key cannot be used: {error}. {remedy}"
    return ApiError(STORED_STATE_UNUSABLE, message)
