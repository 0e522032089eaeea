"""Puts the contract's examples where a handler knows nothing of what it is asked for."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.types import Receive, Scope, Send

from mock_server.domain.tenant import RequestsMode
from mock_server.http.errors import (
    CHARACTER_NOT_FOUND,
    TOO_MANY_WEBHOOKS,
    VIDEO_NOT_FOUND,
    WEBHOOK_NOT_ALLOWED,
    WEBHOOK_NOT_ANSWERED,
    WEBHOOK_NOT_FOUND,
    ApiError,
)
from mock_server.http.exchange import INFERRED, Handler, Inbound, Reply
from mock_server.http.modes import lenient
from mock_server.http.modes.examples import ExampleReplies
from mock_server.http.modes.notices import (
    INFERRED_HEADER,
    STRICT,
    STRICT_HEADER,
    strict_notice,
    with_headers,
)
from openapi.dialects.dialect import Dialect

# Ids that nobody has, as in the suite of an SDK, and webhooks to hosts that do not answer.
_ANSWERED = frozenset(
    error.code
    for error in (
        *(VIDEO_NOT_FOUND, CHARACTER_NOT_FOUND, WEBHOOK_NOT_FOUND),
        *(WEBHOOK_NOT_ALLOWED, WEBHOOK_NOT_ANSWERED, TOO_MANY_WEBHOOKS),
    )
)
Fill = Callable[[Inbound], Awaitable[bool]]


async def no_fill(_request: Inbound) -> bool:
    """Create nothing."""
    return False


class WithExamples:
    """One operation's handler, and what answers in its place where requests are held as examples.

    ``examples`` are those of a dialect. ``fill`` creates what the examples name, and returns
    whether a request asks for any of it.
    """

    def __init__(
        self,
        operation_id: str,
        handler: Handler,
        examples: Callable[[Dialect], ExampleReplies],
        fill: Fill = no_fill,
    ) -> None:
        self._operation_id = operation_id
        self._handler = handler
        self._examples = examples
        self._fill = fill

    async def __call__(self, request: Inbound) -> Reply:
        """Answer a checked request."""
        if request.requests_mode is not RequestsMode.EXAMPLE:
            return await self._handler(request)
        noted = STRICT in request.noted
        reply = await self._answer(request)
        headers = {}
        if INFERRED in request.noted:
            headers[INFERRED_HEADER] = request.noted[INFERRED]
        if STRICT in request.noted and not noted:
            headers[STRICT_HEADER] = request.noted[STRICT]
        return _Marked(reply, headers) if headers else reply

    async def _answer(self, request: Inbound) -> Reply:
        taken_by_types = STRICT in request.noted and bool(request.body.fields)
        if taken_by_types and not lenient.takes(self._operation_id):
            return self._example(request)
        try:
            return await self._handled(request)
        except ApiError as error:
            if error.error_kind.code not in _ANSWERED:
                raise
            notice = strict_notice(error, request.dialect, self._operation_id)
            request.noted.setdefault(STRICT, notice)
            return self._example(request)

    async def _handled(self, request: Inbound) -> Reply:
        """The handler's answer; what only an example names is created first."""
        try:
            return await self._handler(request)
        except ApiError as error:
            if error.error_kind.code not in _ANSWERED or not await self._fill(request):
                raise
        return await self._handler(request)

    def _example(self, request: Inbound) -> Reply:
        request.noted[INFERRED] = f"example of {self._operation_id}"
        return self._examples(request.dialect).reply(self._operation_id, request.path)


class _Marked:
    """An answer with more headers."""

    def __init__(self, reply: Reply, headers: Mapping[str, str]) -> None:
        self._reply = reply
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        await self._reply(scope, receive, with_headers(send, self._headers))
