"""Counts exchanges and other events; a scrape turns the numbers into metrics.

Counting takes a few additions for each exchange.
"""

from bisect import bisect_left
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from mock_server.http.exchange import Exchange
from mock_server.observability.tally import Tally

P = ParamSpec("P")
T = TypeVar("T")

# Upper bounds of the buckets of durations, in microseconds.
BOUNDS_US: Final = (
    *(500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000),
    *(1_000_000, 2_500_000, 5_000_000, 10_000_000),
)
# The first item of keys. The other items are: operation, status and bucket; operation; family and
# model; kind; code; result; none for the rest.
ANSWERS, TOOK_US, JOBS, FAULTS, REFUSED, WEBHOOKS, RENDERS, BLOCKED, BLOCKED_MS = (
    *("answers", "took_us", "jobs", "faults", "refused", "webhooks", "renders", "blocked"),
    "blocked_ms",
)
_NO_OPERATION = "none"


class Counters:
    """Counts completed exchanges, refused requests and finished work."""

    def __init__(self, tally: Tally) -> None:
        self._add = tally.add

    def __call__(self, exchange: Exchange) -> None:
        name, took_us = exchange.label or _NO_OPERATION, exchange.took_us
        self._add((ANSWERS, name, exchange.status, bisect_left(BOUNDS_US, took_us)))
        self._add((TOOK_US, name), took_us)
        for fault in exchange.faults:
            self._add((FAULTS, fault.kind))
        request = exchange.request
        if request is not None and "model" in request.noted:
            self._add((JOBS, request.noted["family"], request.noted["model"]))

    def refused(self, code: str) -> None:
        """Count a request that was refused before it was routed."""
        self._add((REFUSED, code))

    def blocked(self, took_ms: int) -> None:
        """Count a time during which the event loop was blocked."""
        self._add((BLOCKED,))
        self._add((BLOCKED_MS,), took_ms)

    def attempted(self, result: str) -> None:
        """Count a request to a webhook endpoint by the class of its response."""
        self._add((WEBHOOKS, result))

    def counting(self, name: str, work: Callable[P, T]) -> Callable[P, T]:
        """Wrap ``work`` so that each call is counted under ``name`` once it has returned."""

        def counted(*args: P.args, **kwargs: P.kwargs) -> T:
            done = work(*args, **kwargs)
            self._add((name,))
            return done

        return counted
