"""Stands between a caller and an ASGI application and changes what passes; knows no defect."""

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


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, its body read."""

    scope: Scope
    method: str
    path: str
    query: Mapping[str, str]
    headers: Headers
    body: bytes

    @property
    def operation(self) -> str:
        """The id of the operation that the contract has here; empty where it has none."""
        found = _contract().match(self.method, self.path)
        return found.id if found else ""

    @property
    def job_id(self) -> str:
        """The job that the address names; empty where it names none."""
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
        """The fields of a JSON body; none when it is something else."""
        with suppress(ValueError, RecursionError):
            found = json.loads(self.body)
            return found if isinstance(found, dict) else {}
        return {}

    def with_headers(self, **changes: str | None) -> "Asked":
        """The same request with headers set, or left out where None; ``_`` stands for ``-``."""
        headers = MutableHeaders(raw=list(self.headers.raw))
        for name, value in changes.items():
            del headers[name.replace("_", "-")]
            if value is not None:
                headers[name.replace("_", "-")] = value
        return replace(self, headers=Headers(raw=headers.raw))

    def with_body(self, body: bytes) -> "Asked":
        """The same request with another body."""
        return replace(self, body=body).with_headers(content_length=str(len(body)))

    def with_json(self, fields: Mapping[str, Any]) -> "Asked":
        """The same request with other fields, as JSON."""
        return self.with_body(json.dumps(fields).encode()).with_headers(
            content_type="application/json"
        )


@dataclass(slots=True)
class Answer:
    """One answer, changed in place. ``endless`` keeps it from ever ending."""

    status: int
    headers: MutableHeaders = field(default_factory=MutableHeaders)
    body: bytes = b""
    endless: bool = False

    @property
    def ok(self) -> bool:
        """Whether it is a success."""
        return self.status < 300

    def json(self) -> Any:
        """The body as JSON; None when it is none."""
        with suppress(ValueError):
            return json.loads(self.body)
        return None

    def set_json(self, data: Any) -> None:
        """Replace the body."""
        self.body = json.dumps(data).encode()
        self.headers["content-type"] = "application/json"


Serve = Callable[[Asked], Awaitable[Answer]]
Mutation = Callable[[Asked, Serve], Awaitable[Answer]]


def json_answer(status: int, data: Any) -> Answer:
    """An answer of one's own; it names its exchange, as the contract wants every answer to."""
    answer = Answer(status, MutableHeaders({"x-request-id": "req_defect"}))
    answer.set_json(data)
    return answer


def error_answer(status: int, message: str, code: str = "defect") -> Answer:
    """An error in the contract's envelope."""
    kind = "server_error" if status >= 500 else "invalid_request_error"
    error = {"message": message, "type": kind, "param": None, "code": code}
    return json_answer(status, {"error": error})


def wrapped(app: ASGIApp, mutation: Mutation) -> ASGIApp:
    """The application with a twist: every request and answer passes through it."""

    async def serve(asked: Asked) -> Answer:
        return await _ask(app, asked)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        answer = await mutation(await _read(scope, receive), serve)
        await _write(answer, scope["method"], receive, send)

    return application


async def _read(scope: Scope, receive: Receive) -> Asked:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message["type"] == "http.request" and message.get("more_body", False)
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    return Asked(scope, scope["method"], scope["path"], query, Headers(scope=scope), body)


async def _ask(app: ASGIApp, asked: Asked) -> Answer:
    answer = Answer(500)
    waiting = [{"type": "http.request", "body": asked.body, "more_body": False}]

    async def receive() -> Message:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = MutableHeaders(raw=list(message.get("headers", ())))
        else:
            answer.body += message.get("body", b"")

    given = {pair: asked.scope[pair] for pair in ("path", "query_string")}
    changed = asked.path != given["path"] or dict(
        parse_qsl(given["query_string"].decode("latin-1"), keep_blank_values=True)
    ) != dict(asked.query)
    scope = {**asked.scope, "method": asked.method, "headers": list(asked.headers.raw)}
    if changed:
        query = urlencode(asked.query).encode()
        scope |= {"path": asked.path, "raw_path": asked.path.encode(), "query_string": query}
    await app(scope, receive, send)
    return answer


async def _write(answer: Answer, method: str, receive: Receive, send: Send) -> None:
    if answer.endless:
        del answer.headers["content-length"]
    elif method != "HEAD" and answer.status not in (204, 304):
        answer.headers["content-length"] = str(len(answer.body))
    start = {"type": "http.response.start", "status": answer.status}
    await send({**start, "headers": answer.headers.raw})
    if answer.endless:
        await _drip(receive, send)
    body = b"" if method == "HEAD" else answer.body
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def _drip(receive: Receive, send: Send) -> None:
    """Send white space, which JSON may begin with, until the caller has gone."""
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
