"""Says what was counted as Prometheus metrics; the library is loaded at the first scrape."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from mock_server.connections import Guard
from mock_server.counters import BOUNDS_US, Counters
from mock_server.media import MediaLibrary

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

_NOWHERE = "none"


@dataclass(frozen=True, slots=True)
class Metrics:
    """Everything that a scrape tells."""

    counters: Counters
    guard: Guard
    media: MediaLibrary

    def text(self) -> tuple[str, bytes]:
        """Media type and body of the answer to a scrape."""
        from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
        from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        ProcessCollector(registry=registry)
        return CONTENT_TYPE_PLAIN_0_0_4, generate_latest(registry)

    def collect(self) -> Iterator["Metric"]:
        """Every family of metrics, as the library asks for them."""
        yield from self._exchanges()
        yield from self._totals()
        yield from self._now()

    def describe(self) -> Iterator["Metric"]:
        """Nothing: the names are told with the numbers."""
        return iter(())

    def _exchanges(self) -> Iterator["Metric"]:
        from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily

        total = CounterMetricFamily(
            "gateway_mock_requests", "Answers.", labels=["operation", "status"]
        )
        took = HistogramMetricFamily(
            "gateway_mock_request_seconds", "Time to answer, by operation.", labels=["operation"]
        )
        classes: dict[str, list[int]] = {}
        sums: dict[str, int] = {}
        for (operation, status), series in list(self.counters.exchanges.items()):
            name = operation or _NOWHERE
            total.add_metric([name, str(status)], sum(series.classes))
            known = classes.get(name, [0] * len(series.classes))
            classes[name] = [a + b for a, b in zip(known, series.classes, strict=True)]
            sums[name] = sums.get(name, 0) + series.sum_us
        for name, counts in classes.items():
            took.add_metric([name], _buckets(counts), sums[name] / 1e6)
        yield total
        yield took

    def _totals(self) -> Iterator["Metric"]:
        from prometheus_client.metrics_core import CounterMetricFamily

        jobs = CounterMetricFamily(
            "gateway_mock_jobs_created", "Jobs by family and model.", labels=["family", "model"]
        )
        for (family, model), count in self.counters.jobs.items():
            jobs.add_metric([family, model], count)
        yield jobs
        faults = CounterMetricFamily("gateway_mock_faults", "Faults used.", labels=["kind"])
        for kind, count in self.counters.faults.items():
            faults.add_metric([kind], count)
        yield faults
        refused = CounterMetricFamily(
            "gateway_mock_refused", "Requests cut off before they were routed.", labels=["code"]
        )
        for code, count in self.guard.refused.items():
            refused.add_metric([code], count)
        yield refused
        rendered = self.media.rendered
        yield CounterMetricFamily("gateway_mock_renders", "Media rendered.", value=rendered)

    def _now(self) -> Iterator["Metric"]:
        from prometheus_client.metrics_core import GaugeMetricFamily

        open_now, rendering = len(self.guard.connections), self.media.under_way
        yield GaugeMetricFamily("gateway_mock_open_connections", "Connections.", value=open_now)
        yield GaugeMetricFamily(
            "gateway_mock_renders_under_way", "Media being rendered or waiting.", value=rendering
        )


def _buckets(counts: list[int]) -> list[tuple[str, float]]:
    bounds = [*(str(bound / 1e6) for bound in BOUNDS_US), "+Inf"]
    return list(zip(bounds, accumulate(counts), strict=True))
