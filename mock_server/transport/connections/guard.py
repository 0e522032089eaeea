"""What all connections of a server share: limits, time, and the rendering of refusals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from starlette.types import Scope

from mock_server.http.error_responses import HeaderLines, render_error
from mock_server.http.errors import ApiError
from mock_server.http.exchange import Exchange, ExchangeObserver
from mock_server.http.hosts import Hosts
from mock_server.http.limits import ConnectionLimits
from mock_server.transport.connections.bodies import Bodies
from openapi.dialects.dialect import Dialect

Refused = Callable[[str], None]
Marks = Callable[[Exchange], HeaderLines]


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
    """Limits of connections, and refusals in the server's dialect.

    ``now`` is the event loop's time of the last tick: connections read it instead of a clock, so
    that timing a request costs nothing. ``stopping`` says that the server is about to end.
    """

    def __init__(
        self,
        limits: ConnectionLimits,
        load: Load,
        dialect: Dialect,
        refused: Refused,
        *,
        observers: Sequence[ExchangeObserver] = (),
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
        self.stopping = False
        self._each_tick = each_tick
        self._dialect = dialect
        self._observers = observers
        self._refused = refused
        self._marks = marks

    def tick(self, now: float) -> None:
        """Set the time; called several times per second."""
        self.now = now
        self._each_tick()

    def stop(self) -> None:
        """The server ends; responses that would go on forever end themselves."""
        self.stopping = True

    def answer(self, error: ApiError, scope: Scope, lines: HeaderLines) -> bytes:
        """The bytes of the response to a refused request; ``lines`` are additional headers."""
        exchange = Exchange(scope, self._dialect)
        response = render_error(error, exchange)
        exchange.status = response.status
        self._refused(error.error_kind.code)
        for observer in self._observers:
            observer(exchange)
        after = (*self._dialect.headers.marks(exchange.token), *self._marks(exchange))
        return response.raw(lines, after, with_body=exchange.method != "HEAD")
