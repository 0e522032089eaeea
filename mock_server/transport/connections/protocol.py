"""A connection with limits that uvicorn has no settings for.

uvicorn limits neither the head of a request nor the time that a request may take to arrive. It
reports malformed requests and too many connections in plain text.
"""

import asyncio

import httptools
from starlette.types import Scope

from mock_server.http.errors import ApiError
from mock_server.http.exchange import TRANSPORT
from mock_server.transport.connections.bodies import Held, let_go
from mock_server.transport.connections.guard import Guard
from mock_server.transport.connections.plain import (
    JoiningTransport,
    PlainProtocol,
    RequestResponseCycle,
)
from mock_server.transport.connections.refusals import (
    large_head,
    long_url,
    malformed,
    refusal_of,
    too_many_bodies,
    too_many_connections,
    too_many_requests,
    too_slow,
    unreadable_target,
)

# A refused client may still be sending, and would lose the response if the connection was closed at
# once.
_LINGER_S = 2
# Connections beyond the limit that get a response; further ones are dropped.
_REFUSED_WITH_RESPONSE = 256
# Bytes of framing allowed per byte of a body: a chunk of one byte needs five.
_FRAMING = 16
_MOST_PIPELINED = 100


class GuardedProtocol(PlainProtocol):
    """One connection.

    Time is the guard's: ``_since`` is when the current request began, or the connection; None while
    nothing is expected. ``_stalled`` is when the client stopped reading, ``_refused`` when the
    request was refused.
    """

    guard: Guard
    _joining: JoiningTransport
    _since: float | None = None
    _stalled: float | None = None
    _refused: float | None = None
    _why: ApiError | None = None
    _chunk = 0
    # Bytes of the request that are not its body: head, chunk sizes, trailers.
    _overhead = 0
    # The memory that the current request's body holds, once there is some.
    _held: Held | None = None
    _begun_here = False
    _in_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept a connection, or refuse it if there are too many."""
        self._joining = JoiningTransport(transport, self.loop)
        super().connection_made(self._joining)
        self._since = self.guard.now
        self.guard.connections.add(self)
        beyond = len(self.guard.connections) - self.guard.limits.open
        if beyond > _REFUSED_WITH_RESPONSE:
            transport.abort()
        elif beyond > 0:
            self._refuse(too_many_connections(self.guard.limits.open))

    def data_received(self, data: bytes) -> None:
        """Parse received data; refuse what is malformed or exceeds a limit."""
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
            # Earlier bytes of the same piece belong to the previous request.
            self._overhead, self._begun_here = 0, False
        elif self._overhead > self._most_overhead():
            self._refuse(self._oversized())
        if self._since is None and self.cycle.response_complete:
            # Empty lines before a request do not end the keep-alive wait.
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        # ASGI hides the connection; faults need it to drop it.
        self.scope["state"][TRANSPORT] = self.transport
        self._since = self.guard.now
        self._begun_here = self._in_head = True
        self._held = None

    def on_headers_complete(self) -> None:
        """Start the request, or refuse its head."""
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
        """Take a piece of the body, if all bodies together leave room for it."""
        self._overhead -= _FRAMING * len(body)
        # A body that arrives after the response is not read.
        if not self.cycle.response_complete:
            self._held = self._held or self.guard.bodies.begin(self.scope["state"])
            if not self._held.grow(len(body)):
                raise self._stop(too_many_bodies(self.guard.bodies.most))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End the request; nothing is expected until the next one."""
        if not self.offering:
            self._since = None
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection, and the requests that have not started."""
        self.guard.connections.discard(self)
        for cycle, _ in self.pipeline:
            let_go(cycle.scope["state"])
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client stopped reading its response."""
        self._stalled = self.guard.now
        super().pause_writing()

    def resume_writing(self) -> None:
        """The client reads again."""
        self._stalled = None
        super().resume_writing()

    def check(self, now: float) -> None:
        """Close the connection if a time limit has passed."""
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
            # The server itself has paused reading.
            self._since = self.guard.now
        elif self.scope is None:
            self.transport.close()
        else:
            self._refuse(too_slow(self.guard.limits.read_s))

    def _heavy(self) -> bool:
        """Whether the headers have too many bytes; counted only if that is possible."""
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
        # The parser replaces exceptions that its callbacks raise.
        self._why = why
        return why

    def _refuse(self, why: ApiError) -> None:
        """Respond and close; earlier requests of the connection get their responses first."""
        self._refused = self.guard.now
        # Without reading on, the client might never see the response.
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
            self._send_refusal(why)

    def _latest(self) -> RequestResponseCycle | None:
        """The last request; uvicorn's annotation omits that there may be none."""
        return self.cycle

    def _refuse_body(self, cycle: RequestResponseCycle, why: ApiError) -> None:
        if cycle.response_started:
            (self.transport.close if cycle.response_complete else self.transport.abort)()
            return
        cycle.disconnected = True
        cycle.message_event.set()
        let_go(cycle.scope["state"])
        self._send_refusal(why)

    async def _end(self, *_: object) -> None:
        """Runs in place of a request that was refused while earlier ones waited."""
        self.transport.close()

    def _send_refusal(self, why: ApiError) -> None:
        every = self.server_state.default_headers
        self.transport.write(self.guard.answer(why, self._known(), every))
        self.transport.write_eof()

    def _known(self) -> Scope:
        """The ASGI scope as far as it is known."""
        return {"type": "http", "method": "", "path": "", "headers": [], **(self.scope or {})}


def protocol(shared: Guard) -> type[GuardedProtocol]:
    """The protocol class for uvicorn's configuration; its connections share ``shared``."""

    class Protocol(GuardedProtocol):
        guard = shared

    return Protocol
