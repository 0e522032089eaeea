"""Servers with one defect each."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Breaking:
    """Responds with 200 instead of 401."""

    def __init__(self, application: ASGIApp) -> None:
        """Wrap an application."""
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def mutation(message: Message) -> None:
            if message.get("status") == 401:
                message = {**message, "status": 200}
            await send(message)

        await self._application(scope, receive, mutation)


class Echoing:
    """Repeats the Authorization header in a header of every response and in every error."""

    def __init__(self, application: ASGIApp) -> None:
        """Wrap an application."""
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        sent = dict(scope.get("headers", ())).get(b"authorization", b"")
        failed = False

        async def mutation(message: Message) -> None:
            nonlocal failed
            if message["type"] == "http.response.start":
                failed = message["status"] >= 400
                kept = [h for h in message["headers"] if h[0].lower() != b"content-length"]
                message = {**message, "headers": [*kept, (b"x-caller", sent)]}
            elif message["type"] == "http.response.body" and failed:
                body = b'{"error": "no entry for ' + sent + b'"}'
                message = {"type": "http.response.body", "body": body}
            await send(message)

        await self._application(scope, receive, mutation)
