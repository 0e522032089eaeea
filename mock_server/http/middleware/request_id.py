"""Gives every exchange an id, outermost so that failures carry one too."""

from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_server.http.exchange import ANSWERED, TOKEN, new_token
from openapi.dialects.dialect import Dialect


def request_ids(response_dialect: Callable[[Scope], Dialect]) -> Callable[[ASGIApp], ASGIApp]:
    """The middleware class; ``spoken`` finds the dialect of an exchange."""

    class RequestId:
        """Adds the dialect's headers to every answer; openai-python shows ``x-request-id``."""

        def __init__(self, app: ASGIApp) -> None:
            """Wrap ``app``."""
            self._app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            """Pass the request on and mark its answer."""
            if scope["type"] != "http":
                await self._app(scope, receive, send)
                return
            token = scope[TOKEN] = new_token()

            async def send_marked(message: Message) -> None:
                if message["type"] == "http.response.start":
                    scope[ANSWERED] = True
                    marks = response_dialect(scope).headers.marks(token)
                    message["headers"] = [*message["headers"], *marks]
                await send(message)

            await self._app(scope, receive, send_marked)

    return RequestId
