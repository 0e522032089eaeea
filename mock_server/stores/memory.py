"""Keeps everything in this process; gone when it ends."""

from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from typing import TypeVar

from sortedcontainers import SortedDict, SortedList

from mock_server.domain.job import Character, Job, ends_ms
from mock_server.domain.retention import ALL, MOST_AT_ONCE, Retention
from mock_server.domain.tenant import Storable
from mock_server.domain.webhooks import Delivery
from mock_server.journal.entry import Entry
from mock_server.journal.journal import Journal
from mock_server.journal.limits import JournalLimits
from mock_server.stores.memory_journals import MemoryJournals
from mock_server.stores.memory_outbox import MemoryOutbox
from mock_server.stores.protocol import MOST_CHARACTERS, SERVER, Change, JobPage

T = TypeVar("T")

# Tenants that have only asked: so many are remembered, so that made-up keys do not fill the memory.
PASSING = 10_000


@dataclass(slots=True)
class Shelf:
    """One tenant's things. ``jobs`` maps a running number to a job, ``numbers`` the reverse.

    ``ends`` are the instants at which jobs end with their numbers, kept where there is a retention.
    """

    jobs: "SortedDict[int, Job]" = field(default_factory=SortedDict)
    numbers: dict[str, int] = field(default_factory=dict)
    ends: "SortedList[tuple[int, int]]" = field(default_factory=SortedList)
    characters: dict[str, Character] = field(default_factory=dict)

    def remove(self, number: int) -> None:
        """Remove a job."""
        job = self.jobs.pop(number)
        del self.numbers[job.id]
        end = ends_ms(job) if self.ends else None
        if end is not None:
            self.ends.discard((end, number))

    def make_room(self, retention: Retention, now: int) -> None:
        """Remove what has to go now that there is a new job."""
        aged = -1 if retention.age_ms is None else now - retention.age_ms
        surplus = retention.surplus(len(self.jobs))
        for place, (ended, number) in enumerate(list(self.ends[:MOST_AT_ONCE])):
            if ended < aged or (place < surplus and ended < now):
                self.remove(number)


class MemoryStore:
    """The default store. Listing costs one page, however many jobs there are.

    Nothing here waits, so that no two changes of a world are ever under way.
    """

    lost: str | None = None

    def __init__(self, retention: Retention = ALL, passing: int = PASSING) -> None:
        """Start empty; remember so many ``passing`` tenants."""
        self._retention = retention
        self._most_passing = passing
        self._shelves: defaultdict[str, Shelf] = defaultdict(Shelf)
        self._counter = count()
        self._worlds: dict[str, Storable] = {}
        self._journals = MemoryJournals()
        # Those of whom there is nothing else than a world as it began and a journal; the one that
        # was not seen for the longest time comes first.
        self._passing: OrderedDict[str, None] = OrderedDict()
        self.outbox = MemoryOutbox()

    async def add(self, job: Job, deliveries: Sequence[Delivery] = ()) -> None:
        """Keep a new job, and what is to be sent when it ends."""
        shelf = self._shelve(job)
        self.outbox.keep(job.tenant, deliveries)
        if self._retention:
            shelf.make_room(self._retention, job.created_ms)

    def _shelve(self, job: Job) -> Shelf:
        shelf = self._shelf(job.tenant)
        number = next(self._counter)
        shelf.numbers[job.id] = number
        shelf.jobs[number] = job
        end = ends_ms(job) if self._retention else None
        if end is not None:
            shelf.ends.add((end, number))
        return shelf

    async def get(self, tenant: str, job_id: str) -> Job | None:
        """The tenant's job with that id."""
        shelf = self._shelves.get(tenant)
        number = shelf.numbers.get(job_id) if shelf else None
        return None if shelf is None or number is None else shelf.jobs[number]

    async def delete(self, tenant: str, job_id: str, withdrawn: Sequence[str] = ()) -> bool:
        """Remove the tenant's job; whether there was one."""
        shelf = self._shelves.get(tenant)
        number = shelf.numbers.get(job_id) if shelf else None
        if shelf is None or number is None:
            return False
        shelf.remove(number)
        self.outbox.remove(tenant, withdrawn)
        return True

    async def page(
        self, tenant: str, *, after: str | None, limit: int, newest_first: bool
    ) -> JobPage | None:
        """Up to ``limit`` jobs in order of creation that follow the job ``after``."""
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
        """Keep a new character."""
        known = self._shelf(character.tenant).characters
        if len(known) >= MOST_CHARACTERS:
            return False
        known[character.id] = character
        return True

    async def get_character(self, tenant: str, character_id: str) -> Character | None:
        """The tenant's character with that id."""
        shelf = self._shelves.get(tenant)
        return shelf.characters.get(character_id) if shelf else None

    async def tenant_state(self, tenant: str) -> Storable | None:
        """The facts of a world."""
        if tenant in self._passing:
            self._passing.move_to_end(tenant)
        return self._worlds.get(tenant)

    async def change_tenant(self, tenant: str, change: Change[T]) -> T:
        """Put new facts in the place of the old."""
        found = self._change(tenant, change)
        self._passing.pop(tenant, None)
        return found

    async def touch_tenant(self, tenant: str, change: Change[T]) -> T:
        """The same, for a world that may be forgotten."""
        known = self._knows(tenant)
        found = self._change(tenant, change)
        if not known:
            self._pass(tenant)
        return found

    async def tenants(self) -> Sequence[str]:
        """Whose worlds there are, in the order in which they were first seen."""
        return [tenant for tenant in self._worlds if tenant != SERVER]

    async def lasting(self) -> int:
        """How many have done more than ask."""
        return len(self._worlds) - len(self._passing)

    async def note(self, tenant: str, entry: Entry, limits: JournalLimits) -> None:
        """Keep an entry under the next number."""
        if tenant not in self._journals and not self._knows(tenant):
            self._pass(tenant)
        self._journals.note(tenant, entry, limits)

    async def journal(self, tenant: str) -> Journal:
        """What is kept."""
        return self._journals.of(tenant)

    async def noted(self, tenant: str) -> int:
        """How many entries are kept."""
        return len(await self.journal(tenant))

    async def clear_journal(self, tenant: str) -> None:
        """Forget them all."""
        self._journals.forget(tenant)

    async def forget_jobs(self, tenant: str) -> None:
        """Remove the tenant's jobs and characters."""
        self._shelves.pop(tenant, None)
        self.outbox.remove(tenant, self.outbox.all_pending(tenant))

    async def forget(self, tenant: str) -> None:
        """Remove everything of the tenant's."""
        await self.forget_jobs(tenant)
        await self.clear_journal(tenant)
        self._worlds.pop(tenant, None)
        self._passing.pop(tenant, None)
        self.outbox.forget(tenant)

    async def check(self) -> None:
        """Memory always works."""

    def start(self) -> None:
        """Nothing goes on in the background."""

    async def close(self) -> None:
        """Nothing is held."""

    def _shelf(self, tenant: str) -> Shelf:
        """Where something of the tenant's is put, who is known from then on."""
        self._passing.pop(tenant, None)
        return self._shelves[tenant]

    def _knows(self, tenant: str) -> bool:
        return tenant in self._worlds or tenant in self._journals or tenant in self._shelves

    def _change(self, tenant: str, change: Change[T]) -> T:
        tenants = self._worlds
        tenants[tenant], found = change(tenants.get(tenant), tenants.get(SERVER))
        return found

    def _pass(self, tenant: str) -> None:
        """Remember somebody who has only asked, and forget who did so before many others."""
        self._passing[tenant] = None
        if len(self._passing) > self._most_passing:
            forgotten, _ = self._passing.popitem(last=False)
            self._worlds.pop(forgotten, None)
            self._journals.forget(forgotten)
