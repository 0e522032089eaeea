"""One tenant's requests in order; the oldest make room for the newest."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mock_server.journal.entry import Entry, size_of
from mock_server.journal.search import Search

_NEAREST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """An entry that was nearly found, and what kept it out."""

    entry: Entry
    differences: tuple[str, ...]

    def __str__(self) -> str:
        """The entry and its differences in one line."""
        return f"#{self.entry.number} {_told(self.entry)}: {'; '.join(self.differences)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether as many requests were made as there should be; ``message`` says it in words."""

    holds: bool
    message: str
    found: tuple[Entry, ...]
    near: tuple[Near, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How many there should be; ``at_most`` of None is any number."""

    at_least: int = 1
    at_most: int | None = None

    def cover(self, count: int) -> bool:
        """Whether a number is right."""
        return self.at_least <= count and (self.at_most is None or count <= self.at_most)

    def __str__(self) -> str:
        """The number in words."""
        if self.at_most is None:
            return f"at least {self.at_least}"
        if self.at_least == self.at_most:
            return f"exactly {self.at_least}"
        return (
            f"at most {self.at_most}"
            if not self.at_least
            else (f"{self.at_least} to {self.at_most}")
        )


class Journal:
    """Keeps up to ``capacity`` entries; ``dropped`` counts those that made room.

    ``size`` is about how many bytes they take.
    """

    def __init__(self, capacity: int | None) -> None:
        """Start empty."""
        self._entries: deque[Entry] = deque()
        self._sizes: deque[int] = deque()
        self._capacity = capacity
        self._last = 0
        self.size = 0

    @classmethod
    def of(cls, entries: Iterable[Entry], last: int, capacity: int | None = None) -> "Journal":
        """A journal that was kept elsewhere; ``last`` is the newest entry's number."""
        journal = cls(capacity)
        for entry in entries:
            journal.restore(entry)
        journal._last = last
        return journal

    @property
    def capacity(self) -> int | None:
        """How many entries it keeps; None is all."""
        return self._capacity

    @property
    def last(self) -> int:
        """The number of the newest entry there ever was."""
        return self._last

    def restore(self, entry: Entry) -> None:
        """Put back an entry that was kept, with its number; the oldest comes first."""
        size = size_of(entry)
        self._entries.append(entry)
        self._sizes.append(size)
        self.size += size
        if self._capacity is not None and len(self._entries) > self._capacity:
            self._drop()

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def dropped(self) -> int:
        """How many entries are no longer kept."""
        return self._last - len(self._entries)

    def add(self, entry: Entry, most: int | None = None) -> None:
        """Keep an entry under the next number, and all together in at most so many bytes."""
        self._last += 1
        entry.number = self._last
        self.restore(entry)
        if most is not None and self.size > most:
            self.shrink(most)

    def shrink(self, most: int) -> None:
        """Drop the oldest entries until the others take at most so many bytes; the newest stays."""
        while self.size > most and len(self._entries) > 1:
            self._drop()

    def clear(self) -> None:
        """Forget everything; numbers begin at one again."""
        self._entries.clear()
        self._sizes.clear()
        self._last = self.size = 0

    def _drop(self) -> None:
        self._entries.popleft()
        self.size -= self._sizes.popleft()

    def search(self, search: Search) -> Iterator[Entry]:
        """The entries wanted, oldest first; entries may be added meanwhile."""
        return (entry for entry in list(self._entries) if search.covers(entry))

    def verify(self, search: Search, times: Times) -> Verdict:
        """Hold the number of wanted entries to what it should be."""
        found = tuple(self.search(search))
        if times.cover(len(found)):
            return Verdict(holds=True, message=f"{len(found)} found", found=found)
        near = () if found else tuple(self._nearest(search))
        lines = [f"expected {times} with {search}; found {len(found)}"]
        lines += [f"  #{entry.number} {_told(entry)}" for entry in found]
        lines += [f"  nearest: {one}" for one in near]
        if self.dropped:
            lines.append(f"  the oldest {self.dropped} requests are no longer kept")
        return Verdict(holds=False, message="\n".join(lines), found=found, near=near)

    def _nearest(self, search: Search) -> Iterator[Near]:
        judged = [
            Near(entry=entry, differences=tuple(search.differences(entry)))
            for entry in list(self._entries)
        ]
        yield from sorted(judged, key=lambda near: len(near.differences))[:_NEAREST]


def _told(entry: Entry) -> str:
    what = entry.operation or f"{entry.method} {entry.path}"
    return f"{what} -> {entry.status}" + (f" ({entry.code})" if entry.code else "")
