"""Holds every answer to the contract as its dialect speaks it; for ``--validate-responses``."""

from collections.abc import Iterator
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_server.http.dialect_contracts import DialectContracts, ResponseDialect
from mock_server.http.errors import INVALID_RESPONSE, ApiError
from mock_server.http.exchange import ANSWERED, DELIBERATE, OPERATION
from mock_server.http.middleware.failures import send_told
from openapi.dialects.dialect import Dialect


def response_check(
    dialect_contracts: DialectContracts, response_dialect: ResponseDialect
) -> type[Any]:
    """The middleware class that checks answers against the contract of the caller's dialect."""

    class ResponseCheck:
        """Holds an answer back until it is whole and known to conform; else answers 500."""

        def __init__(self, app: ASGIApp) -> None:
            self._app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            """Check one answer."""
            if scope["type"] != "http":
                await self._app(scope, receive, send)
                return
            messages: list[Message] = []

            async def keep(message: Message) -> None:
                scope[ANSWERED] = True
                messages.append(message)

            await self._app(scope, receive, keep)
            problems = []
            if not scope.get(DELIBERATE, False):
                dialect = response_dialect(scope)
                problems = list(_problems(dialect_contracts, dialect, scope, messages))
            if problems:
                error = ApiError(INVALID_RESPONSE, "; ".join(problems))
                await send_told(response_dialect.tell(error, scope), send)
                return
            for message in messages:
                await send(message)

    return ResponseCheck


def _problems(
    dialect_contracts: DialectContracts, dialect: Dialect, scope: Scope, messages: list[Message]
) -> Iterator[str]:
    operation: str | None = scope.get(OPERATION)
    if not messages or operation is None:
        return
    # The dialect's own headers are added further out, to every answer.
    lines = [*messages[0]["headers"], *dialect.headers.marks(b"pending")]
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in lines}
    sent = b"".join(message.get("body", b"") for message in messages[1:])
    body = None if scope["method"] == "HEAD" else sent
    rules = dialect_contracts.of(dialect).answers
    yield from rules.problems(operation, messages[0]["status"], headers, body)
