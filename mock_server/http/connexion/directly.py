"""Connexion's routed middleware, without looking for the specification that has the operation."""

from typing import Any, Generic, TypeVar

from connexion.middleware.abstract import RoutedAPI, RoutedMiddleware
from connexion.spec import Specification
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.http.exchange import OPERATION

API = TypeVar("API", bound=RoutedAPI[Any])


class DirectlyRouted(RoutedMiddleware[API], Generic[API]):
    """Calls the operation that was routed to; an application has one specification."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before ``app``."""
        super().__init__(app)
        self._operations: dict[str | None, Any] = {}

    def add_api(self, specification: Specification, **settings: Any) -> API:
        """Take the operations of the specification; Connexion calls this at start-up."""
        api = super().add_api(specification, **settings)
        self._operations.update(api.operations)
        return api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the operation of one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        operation = self._operations[scope[OPERATION]]
        await operation(scope, receive, send)
