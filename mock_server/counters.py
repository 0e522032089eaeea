"""Counts what is asked of a server as plain numbers; a scrape makes metrics of them.

Counting costs each exchange a look-up and a few additions, whether or not anybody ever asks.
"""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from mock_server.exchange import FAULT, INBOUND, Inbound
from mock_server.watching import Ended

# Upper ends of the classes of duration, in microseconds.
BOUNDS_US: Final = (
    *(500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000),
    *(1_000_000, 2_500_000, 5_000_000, 10_000_000),
)


@dataclass(slots=True)
class Series:
    """Durations of one operation with one status: how many of each class, and their sum."""

    classes: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_US) + 1))
    sum_us: int = 0


class Counters:
    """What has been counted since the start; ``jobs`` by family and model, ``faults`` by kind."""

    def __init__(self) -> None:
        self.exchanges: dict[tuple[str | None, int], Series] = {}
        self.jobs: Counter[tuple[str, str]] = Counter()
        self.faults: Counter[str] = Counter()

    def __call__(self, ended: Ended) -> None:
        """Count an exchange."""
        scope, status, took_us, _, operation = ended
        series = self.exchanges.get((operation, status))
        if series is None:
            series = self.exchanges[operation, status] = Series()
        series.classes[bisect_left(BOUNDS_US, took_us)] += 1
        series.sum_us += took_us
        for struck in scope.get(FAULT, ()):
            self.faults[struck.kind] += 1
        inbound: Inbound | None = scope.get(INBOUND)
        if inbound is not None and "model" in inbound.noted:
            self.jobs[inbound.noted["family"], inbound.noted["model"]] += 1
