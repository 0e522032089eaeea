"""What a store can do. One behavioural suite runs over every implementation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from mock_server.domain.job import Character, Job
from mock_server.domain.tenant import Storable
from mock_server.domain.webhooks import Delivery
from mock_server.journal.entry import Entry
from mock_server.journal.journal import Journal
from mock_server.journal.limits import JournalLimits

T = TypeVar("T")
# A world's facts and those of the server, to the world's new facts and what was found out.
Change = Callable[[Storable | None, Storable | None], tuple[Storable, T]]

# Tenants that are not forgotten by themselves, and characters that each can have.
MOST_TENANTS = 100_000
MOST_CHARACTERS = 1000
# The world that holds what was set for all worlds. No tenant has that name, and it is not listed.
SERVER = "*"
# When deliveries are due that cannot be read: later than any clock, so that they keep no place of
# those that can, and are there for whoever looks into the store.
ASIDE_MS = 2**53


class StoreError(Exception):
    """A store that cannot be opened, with how to fix it."""


class StoredStateError(Exception):
    """What is kept of one tenant cannot be used: it is damaged, or of another version.

    Nobody else is concerned. A reset of ``scope`` begins anew without it; of ``SERVER``, a reset of
    the server.
    """

    def __init__(self, reason: str, scope: str = "all") -> None:
        super().__init__(reason)
        self.scope = scope


def of_server(error: StoredStateError) -> StoredStateError:
    """The same of what was set for all tenants, with which every new one begins."""
    return StoredStateError(f"what was set for all keys: {error}", SERVER)


class StoreUnavailableError(Exception):
    """A store that was opened and does not do its work now; it may again later."""


@dataclass(frozen=True, slots=True)
class JobPage:
    """Some jobs of a listing and whether there are more."""

    jobs: Sequence[Job]
    has_more: bool


class Jobs(Protocol):
    """Keeps jobs by tenant.

    An id that is not the tenant's own is answered like one that never was (None, False).
    """

    async def add(self, job: Job, deliveries: Sequence[Delivery] = ()) -> None:
        """Keep a new job, and what is to be sent when it ends: both or neither.

        Once this returns they are kept, whatever happens to this process.
        """

    async def get(self, tenant: str, job_id: str) -> Job | None:
        """The tenant's job with that id."""

    async def delete(self, tenant: str, job_id: str, withdrawn: Sequence[str] = ()) -> bool:
        """Remove the tenant's job; whether there was one.

        The pending deliveries with the ids ``withdrawn`` go with it.
        """

    async def page(
        self, tenant: str, *, after: str | None, limit: int, newest_first: bool
    ) -> JobPage | None:
        """Up to ``limit`` jobs in order of creation that follow the job ``after``.

        None when ``after`` is no job of the tenant.
        """


class Characters(Protocol):
    """Keeps characters by tenant."""

    async def add_character(self, character: Character) -> bool:
        """Keep a new character; False where the tenant has too many already."""

    async def get_character(self, tenant: str, character_id: str) -> Character | None:
        """The tenant's character with that id."""


class TenantStates(Protocol):
    """Keeps what is set in each tenant's world."""

    async def tenant_state(self, tenant: str) -> Storable | None:
        """The facts of a world; the same object as long as they are the same, where it can be."""

    async def change_tenant(self, tenant: str, change: Change[T]) -> T:
        """Put new facts in the place of the old, while nobody else changes them.

        ``change`` may be called more than once, in any thread, and must have no other effect. What
        it raises is raised here, and nothing is changed.
        """

    async def touch_tenant(self, tenant: str, change: Change[T]) -> T:
        """The same, where it is none of the tenant's own doing.

        A world that was only touched may be forgotten, with its journal, once thousands of others
        were touched after it; where the tenant has a job, a character or a change, it never is.
        """

    async def tenants(self) -> Sequence[str]:
        """Whose worlds there are."""

    async def lasting(self) -> int:
        """How many worlds there are that are not forgotten by themselves."""


class Journals(Protocol):
    """Keeps each tenant's newest requests."""

    async def note(self, tenant: str, entry: Entry, limits: JournalLimits) -> None:
        """Keep an entry under the next number; the oldest make room where there are too many."""

    async def journal(self, tenant: str) -> Journal:
        """What is kept, to be read alone."""

    async def noted(self, tenant: str) -> int:
        """How many entries are kept."""

    async def clear_journal(self, tenant: str) -> None:
        """Forget them all; numbers begin at one again."""


class Outbox(Protocol):
    """Keeps what is to be sent to webhook endpoints, and the newest records of what was.

    Whoever sends something claims it first, until an instant of real time: if nothing was heard of
    it by then, another may send it. Each pending delivery has an id of its own in its tenant.
    """

    # Whether other processes may write here.
    shared: bool

    async def add(self, tenant: str, deliveries: Sequence[Delivery]) -> None:
        """Keep deliveries; one whose like is pending is left as it is."""

    async def tenants(self) -> Sequence[str]:
        """Who has anything pending."""

    async def due(self, tenant: str, wall_ms: int | None) -> int | None:
        """When the next pending delivery is due, on the tenant's clock.

        Of those that nobody claims at the real instant ``wall_ms``; None takes all of them.
        """

    async def claim(
        self, tenant: str, *, due_ms: int, wall_ms: int, until_ms: int, limit: int
    ) -> Sequence[Delivery]:
        """Up to ``limit`` deliveries that are due and nobody claims, the earliest first.

        Until the real instant ``until_ms`` nobody else gets them.
        """

    async def settle(self, delivery: Delivery) -> bool:
        """Put what became of a claimed delivery in its place, and end the claim.

        One that is no longer pending becomes a record. False where there is nothing in its place:
        it was withdrawn, or is over already.
        """

    async def withdraw(self, tenant: str, ids: Sequence[str]) -> None:
        """Forget pending deliveries without a record."""

    async def drop(self, tenant: str, endpoint_id: str, reason: str) -> None:
        """End all that is pending for an endpoint; records say why."""

    async def pending(self, tenant: str, limit: int) -> Sequence[Delivery]:
        """Up to ``limit`` pending deliveries, the earliest due first."""

    async def records(self, tenant: str, limit: int) -> Sequence[Delivery]:
        """Up to ``limit`` deliveries that are over, the newest first."""

    async def clear(self, tenant: str) -> None:
        """Forget everything pending and all records."""


class Store(Jobs, Characters, TenantStates, Journals, Protocol):
    """Keeps facts by tenant; a tenant never sees another's.

    Every method raises StoreUnavailableError, within seconds, when it cannot do its work. What
    reads a tenant's facts raises StoredStateError where they cannot be used; what reads many passes
    over those that cannot, and removing them always works.
    """

    # What could not be kept when it was closed, and where it is; None where nothing was lost.
    lost: str | None

    @property
    def outbox(self) -> Outbox:
        """What is to be sent, kept together with the jobs that it tells of."""

    async def forget_jobs(self, tenant: str) -> None:
        """Remove the tenant's jobs and characters, and what is pending of their events."""

    async def forget(self, tenant: str) -> None:
        """Remove everything of the tenant's, its world and its journal included."""

    async def check(self) -> None:
        """Write something real and remove it again; whether that works is all that counts."""

    def start(self) -> None:
        """Begin what goes on in the background; called once, by the event loop it is used in."""

    async def close(self) -> None:
        """Let go of whatever it holds; it is not used afterwards."""
