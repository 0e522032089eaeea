"""Sums and levels of several processes on one machine, each of which can tell those of all.

They share a folder with two files for each worker's place. Its sums outlive the worker: whoever
takes a dead one's place goes on with them. Its levels end with it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import orjson

from mock_server.observability.tally import Key, Levels

if TYPE_CHECKING:
    from prometheus_client.mmap_dict import MmapedDict

_SUMS, _LEVELS = "sums-", "levels-"


class SharedTally:
    """The tally of one worker. What it writes is in memory that survives it, however it ends."""

    def __init__(self, folder: Path, place: int) -> None:
        """Count in ``folder``, at a place that no other living worker has."""
        self._folder = folder
        forget_levels(folder, place)
        self._sums = _opened(folder / f"{_SUMS}{place}")
        self._own = _opened(folder / f"{_LEVELS}{place}")
        self._names: dict[Key, str] = {}
        # The files are not made for threads, and media are rendered in some.
        self._lock = Lock()

    def add(self, key: Key, amount: int = 1) -> None:
        """Let a sum grow."""
        with self._lock:
            name = self._names.get(key)
            if name is None:
                name = self._names[key] = orjson.dumps(key).decode()
            before, _ = self._sums.read_value(name)  # type: ignore[no-untyped-call]
            self._sums.write_value(name, before + amount, 0.0)  # type: ignore[no-untyped-call]

    def totals(self) -> Mapping[Key, int]:
        """All sums of all places."""
        found: Counter[Key] = Counter()
        for path in self._folder.glob(f"{_SUMS}*"):
            for name, amount in _numbers(path):
                found[tuple(orjson.loads(name))] += amount
        return found

    def publish(self, levels: Levels) -> None:
        """Say what the levels of this worker are now."""
        for name, level in levels.items():
            self._own.write_value(name, level, 0.0)  # type: ignore[no-untyped-call]

    def levels(self) -> Mapping[str, Levels]:
        """What each worker that is alive has published last, by its place."""
        paths = sorted(self._folder.glob(f"{_LEVELS}*"))
        found = {path.name.removeprefix(_LEVELS): dict(_numbers(path)) for path in paths}
        return {place: levels for place, levels in found.items() if levels}

    def close(self) -> None:
        """Let go of the files."""
        for file in (self._sums, self._own):
            file.close()  # type: ignore[no-untyped-call]


def forget_levels(folder: Path, place: int) -> None:
    """The worker at that place is no longer alive."""
    (folder / f"{_LEVELS}{place}").unlink(missing_ok=True)


def _opened(path: Path) -> "MmapedDict":
    from prometheus_client.mmap_dict import MmapedDict

    return MmapedDict(str(path))  # type: ignore[no-untyped-call]


def _numbers(path: Path) -> Iterator[tuple[str, int]]:
    """What stands in a file, which another process may be writing or removing."""
    from prometheus_client.mmap_dict import MmapedDict

    try:
        begun = path.stat().st_size > 0
        values = MmapedDict.read_all_values_from_file(path) if begun else ()  # type: ignore[no-untyped-call]
    except FileNotFoundError:
        return
    for name, value, *_ in values:
        yield name, int(value)
