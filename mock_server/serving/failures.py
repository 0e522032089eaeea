"""Renders every failure in the API's own envelope; plugs into Connexion's error handlers."""

import logging
from collections.abc import Awaitable, Callable

import orjson
from connexion.lifecycle import ConnexionRequest, ConnexionResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from mock_server.errors import INTERNAL, UNKNOWN_PATH, ApiError, Situation

ErrorHandler = Callable[[ConnexionRequest, Exception], Awaitable[ConnexionResponse]]

_log = logging.getLogger(__name__)


def render(error: ApiError) -> ConnexionResponse:
    """An error as Connexion sends it."""
    return ConnexionResponse(
        status_code=error.status,
        mimetype="application/json",
        content_type="application/json",
        body=orjson.dumps(error.envelope()),
        headers=error.headers,
    )


async def on_api_error(_request: ConnexionRequest, error: Exception) -> ConnexionResponse:
    """An error that the API foresees."""
    return render(error if isinstance(error, ApiError) else _internal())


async def on_http_exception(_request: ConnexionRequest, error: Exception) -> ConnexionResponse:
    """An error of the framework, such as a missing file of the documentation page."""
    if not isinstance(error, HTTPException):
        return render(_internal())
    situation = Situation(error.status_code, UNKNOWN_PATH.code, UNKNOWN_PATH.message_zh)
    return render(ApiError(situation, str(error.detail), headers=dict(error.headers or {})))


async def on_disconnect(_request: ConnexionRequest, _error: Exception) -> ConnexionResponse:
    """Nobody is there to read an answer; one is made so that nothing else is logged."""
    return render(_internal())


async def on_defect(request: ConnexionRequest, error: Exception) -> ConnexionResponse:
    """A defect of this server: logged with its trace, told without it."""
    _log.error("%s failed", request.method, exc_info=error)
    return render(_internal())


def _internal() -> ApiError:
    return ApiError(INTERNAL, "The server failed to answer this request.")


ERROR_HANDLERS: tuple[tuple[type[Exception], ErrorHandler], ...] = (
    (ApiError, on_api_error),
    (HTTPException, on_http_exception),
    (ClientDisconnect, on_disconnect),
    (Exception, on_defect),
)
