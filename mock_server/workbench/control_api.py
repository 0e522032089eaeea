"""Calls of the control API in the same process, with the admin token."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from starlette.types import ASGIApp, Message, Scope

_OK = 200
Json = dict[str, Any]


class ControlRefusalError(Exception):
    """The control API refused a call; the message is its reason."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class ControlApi:
    """The control API as seen by the request ``scope``, which decides the address in links.

    With a ``tenant``, calls act on that tenant.
    """

    app: ASGIApp
    token: str
    scope: Scope
    tenant: str | None = None

    async def get(self, path: str, /, **query: object) -> Json:
        """Read something; ``query`` values of None are left out."""
        return await self.call("GET", path, query=query)

    async def call(
        self, method: str, path: str, *, query: Mapping[str, object] | None = None, body: Any = None
    ) -> Json:
        """Call ``/_mock/{path}`` and return the JSON object of the response.

        Raises:
            ControlRefusalError: the control API refuses the call.
        """
        # Requests of others take their turn between two calls.
        await asyncio.sleep(0)
        wanted = {**(query or {}), "tenant": self.tenant}
        text = urlencode({name: value for name, value in wanted.items() if value is not None})
        status, answer = await self._send(self._scope(method, path, text, body), body)
        if status != _OK:
            message = answer.get("error", {}).get("message", f"The control API answered {status}.")
            raise ControlRefusalError(status, message)
        return answer

    def _scope(self, method: str, path: str, query: str, body: Any) -> Scope:
        host = [pair for pair in self.scope["headers"] if pair[0] == b"host"]
        headers = [*host, (b"authorization", f"Bearer {self.token}".encode())]
        if body is not None:
            headers.append((b"content-type", b"application/json"))
        full = f"/_mock/{path}"
        return {
            "type": "http",
            "asgi": self.scope["asgi"],
            "http_version": "1.1",
            "method": method,
            "scheme": self.scope["scheme"],
            "path": full,
            "raw_path": full.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": headers,
            "client": self.scope.get("client"),
            "server": self.scope.get("server"),
            "state": {},
        }

    async def _send(self, scope: Scope, body: Any) -> tuple[int, Json]:
        received = b"" if body is None else orjson.dumps(body)
        messages: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": received, "more_body": False}

        async def send(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, send)
        sent = b"".join(message.get("body", b"") for message in messages[1:])
        answer: Json = orjson.loads(sent)
        return messages[0]["status"], answer


def part(text: str) -> str:
    """A text as one part of a path."""
    return quote(text, safe="")
