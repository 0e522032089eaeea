"""What all connections of a server share: limits, time, and the rendering of refusals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol

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


class Connection(Protocol):
    """An open connection, as the server checks it."""

    def check(self, now: float) -> None:
        """Close it if a time limit has passed."""


@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """What connections hold at the moment: the open ones, and the memory of request bodies."""

    bodies: Bodies
    connections: set[Connection] = field(default_factory=set)


class Guard:
    """Limits of connections, and refusals in the caller's dialect if the request shows it.

    ``now`` is the event loop's time of the last tick: connections read it instead of a clock, so
    that timing a request costs nothing.
    """

    def __init__(
        self,
        limits: ConnectionLimits,
        load: Load,
        response_dialect: ResponseDialect,
        refused: Refused,
        *,
        observers: ExchangeObservers = (),
        hosts: Hosts,
        marks: Marks,
        each_tick: Callable[[], None] = lambda: None,
    ) -> None:
        """``observers`` see each refusal like any exchange, ``refused`` is called with its code.

        ``hosts`` are the names that requests may be addressed to; ``marks`` are header lines that
        let a web page read a refusal. ``each_tick`` is called when the time changes.
        """
        self.limits = limits
        self.hosts = hosts
        self.bodies = load.bodies
        self.connections = load.connections
        self.now = 0.0
        self._each_tick = each_tick
        self._response_dialect = response_dialect
        self._observers = observers
        self._refused = refused
        self._marks = marks

    def tick(self, now: float) -> None:
        """Set the time; called several times per second."""
        self.now = now
        self._each_tick()

    def answer(self, error: ApiError, scope: Scope, lines: Lines) -> bytes:
        """The whole answer to a request that is refused; ``lines`` are headers of all answers."""
        scope[TOKEN] = token = new_token()
        response = self._response_dialect.tell(error, scope)
        own = [(name.lower().encode(), value.encode()) for name, value in response.headers.items()]
        headers = [
            *lines,
            (b"content-type", b"application/json"),
            (b"content-length", str(len(response.body)).encode()),
            (b"connection", b"close"),
            *own,
            *self._response_dialect(scope).headers.marks(token),
            *self._marks(scope),
        ]
        self._note(error, scope, response.status)
        start = f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}\r\n".encode()
        written = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
        return start + written + b"\r\n" + (b"" if scope["method"] == "HEAD" else response.body)

    def _note(self, error: ApiError, scope: Scope, status: int) -> None:
        self._refused(error.error_kind.code)
        for observer in self._observers:
            observer(CompletedExchange(scope, status, 0, None, None))
