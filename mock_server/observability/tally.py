"""Sums, which only grow, and levels, which are current values, by name.

A server with one process counts in memory. Worker processes on one machine share a folder with two
files for each worker place. The sums outlive the worker: its replacement continues them. The levels
end with the worker.

``SharedTally`` uses ``MmapedDict`` of prometheus-client, which is not a public interface, so
pyproject.toml bounds the release; docs/decisions.md says why.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol

import orjson

if TYPE_CHECKING:
    from prometheus_client.mmap_dict import MmapedDict

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
