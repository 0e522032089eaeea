"""Counts what is asked of a server as plain numbers; a scrape makes metrics of them.

Counting costs each exchange a few additions, whether or not anybody ever asks.
"""

from bisect import bisect_left
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from mock_server.http.exchange import FAULT, INBOUND, Inbound
from mock_server.observability.observers import CompletedExchange
from mock_server.observability.tally import Tally

P = ParamSpec("P")
T = TypeVar("T")

# Upper ends of the classes of duration, in microseconds.
BOUNDS_US: Final = (
    *(500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000),
    *(1_000_000, 2_500_000, 5_000_000, 10_000_000),
)
# The first words of keys; after them stand: operation, status and class of duration; operation;
# family and model; kind; code; result; nothing for the others.
ANSWERS, TOOK_US, JOBS, FAULTS, REFUSED, WEBHOOKS, RENDERS, BLOCKED, BLOCKED_MS = (
    *("answers", "took_us", "jobs", "faults", "refused", "webhooks", "renders", "blocked"),
    "blocked_ms",
)
_NO_OPERATION = "none"


class Counters:
    """Takes note of exchanges, refusals and work that was done."""

    def __init__(self, tally: Tally) -> None:
        """Count in ``tally``."""
        self._add = tally.add

    def __call__(self, ended: CompletedExchange) -> None:
        """Count an exchange."""
        scope, status, took_us, _, operation = ended
        name = operation or _NO_OPERATION
        self._add((ANSWERS, name, status, bisect_left(BOUNDS_US, took_us)))
        self._add((TOOK_US, name), took_us)
        for struck in scope.get(FAULT, ()):
            self._add((FAULTS, struck.kind))
        inbound: Inbound | None = scope.get(INBOUND)
        if inbound is not None and "model" in inbound.noted:
            self._add((JOBS, inbound.noted["family"], inbound.noted["model"]))

    def refused(self, code: str) -> None:
        """Count a request that was cut off before it was routed."""
        self._add((REFUSED, code))

    def blocked(self, took_ms: int) -> None:
        """Count a time that nothing else could be done."""
        self._add((BLOCKED,))
        self._add((BLOCKED_MS,), took_ms)

    def attempted(self, result: str) -> None:
        """Count a request to a webhook endpoint, by the class of its answer."""
        self._add((WEBHOOKS, result))

    def counting(self, name: str, work: Callable[P, T]) -> Callable[P, T]:
        """``work``, counted under ``name`` each time that it is done."""

        def counted(*args: P.args, **kwargs: P.kwargs) -> T:
            done = work(*args, **kwargs)
            self._add((name,))
            return done

        return counted
