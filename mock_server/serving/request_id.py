"""Gives every exchange an id, outermost so that failures carry one too."""

import secrets

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# In the scope: the id of the exchange.
REQUEST_ID = "video_gateway.request_id"


class RequestId:
    """Adds ``x-request-id`` to every answer; openai-python shows it as ``request_id``."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and mark its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = f"req_{secrets.token_hex(12)}"
        scope[REQUEST_ID] = request_id
        mark = (b"x-request-id", request_id.encode())

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], mark]
            await send(message)

        await self._app(scope, receive, send_marked)
