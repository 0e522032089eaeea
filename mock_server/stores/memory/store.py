"""The store in memory, which ends with its process."""

from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from typing import TypeVar

from sortedcontainers import SortedDict, SortedList

from mock_server.domain.bill import (
    MOST_REMOVED,
    NOTHING,
    UNBOUND,
    Once,
    Removed,
    Terms,
    Totals,
    removed_at,
    require_affordable,
    totals,
)
from mock_server.domain.job import Character, Job, ends_ms
from mock_server.domain.retention import ALL, MOST_AT_ONCE, Retention
from mock_server.domain.tenant import Storable
from mock_server.domain.webhooks import Delivery
from mock_server.journal.entry import Entry
from mock_server.journal.journal import Journal, JournalLimits
from mock_server.stores.memory.outbox import MemoryOutbox
from mock_server.stores.protocol import MOST_CHARACTERS, SERVER, Change, JobPage

T = TypeVar("T")

# The most tenants kept that only sent requests, so that unknown keys do not fill the memory.
PASSING = 10_000


@dataclass(slots=True)
class Shelf:
    """The jobs and characters of one tenant.

    ``jobs`` is keyed by a running number, ``numbers`` maps the id of a job to its number. ``ends``
    holds the instant at which each job ends with its number; it is empty without a retention.
    ``replaced`` counts the jobs that were replaced.
    ``removed`` is what the jobs that are no longer there have cost, ``removed_jobs`` the newest of
    them. ``onces`` has the jobs that requests with a mark created, and until when, in order of
    creation.
    """

    jobs: "SortedDict[int, Job]" = field(default_factory=SortedDict)
    numbers: dict[str, int] = field(default_factory=dict)
    ends: "SortedList[tuple[int, int]]" = field(default_factory=SortedList)
    characters: dict[str, Character] = field(default_factory=dict)
    replaced: int = 0
    removed: Totals = NOTHING
    removed_jobs: deque[Removed] = field(default_factory=lambda: deque(maxlen=MOST_REMOVED))
    onces: dict[str, tuple[int, Job]] = field(default_factory=dict)

    def remove(self, number: int, now: int) -> None:
        """Remove a job at the instant ``now``."""
        job = self.jobs.pop(number)
        del self.numbers[job.id]
        self.settle(removed_at(job, now))
        self.removed_jobs.append(Removed(job, now))
        end = ends_ms(job) if self.ends else None
        if end is not None:
            self.ends.discard((end, number))

    def settle(self, removed: Totals) -> None:
        """Add what jobs have cost that are removed."""
        self.removed = self.removed.plus(removed)

    def repeated(self, once: Once, now: int) -> Job | None:
        """The job that the same request has created, unless that was too long ago."""
        until_ms, job = self.onces.get(once.mark, (0, None))
        return job if until_ms > now else None

    def mark(self, once: Once, job: Job) -> None:
        """Remember the job of a request; the oldest that are too old are forgotten."""
        for mark in list(islice(self.onces, MOST_AT_ONCE)):
            if self.onces[mark][0] <= job.created_ms:
                del self.onces[mark]
        self.onces[once.mark] = once.until_ms, job

    def bill(self, now: int) -> Totals:
        """What all jobs cost at the instant ``now``, removed ones included."""
        return totals(self.jobs.values(), now, self.removed)

    def replace(self, number: int, job: Job) -> None:
        """Put a job in the place of one with the same id; its end is not added to ``ends``."""
        planned = ends_ms(self.jobs[number])
        if planned is not None:
            self.ends.discard((planned, number))
        self.jobs[number] = job
        self.replaced += 1

    def make_room(self, retention: Retention, now: int) -> None:
        """Remove ended jobs that the retention no longer covers at the instant ``now``."""
        aged = -1 if retention.age_ms is None else now - retention.age_ms
        surplus = retention.surplus(len(self.jobs))
        for place, (ended, number) in enumerate(list(self.ends[:MOST_AT_ONCE])):
            if ended < aged or (place < surplus and ended < now):
                self.remove(number, now)


class MemoryJournals:
    """The journals of all tenants, bounded together. A tenant without an entry has none."""

    def __init__(self) -> None:
        self._journals: dict[str, Journal] = {}
        self._size = 0

    def __contains__(self, tenant: str) -> bool:
        return tenant in self._journals

    def of(self, tenant: str) -> Journal:
        return self._journals.get(tenant) or Journal(0)

    def all(self) -> Iterator[tuple[str, Journal]]:
        return iter(self._journals.items())

    def note(self, tenant: str, entry: Entry, limits: JournalLimits) -> None:
        """Store an entry under the next number, within the limits."""
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
        self.forget(tenant)
        self._journals[tenant] = journal
        self._size += journal.size

    def restore(self, tenant: str, entry: Entry) -> None:
        """Add an entry that was stored before, under its own number."""
        journal = self._journals[tenant]
        before = journal.size
        journal.restore(entry)
        self._size += journal.size - before

    def forget(self, tenant: str) -> None:
        journal = self._journals.pop(tenant, None)
        if journal is not None:
            self._size -= journal.size

    def _make_room(self) -> None:
        """Halve the journals that are at least of average size."""
        mean = self._size / len(self._journals)
        for journal in self._journals.values():
            if journal.size >= mean:
                before = journal.size
                journal.shrink(before // 2)
                self._size += journal.size - before


class MemoryStore:
    """The default store; implements ``Store``.

    A page of a listing costs the same however many jobs there are. No method awaits anything, so
    that two changes of one tenant never overlap.
    """

    lost: str | None = None

    def __init__(self, retention: Retention = ALL, passing: int = PASSING) -> None:
        """Start empty. ``passing`` is the most tenants kept that only sent requests."""
        self._retention = retention
        self._most_passing = passing
        self._shelves: defaultdict[str, Shelf] = defaultdict(Shelf)
        self._counter = count()
        self._states: dict[str, Storable] = {}
        self._journals = MemoryJournals()
        # Tenants that have nothing but their first state and a journal, the least recently seen
        # first.
        self._passing: OrderedDict[str, None] = OrderedDict()
        self.outbox = MemoryOutbox()

    async def add(
        self, job: Job, deliveries: Sequence[Delivery] = (), terms: Terms = UNBOUND
    ) -> Job:
        if terms is not UNBOUND and (earlier := self._agreed(job, terms)) is not None:
            return earlier
        shelf = self._shelve(job)
        self.outbox.keep(job.tenant, deliveries)
        if self._retention:
            shelf.make_room(self._retention, job.created_ms)
        return job

    def _agreed(self, job: Job, terms: Terms) -> Job | None:
        """Hold the terms of a new job; returns an earlier one of the same request."""
        shelf = self._shelf(job.tenant)
        earlier = terms.once and shelf.repeated(terms.once, job.created_ms)
        if earlier is not None:
            return earlier
        if terms.budget is not None:
            require_affordable(job, shelf.bill(job.created_ms), terms.budget)
        if terms.once is not None:
            shelf.mark(terms.once, job)
        return None

    def _shelve(self, job: Job) -> Shelf:
        shelf = self._shelf(job.tenant)
        number = next(self._counter)
        shelf.numbers[job.id] = number
        shelf.jobs[number] = job
        self._note_end(shelf, number, job)
        return shelf

    def _note_end(self, shelf: Shelf, number: int, job: Job) -> None:
        end = ends_ms(job) if self._retention else None
        if end is not None:
            shelf.ends.add((end, number))

    async def get(self, tenant: str, job_id: str) -> Job | None:
        shelf = self._shelves.get(tenant)
        number = shelf.numbers.get(job_id) if shelf else None
        return None if shelf is None or number is None else shelf.jobs[number]

    async def delete(
        self, tenant: str, job_id: str, now_ms: int, withdrawn: Sequence[str] = ()
    ) -> bool:
        shelf = self._shelves.get(tenant)
        number = shelf.numbers.get(job_id) if shelf else None
        if shelf is None or number is None:
            return False
        shelf.remove(number, now_ms)
        self.outbox.remove(tenant, withdrawn)
        return True

    async def removed(self, tenant: str) -> Sequence[Removed]:
        shelf = self._shelves.get(tenant)
        return list(shelf.removed_jobs) if shelf else []

    async def replace(
        self, job: Job, deliveries: Sequence[Delivery], withdrawn: Sequence[str]
    ) -> bool:
        shelf = self._shelves.get(job.tenant)
        number = shelf.numbers.get(job.id) if shelf else None
        if shelf is None or number is None:
            return False
        shelf.replace(number, job)
        self._note_end(shelf, number, job)
        self.outbox.remove(job.tenant, withdrawn)
        self.outbox.keep(job.tenant, deliveries)
        return True

    async def bill(self, tenant: str, now_ms: int) -> Totals:
        shelf = self._shelves.get(tenant)
        return NOTHING if shelf is None else shelf.bill(now_ms)

    async def page(
        self, tenant: str, *, after: str | None, limit: int, newest_first: bool
    ) -> JobPage | None:
        shelf = self._shelves.get(tenant)
        if shelf is None:
            return None if after else JobPage((), has_more=False)
        start = None if after is None else shelf.numbers.get(after)
        if after is not None and start is None:
            return None
        low, high = (None, start) if newest_first else (start, None)
        numbers = shelf.jobs.irange(low, high, inclusive=(False, False), reverse=newest_first)
        found = [shelf.jobs[number] for number in islice(numbers, limit + 1)]
        return JobPage(found[:limit], has_more=len(found) > limit)

    async def add_character(self, character: Character) -> bool:
        known = self._shelf(character.tenant).characters
        if len(known) >= MOST_CHARACTERS:
            return False
        known[character.id] = character
        return True

    async def get_character(self, tenant: str, character_id: str) -> Character | None:
        shelf = self._shelves.get(tenant)
        return shelf.characters.get(character_id) if shelf else None

    async def tenant_state(self, tenant: str) -> Storable | None:
        if tenant in self._passing:
            self._passing.move_to_end(tenant)
        return self._states.get(tenant)

    async def change_tenant(self, tenant: str, change: Change[T]) -> T:
        found = self._change(tenant, change)
        self._passing.pop(tenant, None)
        return found

    async def touch_tenant(self, tenant: str, change: Change[T]) -> T:
        known = self._knows(tenant)
        found = self._change(tenant, change)
        if not known:
            self._pass(tenant)
        return found

    async def tenants(self) -> Sequence[str]:
        return [tenant for tenant in self._states if tenant != SERVER]

    async def lasting(self) -> int:
        return len(self._states) - len(self._passing)

    async def note(self, tenant: str, entry: Entry, limits: JournalLimits) -> None:
        if tenant not in self._journals and not self._knows(tenant):
            self._pass(tenant)
        self._journals.note(tenant, entry, limits)

    async def journal(self, tenant: str) -> Journal:
        return self._journals.of(tenant)

    async def noted(self, tenant: str) -> int:
        return len(await self.journal(tenant))

    async def clear_journal(self, tenant: str) -> None:
        self._journals.forget(tenant)

    async def forget_jobs(self, tenant: str) -> None:
        self._shelves.pop(tenant, None)
        self.outbox.remove(tenant, self.outbox.all_pending(tenant))

    async def forget(self, tenant: str) -> None:
        await self.forget_jobs(tenant)
        await self.clear_journal(tenant)
        self._states.pop(tenant, None)
        self._passing.pop(tenant, None)
        self.outbox.forget(tenant)

    async def check(self) -> None:
        """Memory always works."""

    def start(self) -> None:
        """There is no background work."""

    async def close(self) -> None:
        """There is nothing to release."""

    def _shelf(self, tenant: str) -> Shelf:
        """The shelf of a tenant about to store something, who is not forgotten from then on."""
        self._passing.pop(tenant, None)
        return self._shelves[tenant]

    def _knows(self, tenant: str) -> bool:
        return tenant in self._states or tenant in self._journals or tenant in self._shelves

    def _change(self, tenant: str, change: Change[T]) -> T:
        states = self._states
        states[tenant], found = change(states.get(tenant), states.get(SERVER))
        return found

    def _pass(self, tenant: str) -> None:
        """Keep a tenant that only sent requests; beyond the limit the oldest is forgotten."""
        self._passing[tenant] = None
        if len(self._passing) > self._most_passing:
            forgotten, _ = self._passing.popitem(last=False)
            self._states.pop(forgotten, None)
            self._journals.forget(forgotten)
