"""The requests of one tenant in order; the oldest are dropped beyond a limit."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mock_server.domain.ranges import Range, setting
from mock_server.domain.truncation import weight
from mock_server.journal.entry import Entry
from mock_server.journal.search import Search

_ANY = Search()
_NEAREST = 3
# Characters of an error's message in a line about a request.
_LONGEST_REASON = 200
# Estimated bytes of an entry, or of a file in it, without the values that clients send.
_BARE = 500
_MIB = 1024 * 1024
_BYTES = Range(1 << 20, 2**40)


@dataclass(frozen=True, slots=True)
class JournalLimits:
    """The most ``entries`` and bytes (``size``) of each journal, and bytes of all together.

    Sizes are those of the encoded entries, and estimates in memory. If all journals together exceed
    ``total``, the largest are cut, so that no tenant displaces the entries of another.
    ``headers`` names request headers to keep besides the usual ones.
    """

    entries: int = setting(
        *(1000, Range(0, 100_000), "Number of requests to keep in the journal per API key."),
        option="journal",
    )
    size: int = setting(
        16 * _MIB,
        _BYTES,
        "Maximum size of the journal per API key, in bytes; the oldest requests are dropped.",
        option="journal-bytes",
    )
    total: int = setting(
        256 * _MIB,
        _BYTES,
        "Maximum size of all journals, in bytes; the largest are shortened.",
        option="journal-total",
    )
    headers: tuple[str, ...] = setting(
        (),
        None,
        "Also keep this header of requests in the journal; repeatable. Headers that carry "
        "credentials are refused.",
        option="journal-header",
        metavar="NAME",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """An entry that almost matches a search, and the differences."""

    entry: Entry
    differences: tuple[str, ...]

    def __str__(self) -> str:
        return f"#{self.entry.number} {request_line(self.entry)}: {'; '.join(self.differences)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The result of a verification; ``message`` explains it."""

    holds: bool
    message: str
    found: tuple[Entry, ...]
    near: tuple[Near, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The expected number of requests; without ``at_most`` there is no upper limit."""

    at_least: int = 1
    at_most: int | None = None

    def cover(self, count: int) -> bool:
        return self.at_least <= count and (self.at_most is None or count <= self.at_most)

    def __str__(self) -> str:
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
    """Holds up to ``capacity`` entries, or any number if it is None.

    ``size`` estimates their bytes, ``dropped`` counts the entries that were removed.
    """

    def __init__(self, capacity: int | None) -> None:
        self._entries: deque[Entry] = deque()
        self._sizes: deque[int] = deque()
        self._capacity = capacity
        self._last = 0
        self.size = 0

    @classmethod
    def of(cls, entries: Iterable[Entry], last: int, capacity: int | None = None) -> "Journal":
        """Create a journal from stored entries; ``last`` is the number of the newest ever added."""
        journal = cls(capacity)
        for entry in entries:
            journal.restore(entry)
        journal._last = last
        return journal

    @property
    def capacity(self) -> int | None:
        return self._capacity

    @property
    def last(self) -> int:
        """The number of the newest entry ever added."""
        return self._last

    def restore(self, entry: Entry) -> None:
        """Append an entry that has its number already."""
        size = _size(entry)
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
        return self._last - len(self._entries)

    def add(self, entry: Entry, most: int | None = None) -> None:
        """Append an entry under the next number, then shrink the journal to ``most`` bytes."""
        self._last += 1
        entry.number = self._last
        self.restore(entry)
        if most is not None and self.size > most:
            self.shrink(most)

    def shrink(self, most: int) -> None:
        """Drop the oldest entries, but never the newest, until ``most`` bytes remain."""
        while self.size > most and len(self._entries) > 1:
            self._drop()

    def clear(self) -> None:
        """Remove all entries; numbers start at one again."""
        self._entries.clear()
        self._sizes.clear()
        self._last = self.size = 0

    def _drop(self) -> None:
        self._entries.popleft()
        self.size -= self._sizes.popleft()

    def search(self, search: Search) -> Iterator[Entry]:
        """The matching entries, oldest first; entries may be added during iteration."""
        entries = list(self._entries)
        return iter(entries) if search == _ANY else filter(search.covers, entries)

    def verify(self, search: Search, times: Times) -> Verdict:
        """Compare the number of matching entries with the expected one."""
        found = tuple(self.search(search))
        if times.cover(len(found)):
            return Verdict(holds=True, message=f"{len(found)} found", found=found)
        near = () if found else tuple(self._nearest(search))
        lines = [f"expected {times} with {search}; found {len(found)}"]
        lines += [f"  #{entry.number} {request_line(entry)}" for entry in found]
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


def _size(entry: Entry) -> int:
    """Estimate the bytes of an entry."""
    size = _BARE + len(entry.path) + len(entry.query) + len(entry.user_agent)
    size += len(entry.reason or "")
    size += sum(len(name) + len(value) for name, value in entry.headers.items())
    if entry.fields:
        size += weight(entry.fields)
    for name, file in entry.files.items():
        size += _BARE + len(name) + len(file.filename) + len(file.content_type)
    return size


def request_line(entry: Entry) -> str:
    """An entry in one line: what was requested, and how it ended."""
    what = entry.operation or f"{entry.method} {entry.path}"
    refusal = f" ({entry.code})" if entry.code else ""
    reason = f": {entry.reason[:_LONGEST_REASON]}" if entry.reason else ""
    return f"{what} -> {entry.status}{refusal}{reason}"
