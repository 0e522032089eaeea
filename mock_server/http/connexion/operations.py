"""The end of Connexion's stack: calls the handler of the routed operation and sends its answer."""

from typing import Any

from connexion.middleware.abstract import RoutedAPI
from connexion.operations import AbstractOperation
from starlette.types import Receive, Scope, Send

from mock_server.http.connexion.directly import DirectlyRouted
from mock_server.http.exchange import INBOUND, Handler


class HandlerOperation:
    """One operation: a plain coroutine function from a checked request to an answer."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        reply = await self._handler(scope[INBOUND])
        await reply(scope, receive, send)


class HandlerAPI(RoutedAPI[HandlerOperation]):
    """The handlers of one specification by operation id, as Connexion's resolver finds them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> HandlerOperation:
        """Wrap the resolved handler."""
        return HandlerOperation(operation.function)


class HandlerApp(DirectlyRouted[HandlerAPI]):
    """The application that Connexion's middleware wraps."""

    api_cls = HandlerAPI

    def __init__(self) -> None:
        """Stand at the end: nothing comes after."""
        super().__init__(_end)


async def _end(scope: Scope, receive: Receive, send: Send) -> None:
    """Complete the server's lifespan; no request gets here, since routing refuses unknown ones."""
    while scope["type"] == "lifespan":
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
