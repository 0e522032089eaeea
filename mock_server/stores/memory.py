"""Keeps everything in this process; gone when it ends."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count, islice

from sortedcontainers import SortedDict

from mock_server.domain.character import Character
from mock_server.domain.job import Job
from mock_server.stores.protocol import JobPage


@dataclass(slots=True)
class _Shelf:
    """One tenant's things. ``order`` maps a running number to a job, ``numbers`` the reverse."""

    jobs: "SortedDict[int, Job]" = field(default_factory=SortedDict)
    numbers: dict[str, int] = field(default_factory=dict)
    characters: dict[str, Character] = field(default_factory=dict)


class MemoryStore:
    """The default store. Listing costs one page, however many jobs there are."""

    def __init__(self) -> None:
        """Start empty."""
        self._shelves: defaultdict[str, _Shelf] = defaultdict(_Shelf)
        self._counter = count()

    async def add(self, job: Job) -> None:
        """Keep a new job."""
        shelf = self._shelves[job.tenant]
        number = next(self._counter)
        shelf.numbers[job.id] = number
        shelf.jobs[number] = job

    async def get(self, tenant: str, job_id: str) -> Job | None:
        """The tenant's job with that id."""
        shelf = self._shelves.get(tenant)
        number = shelf.numbers.get(job_id) if shelf else None
        return None if shelf is None or number is None else shelf.jobs[number]

    async def delete(self, tenant: str, job_id: str) -> bool:
        """Remove the tenant's job; whether there was one."""
        shelf = self._shelves.get(tenant)
        number = shelf.numbers.pop(job_id, None) if shelf else None
        if shelf is None or number is None:
            return False
        del shelf.jobs[number]
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

    async def forget(self, tenant: str) -> None:
        """Remove everything of the tenant's."""
        self._shelves.pop(tenant, None)

    async def add_character(self, character: Character) -> None:
        """Keep a new character."""
        self._shelves[character.tenant].characters[character.id] = character

    async def get_character(self, tenant: str, character_id: str) -> Character | None:
        """The tenant's character with that id."""
        shelf = self._shelves.get(tenant)
        return shelf.characters.get(character_id) if shelf else None
