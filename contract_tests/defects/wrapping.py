"""ASGI middleware that lets a mutation change requests and responses."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import openapi
from openapi.contract.contract import Contract
from openapi.contract.document import load_contract

_DRIP_S = 0.02
_HEAD = "HEAD"


@dataclass(frozen=True, slots=True)
class ServerRequest:
    """A request as the server receives it, with its body."""

    scope: Scope
    method: str
    path: str
    query: Mapping[str, str]
    headers: Headers
    body: bytes

    @property
    def operation(self) -> str:
        """The id of its operation; empty when the contract has none for it. HEAD is that of GET."""
        found = _contract().match(_read_as(self.method), self.path)
        return found.id if found else ""

    @property
    def job_id(self) -> str:
        """The job id in the path or the query; empty when there is none."""
        _, parameters = _contract().find(self.path)
        return parameters.get("video_id", "") or self.query.get("id", "")

    @property
    def key(self) -> str:
        """The Authorization header as it was sent."""
        return self.headers.get("authorization", "")

    @property
    def media_type(self) -> str:
        """The body's content type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def fields(self) -> dict[str, Any]:
        """The fields of a JSON body; empty when it is something else."""
        with suppress(ValueError, RecursionError):
            found = json.loads(self.body)
            return found if isinstance(found, dict) else {}
        return {}

    def with_headers(self, **changes: str | None) -> "ServerRequest":
        """The same request with headers set, or with None left out; ``_`` in a name is ``-``."""
        headers = MutableHeaders(raw=list(self.headers.raw))
        for name, value in changes.items():
            del headers[name.replace("_", "-")]
            if value is not None:
                headers[name.replace("_", "-")] = value
        return replace(self, headers=Headers(raw=headers.raw))

    def with_body(self, body: bytes) -> "ServerRequest":
        """The same request with another body."""
        return replace(self, body=body).with_headers(content_length=str(len(body)))

    def with_json(self, fields: Mapping[str, Any]) -> "ServerRequest":
        """The same request with other fields, as JSON."""
        return self.with_body(json.dumps(fields).encode()).with_headers(
            content_type="application/json"
        )


@dataclass(slots=True)
class ServerResponse:
    """A response of the server, changed in place; an ``endless`` one never ends.

    ``length`` is the Content-Length that it had before any change. The response to HEAD has the
    body that GET would get, which is not sent.
    """

    status: int
    headers: MutableHeaders = field(default_factory=MutableHeaders)
    body: bytes = b""
    endless: bool = False
    length: str | None = None

    @property
    def ok(self) -> bool:
        """Whether it is a success."""
        return self.status < 300

    def json(self) -> Any:
        """The body as JSON; None when it is not JSON."""
        with suppress(ValueError):
            return json.loads(self.body)
        return None

    def set_json(self, data: Any) -> None:
        """Replace the body."""
        self.body = json.dumps(data).encode()
        self.headers["content-type"] = "application/json"


Serve = Callable[[ServerRequest], Awaitable[ServerResponse]]
Mutation = Callable[[ServerRequest, Serve], Awaitable[ServerResponse]]


def json_response(status: int, data: Any) -> ServerResponse:
    """A JSON response, with the request id that the contract requires of every response."""
    response = ServerResponse(status, MutableHeaders({"x-request-id": "req_defect"}))
    response.set_json(data)
    return response


def error_response(status: int, message: str, code: str = "defect") -> ServerResponse:
    """An error in the contract's envelope."""
    kind = "server_error" if status >= 500 else "invalid_request_error"
    error = {"message": message, "type": kind, "param": None, "code": code}
    return json_response(status, {"error": error})


def wrapped(app: ASGIApp, mutation: Mutation) -> ASGIApp:
    """The application with a mutation around it."""

    async def serve(request: ServerRequest) -> ServerResponse:
        return await _call(app, request)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        response = await mutation(await _read(scope, receive), serve)
        await _write(response, scope["method"], receive, send)

    return application


def _read_as(method: str) -> str:
    return "GET" if method == _HEAD else method


async def _read(scope: Scope, receive: Receive) -> ServerRequest:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message["type"] == "http.request" and message.get("more_body", False)
    headers = Headers(scope=scope)
    return ServerRequest(scope, scope["method"], scope["path"], _query(scope), headers, body)


def _query(scope: Scope) -> dict[str, str]:
    return dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))


async def _call(app: ASGIApp, request: ServerRequest) -> ServerResponse:
    response = ServerResponse(500)
    pending = [{"type": "http.request", "body": request.body, "more_body": False}]

    async def receive() -> Message:
        return pending.pop() if pending else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            response.status = message["status"]
            response.headers = MutableHeaders(raw=list(message.get("headers", ())))
            response.length = response.headers.get("content-length")
        else:
            response.body += message.get("body", b"")

    changed = request.path != request.scope["path"] or request.query != _query(request.scope)
    headers, method = list(request.headers.raw), _read_as(request.method)
    scope = {**request.scope, "method": method, "headers": headers}
    if changed:
        query = urlencode(request.query).encode()
        scope |= {"path": request.path, "raw_path": request.path.encode(), "query_string": query}
    await app(scope, receive, send)
    return response


async def _write(response: ServerResponse, method: str, receive: Receive, send: Send) -> None:
    if response.endless:
        del response.headers["content-length"]
    elif response.status not in (204, 304) and (
        method != _HEAD or response.headers.get("content-length") == response.length
    ):
        response.headers["content-length"] = str(len(response.body))
    start = {"type": "http.response.start", "status": response.status}
    await send({**start, "headers": response.headers.raw})
    if response.endless:
        await _drip(receive, send)
    body = b"" if method == _HEAD else response.body
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def _drip(receive: Receive, send: Send) -> None:
    """Send white space, which JSON may start with, until the client disconnects."""
    gone = asyncio.ensure_future(receive())
    try:
        while not (gone.done() and gone.result()["type"] == "http.disconnect"):
            await send({"type": "http.response.body", "body": b" ", "more_body": True})
            await asyncio.wait({gone}, timeout=_DRIP_S)
    finally:
        gone.cancel()


@cache
def _contract() -> Contract:
    return Contract(load_contract(openapi.CONTRACT))
