"""Prometheus metrics of a server; the library is imported by the first scrape."""

import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from mock_server.media import MediaLibrary
from mock_server.observability.counters import (
    ALONE,
    ANSWERS,
    BLOCKED,
    BLOCKED_MS,
    BOUNDS_US,
    FAULTS,
    JOBS,
    REFUSED,
    RENDERS,
    TOOK_US,
    WEBHOOKS,
    Key,
    Tally,
)
from mock_server.transport.connections import Load

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

_OPEN, _BODIES, _RENDERING = "open_connections", "body_bytes", "renders_under_way"
_PID = "pid"
_PREFIX: Final = "gateway_mock_"
# By the first item of a key: name, help text, and labels for the key's other items.
_SUMS: Final = {
    JOBS: ("jobs_created", "Jobs by family and model.", ("family", "model")),
    FAULTS: ("faults", "Faults used.", ("kind",)),
    REFUSED: ("refused", "Requests cut off before they were routed.", ("code",)),
    WEBHOOKS: ("webhook_attempts", "Requests to webhook endpoints.", ("result",)),
    RENDERS: ("renders", "Media rendered.", ()),
    BLOCKED: ("loop_blocked", "Times that the event loop was blocked for over 50 ms.", ()),
    BLOCKED_MS: ("loop_blocked_milliseconds", "How long the event loop was blocked then.", ()),
}
_LEVELS: Final = {
    _OPEN: "Open connections.",
    _BODIES: "Request bodies in progress, in bytes.",
    _RENDERING: "Media being rendered or waiting.",
}


@dataclass(frozen=True, slots=True)
class Metrics:
    """The metrics of all worker processes of this server."""

    tally: Tally
    load: Load
    media: MediaLibrary

    def publish(self) -> None:
        """Publish the current levels of this process."""
        levels = {
            _PID: os.getpid(),
            _OPEN: len(self.load.connections),
            _BODIES: self.load.bodies.held,
            _RENDERING: self.media.under_way,
        }
        self.tally.publish(levels)

    def text(self) -> tuple[str, bytes]:
        """Media type and body of the response to a scrape."""
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

        self.publish()
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return CONTENT_TYPE_PLAIN_0_0_4, generate_latest(registry)

    def collect(self) -> Iterator["Metric"]:
        """Every family of metrics, as the library asks for them."""
        totals = self.tally.totals()
        yield from _exchanges(totals)
        yield from _sums(totals)
        yield from self._now()

    def describe(self) -> Iterator["Metric"]:
        """Nothing: names are sent with the values."""
        return iter(())

    def _now(self) -> Iterator["Metric"]:
        from prometheus_client.metrics_core import GaugeMetricFamily

        workers = self.tally.levels()
        yield GaugeMetricFamily(f"{_PREFIX}workers", "Worker processes.", value=len(workers))
        for level, meaning in _LEVELS.items():
            now = sum(levels.get(level, 0) for levels in workers.values())
            yield GaugeMetricFamily(_PREFIX + level, meaning, value=now)
        yield from _processes({name: levels[_PID] for name, levels in workers.items()})


def _exchanges(totals: Mapping[Key, int]) -> Iterator["Metric"]:
    from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily

    answers: Counter[tuple[str, str]] = Counter()
    classes: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(BOUNDS_US) + 1))
    for (_, operation, status, place), count in _of(ANSWERS, totals):
        answers[str(operation), str(status)] += count
        classes[str(operation)][int(place)] += count
    total = CounterMetricFamily(f"{_PREFIX}requests", "Responses.", labels=["operation", "status"])
    for labels, count in answers.items():
        total.add_metric(labels, count)
    yield total
    took = HistogramMetricFamily(
        f"{_PREFIX}request_seconds", "Response time by operation.", labels=["operation"]
    )
    for name, counts in classes.items():
        took.add_metric([name], _buckets(counts), totals.get((TOOK_US, name), 0) / 1e6)
    yield took


def _sums(totals: Mapping[Key, int]) -> Iterator["Metric"]:
    from prometheus_client.metrics_core import CounterMetricFamily

    for kind, (name, meaning, labels) in _SUMS.items():
        family = CounterMetricFamily(_PREFIX + name, meaning, labels=labels)
        for key, count in _of(kind, totals):
            family.add_metric([str(label) for label in key[1:]], count)
        if not labels and not family.samples:
            family.add_metric([], 0)
        yield family


def _processes(pids: Mapping[str, int]) -> Iterator["Metric"]:
    """Process metrics of the operating system; with several workers, labelled by worker."""
    from prometheus_client import ProcessCollector

    families: dict[str, Metric] = {}
    for worker, pid in pids.items():
        collector = ProcessCollector(pid=partial(int, pid), registry=None)
        for metric in collector.collect():
            family = families.setdefault(metric.name, metric)
            samples = [sample._replace(labels=_label(worker)) for sample in metric.samples]
            family.samples = samples if family is metric else family.samples + samples
    yield from families.values()


def _label(worker: str) -> dict[str, str]:
    return {} if worker == ALONE else {"worker": worker}


def _of(kind: str, totals: Mapping[Key, int]) -> Iterator[tuple[Key, int]]:
    return ((key, count) for key, count in totals.items() if key[0] == kind)


def _buckets(counts: Sequence[int]) -> list[tuple[str, float]]:
    bounds = [*(str(bound / 1e6) for bound in BOUNDS_US), "+Inf"]
    return list(zip(bounds, accumulate(counts), strict=True))
