"""The journals of the store in memory, bounded together."""

from collections.abc import Iterator

from mock_server.journal.entry import Entry
from mock_server.journal.journal import Journal
from mock_server.journal.limits import JournalLimits


class MemoryJournals:
    """Every tenant's journal. A tenant that was never noted has none."""

    def __init__(self) -> None:
        self._journals: dict[str, Journal] = {}
        self._size = 0

    def __contains__(self, tenant: str) -> bool:
        return tenant in self._journals

    def of(self, tenant: str) -> Journal:
        """What is kept of a tenant's requests."""
        return self._journals.get(tenant) or Journal(0)

    def all(self) -> Iterator[tuple[str, Journal]]:
        """Every tenant's name with its journal."""
        return iter(self._journals.items())

    def note(self, tenant: str, entry: Entry, limits: JournalLimits) -> None:
        """Keep an entry under the next number, within the limits."""
        journal = self._journals.get(tenant)
        if journal is None or journal.capacity != limits.entries:
            kept, last = (journal, journal.last) if journal is not None else ((), 0)
            self.put(tenant, Journal.of(kept, last, limits.entries))
            journal = self._journals[tenant]
        before = journal.size
        journal.add(entry, limits.size)
        self._size += journal.size - before
        if self._size > limits.total:
            self._make_room()

    def put(self, tenant: str, journal: Journal) -> None:
        """Keep a journal in the place of the one there was."""
        self.forget(tenant)
        self._journals[tenant] = journal
        self._size += journal.size

    def restore(self, tenant: str, entry: Entry) -> None:
        """Put an entry back that was kept before."""
        journal = self._journals[tenant]
        before = journal.size
        journal.restore(entry)
        self._size += journal.size - before

    def forget(self, tenant: str) -> None:
        """Forget a tenant's journal."""
        journal = self._journals.pop(tenant, None)
        if journal is not None:
            self._size -= journal.size

    def _make_room(self) -> None:
        """Halve the journals that are no smaller than all are on average."""
        mean = self._size / len(self._journals)
        for journal in self._journals.values():
            if journal.size >= mean:
                before = journal.size
                journal.shrink(before // 2)
                self._size += journal.size - before
