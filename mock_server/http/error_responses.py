"""Renders errors in a dialect, for an ASGI server or as the bytes of an HTTP/1.1 response."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from mock_server.http.errors import ApiError
from mock_server.http.exchange import Exchange

HeaderLines = Sequence[tuple[bytes, bytes]]

# Characters of the path that an error may repeat.
_LONGEST_PATH = 200


@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """A rendered error; an ASGI application that sends it."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response."""
        headers = [*self._entity_headers(), *self._own_headers()]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})

    def raw(self, before: HeaderLines, after: HeaderLines, *, with_body: bool) -> bytes:
        """The bytes of an HTTP/1.1 response that closes its connection.

        ``before`` and ``after`` are header lines in front of and behind the error's own.
        """
        close = (b"connection", b"close")
        headers = [*before, *self._entity_headers(), close, *self._own_headers(), *after]
        start = f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}\r\n".encode()
        lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
        return start + lines + b"\r\n" + (self.body if with_body else b"")

    def _entity_headers(self) -> HeaderLines:
        length = str(len(self.body)).encode()
        return ((b"content-type", b"application/json"), (b"content-length", length))

    def _own_headers(self) -> HeaderLines:
        return [(name.lower().encode(), value.encode()) for name, value in self.headers.items()]


def render_error(error: ApiError, exchange: Exchange) -> ErrorResponse:
    """The response to an exchange that ends with an error, which keeps its code and message."""
    error_kind, dialect = error.error_kind, exchange.dialect
    exchange.error_code, exchange.error_message = error_kind.code, error.message
    rule = dialect.rule(error_kind, exchange.operation_id, error.param)
    status = error.status if error.keeps_status else rule.status or error_kind.status
    facts: dict[str, Any] = {
        **error.facts,
        "message": error.message,
        "message_zh": error_kind.message_zh,
        "type": error_kind.type,
        "param": error.param,
        "code": error_kind.code,
        "status": status,
        "request_id": exchange.request_id,
        "method": exchange.method,
        "path": exchange.path[:_LONGEST_PATH],
        "operation": exchange.operation_id,
    }
    if "stage" in facts:
        facts["stage"] = dialect.stages[facts["stage"]]
    for name, template in rule.words.items():
        if template and "upstream" in template.places:
            facts["upstream"] = _openai_envelope(error)
        filled = template.filled(facts) if template else None
        if filled is not None or template is None:
            facts[name] = filled
    body = orjson.dumps(rule.envelope.fill(facts))
    return ErrorResponse(status, _headers(error.headers, rule.headers), body)


def _openai_envelope(error: ApiError) -> str:
    """The error as OpenAI's API sends it, as a text: a gateway may pass that on."""
    kind = error.error_kind
    content = {"message": error.message, "type": kind.type, "param": error.param, "code": kind.code}
    return orjson.dumps({"error": content}).decode()


def _headers(own: Mapping[str, str], changed: Mapping[str, str | None]) -> dict[str, str]:
    if not changed:
        return dict(own)
    names = {name.lower() for name in changed}
    kept = {name: value for name, value in own.items() if name.lower() not in names}
    return kept | {name: value for name, value in changed.items() if value is not None}
