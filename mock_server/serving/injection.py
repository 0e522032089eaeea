"""Lets the tenant's faults strike between a checked request and its handler."""

from collections.abc import Callable

import orjson
from connexion.middleware.abstract import ROUTING_CONTEXT
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.errors import INJECTED, ApiError
from mock_server.exchange import DELIBERATE, FAULT, Inbound
from mock_server.faults.fault import Exchange
from mock_server.serving.validation import INBOUND
from mock_server.worlds import Worlds

TRANSPORT = "transport"


class DroppedError(ConnectionError):
    """The connection was to be dropped, and there is none to drop: the server runs in process."""


def fault_injection(worlds: Worlds) -> Callable[[ASGIApp], ASGIApp]:
    """The middleware class for the worlds of one server."""

    class FaultInjection:
        """Strikes or passes on."""

        def __init__(self, app: ASGIApp) -> None:
            self._app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            """Answer one request, unless a fault is to."""
            request: Inbound | None = scope.get(INBOUND)
            if request is None:
                await self._app(scope, receive, send)
                return
            world = worlds.of(request.tenant)
            operation = scope["extensions"][ROUTING_CONTEXT]["operation_id"]
            fault = world.faults.pick(operation, request.body.fields, request.now, world.chance)
            if fault is None:
                await self._app(scope, receive, send)
                return
            scope[DELIBERATE] = True
            scope[FAULT] = fault.kind

            async def proceed(into: Send) -> None:
                await self._app(scope, receive, into)

            await fault(
                Exchange(
                    scope=scope,
                    receive=receive,
                    send=send,
                    proceed=proceed,
                    now=request.now,
                    chance=world.chance,
                    error=_envelope,
                    drop=_dropper(scope),
                )
            )

    return FaultInjection


def _envelope(status: int, code: str, message: str) -> bytes:
    return orjson.dumps(ApiError(INJECTED.told(status, code), message).envelope())


def _dropper(scope: Scope) -> Callable[[], None]:
    transport = scope.get("state", {}).get(TRANSPORT)

    def drop() -> None:
        if transport is None:
            raise DroppedError
        transport.abort()

    return drop
