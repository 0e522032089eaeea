"""Writes each request into its tenant's journal, and reports it to observers such as the log."""

import logging
from itertools import islice

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_server.domain.clock import stopwatch_us
from mock_server.domain.truncation import kept
from mock_server.http.exchange import EXCHANGE, INFERRED, Body, Exchange, ExchangeObserver
from mock_server.http.modes.notices import STRICT
from mock_server.journal.entry import Entry, File, redacted
from mock_server.journal.headers import KeptHeaders
from mock_server.journal.journal import JournalLimits
from mock_server.stores.protocol import Journals, StoredStateError, StoreUnavailableError

# Files of a form that are kept: more than any page documents.
_MOST_FILES = 100
# Characters of names, of the User-Agent header and of messages that are kept.
_LONGEST_NAME, _LONGEST_AGENT, _LONGEST_REASON = 256, 1000, 1000
_log = logging.getLogger(__name__)


class Recorder:
    """Records each exchange before the last piece of its response is sent.

    Requests of all tenants go to ``observers``, and those of a known tenant into its journal, which
    keeps as many as ``limits`` allow, of each the ``headers``, and no values of the fields in
    ``hidden``.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        journals: Journals,
        limits: JournalLimits,
        headers: KeptHeaders,
        hidden: frozenset[str] = frozenset(),
        observers: tuple[ExchangeObserver, ...] = (),
    ) -> None:
        self._app = app
        self._journals = journals
        self._limits = limits
        self._headers = headers
        self._hidden = hidden
        self._observers = observers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and record it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        response = _RecordedResponse(self, scope, send)
        try:
            await self._app(scope, receive, response.send)
        finally:
            await response.end()

    async def record(self, scope: Scope) -> None:
        """Record an exchange that has its status."""
        exchange: Exchange = scope[EXCHANGE]
        for observer in self._observers:
            observer(exchange)
        state, request = exchange.state, exchange.request
        if state is None or exchange.tenant is None or not self._limits.entries:
            return
        entry = Entry(
            at_ms=state.clock.now() if request is None else request.now,
            duration_us=exchange.took_us,
            method=exchange.method,
            path=exchange.path,
            query=scope["query_string"].decode("latin-1"),
            operation=exchange.label,
            status=exchange.status,
            code=exchange.error_code,
            reason=self._reason(exchange.error_message),
            request_id=exchange.request_id,
            faults=tuple(struck.kind for struck in exchange.faults),
        )
        if exchange.operation is not None:
            entry.role = exchange.operation.role
        if exchange.body.fields or exchange.body.files:
            self._add_body(entry, exchange.body)
        headers = exchange.headers
        entry.headers = self._headers.of(headers)
        entry.user_agent = headers.get(b"user-agent", b"")[:_LONGEST_AGENT].decode("latin-1")
        entry.retry = exchange.retry
        if request is not None and request.noted:
            entry.job = request.noted.get("job")
            entry.scenario = request.noted.get("scenario")
            entry.strict = request.noted.get(STRICT)
            entry.inferred = request.noted.get(INFERRED)
        try:
            await self._journals.note(exchange.tenant, entry, self._limits)
        except (StoreUnavailableError, StoredStateError) as error:
            # The response is right without it: what it reports has been done, or was refused.
            _log.warning("a request is not in the journal: %s", error)

    def _reason(self, message: str | None) -> str | None:
        """An error's message; it may quote the value of a field that is hidden."""
        if message is None or not self._hidden:
            return message and message[:_LONGEST_REASON]
        return None if any(name in message for name in self._hidden) else message[:_LONGEST_REASON]

    def _add_body(self, entry: Entry, body: Body) -> None:
        entry.fields = kept(redacted(body.fields, self._hidden) if self._hidden else body.fields)
        if body.files:
            entry.files = {
                name[:_LONGEST_NAME]: File(
                    sent.filename[:_LONGEST_NAME], sent.content_type[:_LONGEST_NAME], len(sent.body)
                )
                for name, sent in islice(body.files.items(), _MOST_FILES)
            }


class _RecordedResponse:
    """One response on its way to the client, and whether its exchange is recorded yet."""

    __slots__ = ("_head", "_recorded", "_recorder", "_scope", "_send", "_started_us")

    def __init__(self, recorder: Recorder, scope: Scope, send: Send) -> None:
        self._recorder, self._scope, self._send = recorder, scope, send
        self._started_us = stopwatch_us()
        self._recorded = False
        self._head: Message | None = None

    async def send(self, message: Message) -> None:
        """Send a message on."""
        if message["type"] == "http.response.start":
            # Sent together with the first piece of the body, in one system call.
            exchange: Exchange = self._scope[EXCHANGE]
            exchange.status, self._head = message["status"], message
            return
        if not message.get("more_body") and not self._recorded:
            # Before the last piece, so that a client that has it finds the request in the journal.
            await self._record()
        await self._send_head()
        await self._send(message)

    async def end(self) -> None:
        """Record the exchange, and send the head, of a response that broke off."""
        if not self._recorded:
            await self._record()
        await self._send_head()

    async def _record(self) -> None:
        self._recorded = True
        exchange: Exchange = self._scope[EXCHANGE]
        exchange.took_us = stopwatch_us() - self._started_us
        await self._recorder.record(self._scope)

    async def _send_head(self) -> None:
        if self._head is not None:
            head, self._head = self._head, None
            await self._send(head)
