"""Routing and dispatch to handlers, as parts of Connexion's stack.

They replace Connexion's stock middleware, which nests four routers, answers a wrong method with an
Allow header that lists only the first one, and knows no dialects that lack operations.
"""

import re
from collections.abc import Mapping
from typing import Any

from connexion.middleware.abstract import RoutedAPI, RoutedMiddleware, SpecMiddleware
from connexion.operations import AbstractOperation
from connexion.spec import Specification
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.domain.tenant import RequestsMode
from mock_server.http.dialect_contracts import DialectContracts
from mock_server.http.errors import not_allowed, unknown_path
from mock_server.http.exchange import EXCHANGE, UNANSWERED, Exchange, Handler, JsonReply
from mock_server.http.modes.examples import Fill, answer_or_example
from openapi.contract.contract import Operation

# OpenAI's SDKs are tested against an address without it.
_PREFIX = "/v1"
# No dialect has ids like this: in a path of a POST it is an unknown action, like "generations".
_ACTION = re.compile(r"[a-z]+(?:[-_][a-z]+)*")


class Routing(SpecMiddleware):
    """Finds the operation of a request in the contract of the caller's dialect."""

    def __init__(self, app: ASGIApp, *, contracts: DialectContracts) -> None:
        self._app = app
        self._contracts = contracts
        self._base_path = ""

    def add_api(self, specification: Specification, base_path: str | None = None, **_: Any) -> None:
        """Take the base path of the contract; Connexion calls this at start-up."""
        self._base_path = base_path or specification.base_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route one request.

        Raises:
            ApiError: the dialect does not have the path, or the path not the method.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange: Exchange = scope[EXCHANGE]
        compiled = self._contracts.compiled.get(exchange.dialect)
        if compiled is None:
            compiled = await self._contracts.compile(exchange.dialect)
        paths = compiled.contract.paths
        found, parameters = paths.find(exchange.path.removeprefix(self._base_path))
        if not found and exchange.state and exchange.state.requests_mode is RequestsMode.EXAMPLE:
            found, parameters = paths.find(_PREFIX + exchange.path)
        operation = found.get(exchange.method)
        if operation is None and exchange.method == "HEAD":
            operation = found.get("GET")
        if operation is None:
            await _other_method(exchange, found, parameters)(scope, receive, send)
            return
        exchange.operation, exchange.path_params = operation, parameters
        await self._app(scope, receive, send)


def _other_method(
    exchange: Exchange, operations: Mapping[str, Operation], parameters: Mapping[str, str]
) -> ASGIApp:
    """The response to OPTIONS; raises ApiError for other methods and for unknown paths."""
    path, method = exchange.path, exchange.method
    is_action = method == "POST" and any(map(_ACTION.fullmatch, parameters.values()))
    if not operations or is_action:
        raise unknown_path(path)
    methods = {*operations, "OPTIONS"} | ({"HEAD"} if "GET" in operations else set())
    allow = ", ".join(sorted(methods))
    if method != "OPTIONS":
        raise not_allowed(method, allow)
    answer = JsonReply({}, status=204, headers={"Allow": allow})
    answer.body, answer.headers = b"", answer.headers[2:]
    return answer


class HandlerAPI(RoutedAPI[Handler]):
    """The handlers of one specification by operation id, as Connexion's resolver finds them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> Handler:
        """The handler of an operation."""
        handler: Handler = operation.function
        return handler


class HandlerApp(RoutedMiddleware[HandlerAPI]):
    """The application inside of all middleware: calls the handler and sends its response."""

    api_cls = HandlerAPI

    def __init__(self, *, contracts: DialectContracts, fill: Fill) -> None:
        """``contracts`` have the examples for tenants that want them, ``fill`` their objects."""
        super().__init__(_lifespan)
        self._contracts = contracts
        self._fill = fill
        self._handlers: dict[str | None, Handler] = {}

    def add_api(self, specification: Specification, **settings: Any) -> HandlerAPI:
        """Take the handlers of the specification; Connexion calls this at start-up."""
        api = super().add_api(specification, **settings)
        self._handlers.update(api.operations)
        return api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        exchange: Exchange | None = scope.get(EXCHANGE)
        if exchange is None or exchange.request is None or exchange.operation is None:
            await self.app(scope, receive, send)
            return
        request, operation_id = exchange.request, exchange.operation.id
        handler = self._handlers[operation_id]
        if request.requests_mode is RequestsMode.EXAMPLE:
            examples = self._contracts.of(request.dialect).examples
            reply = await answer_or_example(
                handler, request, operation_id, examples, fill=self._fill
            )
        else:
            reply = await handler(request)
        if UNANSWERED in request.noted:
            exchange.deliberate = True
            await exchange.drop()
            return
        await reply(scope, receive, send)


async def _lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    """Complete the server's start and end, which the middleware of the lifespan has not done."""
    while scope["type"] == "lifespan":
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
