"""What a store can do. One behavioural suite runs over every implementation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mock_server.domain.character import Character
from mock_server.domain.job import Job


@dataclass(frozen=True, slots=True)
class JobPage:
    """Some jobs of a listing and whether there are more."""

    jobs: Sequence[Job]
    has_more: bool


class Store(Protocol):
    """Keeps facts by tenant; a tenant never sees another's.

    An id that is not the tenant's own is answered like one that never was (None, False).
    """

    async def add(self, job: Job) -> None:
        """Keep a new job."""

    async def get(self, tenant: str, job_id: str) -> Job | None:
        """The tenant's job with that id."""

    async def delete(self, tenant: str, job_id: str) -> bool:
        """Remove the tenant's job; whether there was one."""

    async def page(
        self, tenant: str, *, after: str | None, limit: int, newest_first: bool
    ) -> JobPage | None:
        """Up to ``limit`` jobs in order of creation that follow the job ``after``.

        None when ``after`` is no job of the tenant.
        """

    async def forget(self, tenant: str) -> None:
        """Remove everything of the tenant's."""

    async def add_character(self, character: Character) -> None:
        """Keep a new character."""

    async def get_character(self, tenant: str, character_id: str) -> Character | None:
        """The tenant's character with that id."""
