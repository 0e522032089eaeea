"""Writes every request of a known key into that tenant's journal, whatever became of it."""

import logging
from dataclasses import dataclass
from itertools import islice

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_server.domain.clock import stopwatch_us
from mock_server.domain.truncation import kept
from mock_server.http.exchange import (
    CALLER,
    ERROR_CODE,
    FAULT,
    INBOUND,
    MEDIA,
    MEDIA_OF,
    OPERATION,
    READ_BODY,
    STANDING,
    TOKEN,
    Body,
    Inbound,
    Standing,
)
from mock_server.http.headers import header
from mock_server.http.modes.notices import STRICT
from mock_server.journal.entry import Entry, File, redacted
from mock_server.journal.journal import JournalLimits
from mock_server.observability.observers import CompletedExchange, ExchangeObservers
from mock_server.stores.protocol import Journals, StoredStateError, StoreUnavailableError

_RETRY = b"x-stainless-retry-count"
_NO_BODY = Body()
# Of a form: more files than any page documents, and characters of what callers name.
_MOST_FILES, _LONGEST_NAME = 100, 256
_LONGEST_AGENT = 1000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recorder:
    """Makes entries of requests; ``hidden`` are the fields whose values are not to be kept.

    ``limits`` are how many are kept. ``observers`` see every request, whether or
    not its key is known.
    """

    journals: Journals
    limits: JournalLimits
    hidden: frozenset[str]
    observers: ExchangeObservers = ()

    def around(self, app: ASGIApp) -> ASGIApp:
        """Wrap ``app``."""

        async def record(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            answer = _Answer(self, scope, send)
            try:
                await app(scope, receive, answer.seen)
            finally:
                await answer.end()

        return record

    async def keep(self, scope: Scope, status: int, took_us: int) -> None:
        """Make an entry, and tell those who watch."""
        standing: Standing | None = scope.get(STANDING)
        tenant = None if standing is None else _tenant(scope)
        operation = _operation(scope)
        for observer in self.observers:
            observer(CompletedExchange(scope, status, took_us, tenant, operation))
        if standing is None or tenant is None or not self.limits.entries:
            return
        inbound: Inbound | None = scope.get(INBOUND)
        prefix = standing.dialect.headers.request_id_prefix
        entry = Entry(
            at_ms=standing.clock.now() if inbound is None else inbound.now,
            duration_us=took_us,
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            operation=operation,
            status=status,
            code=scope.get(ERROR_CODE),
            request_id=prefix + scope.get(TOKEN, b"").decode(),
        )
        self._add_body(entry, scope.get(READ_BODY, _NO_BODY))
        _add_headers(entry, scope)
        _add_course(entry, inbound, scope)
        try:
            await self.journals.note(tenant, entry, self.limits)
        except (StoreUnavailableError, StoredStateError) as error:
            # The answer stands: what it tells of was done, or was refused.
            _log.warning("a request is not in the journal: %s", error)

    def _add_body(self, entry: Entry, body: Body) -> None:
        fields = redacted(body.fields, self.hidden) if self.hidden else body.fields
        entry.fields = kept(fields)
        if body.files:
            entry.files = {
                name[:_LONGEST_NAME]: File(
                    sent.filename[:_LONGEST_NAME], sent.content_type[:_LONGEST_NAME], len(sent.body)
                )
                for name, sent in islice(body.files.items(), _MOST_FILES)
            }


class _Answer:
    """One answer on its way, and whether its request is in the journal yet."""

    __slots__ = ("_head", "_kept", "_recorder", "_scope", "_send", "_started", "_status")

    def __init__(self, recorder: Recorder, scope: Scope, send: Send) -> None:
        self._recorder, self._scope, self._send = recorder, scope, send
        self._started = stopwatch_us()
        self._status, self._kept = 0, False
        self._head: Message | None = None

    async def seen(self, message: Message) -> None:
        """Send a message on."""
        if message["type"] == "http.response.start":
            # It goes out with what follows, in one call to the system.
            self._status, self._head = message["status"], message
            return
        if not message.get("more_body") and not self._kept:
            # Before the answer is whole: whoever has it finds the request in the journal.
            await self._keep()
        await self._begin()
        await self._send(message)

    async def end(self) -> None:
        """Make up for what an answer that broke off left out."""
        if not self._kept:
            await self._keep()
        await self._begin()

    async def _keep(self) -> None:
        self._kept = True
        await self._recorder.keep(self._scope, self._status, stopwatch_us() - self._started)

    async def _begin(self) -> None:
        if self._head is not None:
            head, self._head = self._head, None
            await self._send(head)


def _tenant(scope: Scope) -> str:
    """Whose request it is: of the key that it came with, or of the media it is for."""
    return str(scope[MEDIA_OF] if MEDIA_OF in scope else scope[CALLER][0])


def _operation(scope: Scope) -> str | None:
    if MEDIA_OF in scope:
        return MEDIA
    operation: str | None = scope.get(OPERATION)
    return operation


def _add_headers(entry: Entry, scope: Scope) -> None:
    user_agent, retry = header(scope, b"user-agent"), header(scope, _RETRY)
    if user_agent is not None:
        entry.user_agent = user_agent[:_LONGEST_AGENT].decode("latin-1")
    if retry is not None and retry.isdigit():
        entry.retry = int(retry[:9])


def _add_course(entry: Entry, inbound: Inbound | None, scope: Scope) -> None:
    entry.faults = tuple(struck.kind for struck in scope.get(FAULT, ()))
    if inbound is not None and inbound.noted:
        entry.job = inbound.noted.get("job")
        entry.scenario = inbound.noted.get("scenario")
        entry.strict = inbound.noted.get(STRICT)
