"""uvicorn's connection, held to limits that it has no setting for.

uvicorn bounds neither the head of a request nor the time that a request may take to arrive, and
tells what is malformed, or one connection too many, in plain text.
"""

import asyncio

import httptools
from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from mock_server.http.errors import ApiError
from mock_server.http.middleware.fault_injection import TRANSPORT
from mock_server.transport.connections.bodies import Held, let_go
from mock_server.transport.connections.guard import Guard
from mock_server.transport.connections.heads import refusal_of
from mock_server.transport.connections.joining import JoiningTransport
from mock_server.transport.connections.plain import PlainProtocol
from mock_server.transport.connections.refusals import (
    large_head,
    long_url,
    malformed,
    too_many_bodies,
    too_many_connections,
    too_many_requests,
    too_slow,
    unreadable_target,
)

# Who is refused may still be sending, and would lose the answer if the connection were just closed.
_LINGER_S = 2
# Connections beyond the limit that are told so; those beyond these are dropped.
_TOLD_SO = 256
# Bytes of framing that a byte of a body may cost: a chunk of one byte costs five.
_FRAMING = 16
_MOST_PIPELINED = 100


class GuardedProtocol(PlainProtocol):
    """One connection.

    Time is read off the guard: ``_since`` is when the request that is being read began, or the
    connection itself; None while there is nothing to wait for.
    """

    guard: Guard
    _joining: JoiningTransport
    _since: float | None = None
    _stalled: float | None = None
    _refused: float | None = None
    _why: ApiError | None = None
    _chunk = 0
    # Bytes of the request that were no body: its head, chunk sizes, trailers.
    _overhead = 0
    # What the body of the request that is being read holds, once there is some.
    _held: Held | None = None
    _begun_here = False
    _in_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, unless there are too many."""
        self._joining = JoiningTransport(transport, self.loop)
        super().connection_made(self._joining)
        self._since = self.guard.now
        beyond = len(self.connections) - self.guard.limits.open
        if beyond > _TOLD_SO:
            transport.abort()
        elif beyond > 0:
            self._refuse(too_many_connections(self.guard.limits.open))

    def data_received(self, data: bytes) -> None:
        """Parse what came, and refuse what is malformed or too much."""
        if self._refused is not None:
            return
        self._unset_keepalive_if_required()
        self._chunk = len(data)
        self._overhead += self._chunk
        try:
            self.feed(data)
        except httptools.HttpParserError as error:
            self._refuse(self._why or malformed(error))
            return
        if self._begun_here or self._overhead < 0:
            # What came before in the same piece belongs to another request.
            self._overhead, self._begun_here = 0, False
        elif self._overhead > self._most_overhead():
            self._refuse(self._oversized())
        if self._since is None and self.cycle.response_complete:
            # Line ends before a request are no request; the wait for one goes on.
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        # ASGI hides the connection, and faults drop it.
        self.scope["state"][TRANSPORT] = self.transport
        self._since = self.guard.now
        self._begun_here = self._in_head = True
        self._held = None

    def on_headers_complete(self) -> None:
        """Hand the request on, unless its head is refused."""
        limits, head = self.guard.limits, self.head()
        self.scope["method"] = head.method
        why = refusal_of(head, limits, self.guard.hosts)
        if why is None and self._heavy():
            why = large_head(limits.headers, limits.header_bytes)
        if why is None and len(self.pipeline) > _MOST_PIPELINED:
            why = too_many_requests()
        if why is not None:
            raise self._stop(why)
        if not self.parser.should_upgrade():
            self._in_head = False
            self._joining.begin()
        try:
            super().on_headers_complete()
        except httptools.HttpParserInvalidURLError:
            raise self._stop(unreadable_target()) from None

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body, which pays for its framing, if there is room for it."""
        self._overhead -= _FRAMING * len(body)
        # Nobody is going to read what follows an answer.
        if not self.cycle.response_complete:
            self._held = self._held or self.guard.bodies.begin(self.scope["state"])
            if not self._held.grow(len(body)):
                raise self._stop(too_many_bodies(self.guard.bodies.most))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is here; nothing is waited for until the next one."""
        if not self.offering:
            self._since = None
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more; requests that have not been begun never will be."""
        for cycle, _ in self.pipeline:
            let_go(cycle.scope["state"])
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The caller has stopped reading its answer."""
        self._stalled = self.guard.now
        super().pause_writing()

    def resume_writing(self) -> None:
        """The caller goes on reading."""
        self._stalled = None
        super().resume_writing()

    def check(self, now: float) -> None:
        """Cut the connection off when its time is up."""
        patience = self.guard.limits.read_s
        if self._stalled is not None:
            if now - self._stalled > patience:
                self.transport.abort()
        elif self._refused is not None:
            if now - self._refused > _LINGER_S:
                self.transport.abort()
        elif self._since is not None and now - self._since > patience:
            self._time_is_up()

    def _time_is_up(self) -> None:
        if self.flow.read_paused:
            # It is this server that does not go on reading.
            self._since = self.guard.now
        elif self.scope is None:
            self.transport.close()
        else:
            self._refuse(too_slow(self.guard.limits.read_s))

    def _heavy(self) -> bool:
        """Whether the headers' bytes are too many; they are only counted where they can be."""
        most = self.guard.limits.header_bytes
        if self._overhead + self._chunk <= most:
            return False
        return sum(len(name) + len(value) for name, value in self.headers) > most

    def _most_overhead(self) -> int:
        limits = self.guard.limits
        return limits.header_bytes + (limits.url if self._in_head else 0)

    def _oversized(self) -> ApiError:
        limits = self.guard.limits
        if self._in_head and len(self.url) > limits.url:
            return long_url(limits.url)
        return large_head(limits.headers, limits.header_bytes)

    def _stop(self, why: ApiError) -> ApiError:
        # The parser hides what is raised within it.
        self._why = why
        return why

    def _refuse(self, why: ApiError) -> None:
        """Answer and close; where earlier requests wait for their answers, close after these."""
        self._refused = self.guard.now
        # Who goes on sending is not listened to, but could else not be told either.
        self.flow.resume_reading()
        in_body = self._since is not None and not self._in_head
        cycle = self._latest()
        if cycle is not None and in_body and self.pipeline:
            cycle.disconnected = True
            self.pipeline[0] = cycle, self._end
            self._refused = float("inf")
        elif cycle is not None and in_body:
            self._refuse_body(cycle, why)
        elif cycle is not None and not cycle.response_complete:
            cycle.keep_alive = False
            self._refused = float("inf")
        else:
            self._say(why)

    def _latest(self) -> RequestResponseCycle | None:
        """The exchange that was begun last; uvicorn's types do not say that there may be none."""
        return self.cycle

    def _refuse_body(self, cycle: RequestResponseCycle, why: ApiError) -> None:
        if cycle.response_started:
            (self.transport.close if cycle.response_complete else self.transport.abort)()
            return
        cycle.disconnected = True
        cycle.message_event.set()
        let_go(cycle.scope["state"])
        self._say(why)

    async def _end(self, *_: object) -> None:
        """What is done in the turn of a request that was refused while others waited."""
        self.transport.close()

    def _say(self, why: ApiError) -> None:
        every = self.server_state.default_headers
        self.transport.write(self.guard.answer(why, self._known(), every))
        self.transport.write_eof()

    def _known(self) -> Scope:
        """What is known of the request."""
        return {"type": "http", "method": "", "path": "", "headers": [], **(self.scope or {})}


def protocol(shared: Guard) -> type[GuardedProtocol]:
    """The class of a server's connections, as uvicorn wants it."""

    class Protocol(GuardedProtocol):
        guard = shared

    return Protocol
