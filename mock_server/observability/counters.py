"""Counts exchanges and other events; a scrape turns the numbers into metrics.

A ``Tally`` stores sums, which only grow, and levels, which are current values. A server with one
process counts in memory. Worker processes on one machine share a folder with two files for each
worker place. The sums outlive the worker: its replacement continues them. The levels end with the
worker. ``SharedTally`` uses ``MmapedDict`` of prometheus-client, which is not a public interface,
so pyproject.toml bounds the release; docs/decisions.md says why.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final, ParamSpec, Protocol, TypeVar

import orjson

from mock_server.http.exchange import Exchange

if TYPE_CHECKING:
    from prometheus_client.mmap_dict import MmapedDict

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
_SUMS, _LEVELS = "sums-", "levels-"
Key = tuple[str | int, ...]
Levels = Mapping[str, int]
# The name of the process of a server without workers.
ALONE: Final = ""


class Tally(Protocol):
    """Stores sums and levels."""

    def add(self, key: Key, amount: int = 1) -> None:
        """Add to a sum; may be called in any thread."""

    def totals(self) -> Mapping[Key, int]:
        """All sums, including those of the server's other processes."""

    def publish(self, levels: Levels) -> None:
        """Set the current levels of this process."""

    def levels(self) -> Mapping[str, Levels]:
        """The levels that each live process of the server published last, by its name."""


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


class OwnTally:
    """Implements ``Tally`` for a server with one process."""

    def __init__(self) -> None:
        self._totals: Counter[Key] = Counter()
        self._levels: Levels = {}

    def add(self, key: Key, amount: int = 1) -> None:
        self._totals[key] += amount

    def totals(self) -> Mapping[Key, int]:
        return self._totals.copy()

    def publish(self, levels: Levels) -> None:
        self._levels = levels

    def levels(self) -> Mapping[str, Levels]:
        return {ALONE: self._levels}


class SharedTally:
    """Implements ``Tally`` for one worker, in memory-mapped files that survive a crash."""

    def __init__(self, folder: Path, place: int) -> None:
        """Count in ``folder`` at ``place``, which no other live worker has."""
        self._folder = folder
        forget_levels(folder, place)
        self._sums = _opened(folder / f"{_SUMS}{place}")
        self._own = _opened(folder / f"{_LEVELS}{place}")
        self._names: dict[Key, str] = {}
        # The files are not thread-safe, and media are rendered in threads.
        self._lock = Lock()

    def add(self, key: Key, amount: int = 1) -> None:
        with self._lock:
            name = self._names.get(key)
            if name is None:
                name = self._names[key] = orjson.dumps(key).decode()
            before, _ = self._sums.read_value(name)  # type: ignore[no-untyped-call]
            self._sums.write_value(name, before + amount, 0.0)  # type: ignore[no-untyped-call]

    def totals(self) -> Mapping[Key, int]:
        found: Counter[Key] = Counter()
        for path in self._folder.glob(f"{_SUMS}*"):
            for name, amount in _numbers(path):
                found[tuple(orjson.loads(name))] += amount
        return found

    def publish(self, levels: Levels) -> None:
        for name, level in levels.items():
            self._own.write_value(name, level, 0.0)  # type: ignore[no-untyped-call]

    def levels(self) -> Mapping[str, Levels]:
        paths = sorted(self._folder.glob(f"{_LEVELS}*"))
        found = {path.name.removeprefix(_LEVELS): dict(_numbers(path)) for path in paths}
        return {place: levels for place, levels in found.items() if levels}

    def close(self) -> None:
        """Close the files."""
        for file in (self._sums, self._own):
            file.close()  # type: ignore[no-untyped-call]


def forget_levels(folder: Path, place: int) -> None:
    """Remove the levels of a place whose worker has ended."""
    (folder / f"{_LEVELS}{place}").unlink(missing_ok=True)


def _opened(path: Path) -> "MmapedDict":
    from prometheus_client.mmap_dict import MmapedDict

    return MmapedDict(str(path))  # type: ignore[no-untyped-call]


def _numbers(path: Path) -> Iterator[tuple[str, int]]:
    """The values in a file, which another process may be writing or removing."""
    from prometheus_client.mmap_dict import MmapedDict

    try:
        begun = path.stat().st_size > 0
        values = MmapedDict.read_all_values_from_file(path) if begun else ()  # type: ignore[no-untyped-call]
    except FileNotFoundError:
        return
    for name, value, *_ in values:
        yield name, int(value)
