"""What all connections of a server share: limits, time, and the rendering of refusals."""

from collections.abc import Callable, Collection, Sequence
from http import HTTPStatus

from starlette.types import Scope

from mock_server.http.dialect_contracts import ResponseDialect
from mock_server.http.errors import ApiError
from mock_server.http.exchange import TOKEN, new_token
from mock_server.http.hosts import Hosts
from mock_server.http.limits import ConnectionLimits
from mock_server.observability.observers import CompletedExchange, ExchangeObservers
from mock_server.transport.connections.bodies import Bodies

Refused = Callable[[str], None]
Lines = Sequence[tuple[bytes, bytes]]
Marks = Callable[[Scope], Lines]


class Guard:
    """Limits of connections, and refusals in the caller's dialect if the request shows it.

    ``now`` is the event loop's time of the last tick: connections read it instead of a clock, so
    that timing a request costs nothing. ``each_tick`` is called when it changes.
    """

    def __init__(
        self,
        limits: ConnectionLimits,
        response_dialect: ResponseDialect,
        observers: ExchangeObservers,
        refused: Refused,
        *,
        hosts: Hosts,
        marks: Marks,
    ) -> None:
        """``observers`` see each refusal like any exchange, ``refused`` is called with its code.

        ``hosts`` are the names that requests may be addressed to; ``marks`` are header lines that
        let a web page read a refusal.
        """
        self.limits = limits
        self.hosts = hosts
        self.bodies = Bodies(limits.bodies)
        self.now = 0.0
        self.connections: Collection[object] = ()
        self.each_tick: Callable[[], None] = _nothing
        self._spoken = response_dialect
        self._observers = observers
        self._refused = refused
        self._marks = marks

    def tick(self, now: float) -> None:
        """Set the time; called several times per second."""
        self.now = now
        self.each_tick()

    def answer(self, error: ApiError, scope: Scope, lines: Lines) -> bytes:
        """The whole answer to a request that is refused; ``lines`` are headers of all answers."""
        scope[TOKEN] = token = new_token()
        told = self._spoken.tell(error, scope)
        own = [(name.lower().encode(), value.encode()) for name, value in told.headers.items()]
        headers = [
            *lines,
            (b"content-type", b"application/json"),
            (b"content-length", str(len(told.body)).encode()),
            (b"connection", b"close"),
            *own,
            *self._spoken(scope).headers.marks(token),
            *self._marks(scope),
        ]
        self._note(error, scope, told.status)
        start = f"HTTP/1.1 {told.status} {HTTPStatus(told.status).phrase}\r\n".encode()
        written = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
        return start + written + b"\r\n" + (b"" if scope["method"] == "HEAD" else told.body)

    def _note(self, error: ApiError, scope: Scope, status: int) -> None:
        self._refused(error.error_kind.code)
        for observer in self._observers:
            observer(CompletedExchange(scope, status, 0, None, None))


def _nothing() -> None:
    """No-op callback."""
