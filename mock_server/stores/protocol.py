"""What a store does. One behavioural suite runs over every implementation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from mock_server.domain.bill import UNBOUND, Removed, Terms, Totals
from mock_server.domain.job import Character, Job
from mock_server.domain.tenant import Storable
from mock_server.domain.webhooks import Delivery
from mock_server.journal.entry import Entry
from mock_server.journal.journal import Journal, JournalLimits

T = TypeVar("T")
# Takes the stored state of a tenant and that of the server, either of them None where there is
# none. Returns the tenant's new state and the result for the caller.
Change = Callable[[Storable | None, Storable | None], tuple[Storable, T]]

# The most tenants with state of their own, and the most characters of one tenant.
MOST_TENANTS = 100_000
MOST_CHARACTERS = 1000
# The tenant under which the settings for all tenants are stored. It is never listed.
SERVER = "*"
# The due time of deliveries that cannot be decoded: after any clock, so that they never take the
# place of readable ones and stay in the store for inspection.
ASIDE_MS = 2**53


class StoreError(Exception):
    """A store cannot be opened. The message says why and how to fix it."""


class StoredStateError(Exception):
    """The stored state of one tenant is damaged or was written by another version.

    Other tenants are not affected. A reset of ``scope`` replaces the damaged part; for ``SERVER``
    that is a reset of the server.
    """

    def __init__(self, reason: str, scope: str = "all") -> None:
        super().__init__(reason)
        self.scope = scope


def of_server(error: StoredStateError) -> StoredStateError:
    """The same error for the settings of all tenants, which every new tenant starts with."""
    return StoredStateError(f"what was set for all keys: {error}", SERVER)


class StoreUnavailableError(Exception):
    """An open store cannot do its work at the moment."""


@dataclass(frozen=True, slots=True)
class JobPage:
    """Part of a listing of jobs, and whether more follow."""

    jobs: Sequence[Job]
    has_more: bool


class Jobs(Protocol):
    """Stores jobs by tenant. The id of another tenant's job is treated like an unknown id."""

    async def add(
        self, job: Job, deliveries: Sequence[Delivery] = (), terms: Terms = UNBOUND
    ) -> Job:
        """Store a new job together with the deliveries due when it ends, or neither.

        Once this returns they survive the end of this process, where the store outlives it. Returns
        the job, or the one that was stored earlier for the same mark (``terms.once``), even if it
        was removed since; then nothing is stored.

        Raises:
            OverBudgetError: the job exceeds the budget; nothing is stored.
        """

    async def get(self, tenant: str, job_id: str) -> Job | None:
        """Return the tenant's job with that id."""

    async def delete(
        self, tenant: str, job_id: str, now_ms: int, withdrawn: Sequence[str] = ()
    ) -> bool:
        """Remove the tenant's job and the pending deliveries with the ids ``withdrawn``.

        What the job has cost at the instant ``now_ms`` stays in the bill. Returns False, and
        removes nothing, if there is no such job.
        """

    async def removed(self, tenant: str) -> Sequence[Removed]:
        """Return the newest ``MOST_REMOVED`` jobs that were removed, for the bill, oldest first."""

    async def bill(self, tenant: str, now_ms: int) -> Totals:
        """What all jobs that the tenant ever created cost at the instant ``now_ms``.

        All of it is read at one moment. A forgotten job is not part of it any more.
        """

    async def replace(
        self, job: Job, deliveries: Sequence[Delivery], withdrawn: Sequence[str]
    ) -> bool:
        """Store a job in place of the tenant's job with its id, which keeps its place in listings.

        Pending deliveries with the ids ``withdrawn`` are removed, then ``deliveries`` are stored.
        Returns False, and changes nothing, if there is no such job.
        """

    async def page(
        self, tenant: str, *, after: str | None, limit: int, newest_first: bool
    ) -> JobPage | None:
        """Return up to ``limit`` jobs in order of creation, starting behind the job ``after``.

        Returns None if the tenant has no job ``after``.
        """


class Characters(Protocol):
    """Stores characters by tenant."""

    async def add_character(self, character: Character) -> bool:
        """Store a new character; return False if the tenant has ``MOST_CHARACTERS`` already."""

    async def get_character(self, tenant: str, character_id: str) -> Character | None:
        """Return the tenant's character with that id."""


class TenantStates(Protocol):
    """Stores the state of each tenant."""

    async def tenant_state(self, tenant: str) -> Storable | None:
        """Return a tenant's state; where possible the same object until it changes."""

    async def change_tenant(self, tenant: str, change: Change[T]) -> T:
        """Replace a tenant's state atomically and return the result of ``change``.

        ``change`` may be called more than once and in any thread, so it must have no side effect.
        If it raises, nothing is changed and the exception is passed on.
        """

    async def touch_tenant(self, tenant: str, change: Change[T]) -> T:
        """Do the same for a change that the tenant did not ask for, like its first state.

        A tenant that was only touched may be forgotten, with its journal, after thousands of
        others were touched. One with a job, a character or a change of its own is kept.
        """

    async def tenants(self) -> Sequence[str]:
        """List the tenants that have state."""

    async def lasting(self) -> int:
        """Count the tenants that are not forgotten by themselves."""


class Journals(Protocol):
    """Stores the newest requests of each tenant."""

    async def note(self, tenant: str, entry: Entry, limits: JournalLimits) -> None:
        """Store an entry under the next number; the oldest entries beyond the limits go."""

    async def journal(self, tenant: str) -> Journal:
        """Return the tenant's journal, for reading only."""

    async def noted(self, tenant: str) -> int:
        """Count the entries that are stored."""

    async def clear_journal(self, tenant: str) -> None:
        """Remove all entries; numbers start at one again."""


class Outbox(Protocol):
    """Stores pending webhook deliveries and the newest records of finished ones.

    A sender first claims a delivery until an instant of real time. If it is not settled by then,
    another sender may claim it. Ids of pending deliveries are unique within a tenant.
    """

    # Whether other processes may write to it.
    shared: bool

    async def add(self, tenant: str, deliveries: Sequence[Delivery]) -> None:
        """Store deliveries; one whose id is pending already is left unchanged."""

    async def tenants(self) -> Sequence[str]:
        """List the tenants with pending deliveries."""

    async def due(self, tenant: str, wall_ms: int | None) -> int | None:
        """Return when the next pending delivery is due, on the tenant's clock.

        Only deliveries that are unclaimed at the real instant ``wall_ms`` count, or all if it is
        None.
        """

    async def claim(
        self, tenant: str, *, due_ms: int, wall_ms: int, until_ms: int, limit: int
    ) -> Sequence[Delivery]:
        """Claim up to ``limit`` due, unclaimed deliveries until the real instant ``until_ms``.

        The earliest due come first.
        """

    async def settle(self, delivery: Delivery) -> bool:
        """Store the new state of a claimed delivery and end the claim.

        A delivery that is no longer pending becomes a record. Returns False if it was withdrawn or
        is finished already.
        """

    async def withdraw(self, tenant: str, ids: Sequence[str]) -> None:
        """Remove pending deliveries without leaving a record."""

    async def drop(self, tenant: str, endpoint_id: str, reason: str) -> None:
        """Turn all pending deliveries of an endpoint into records with this reason."""

    async def pending(self, tenant: str, limit: int) -> Sequence[Delivery]:
        """Return up to ``limit`` pending deliveries, the earliest due first."""

    async def records(self, tenant: str, limit: int) -> Sequence[Delivery]:
        """Return up to ``limit`` records of finished deliveries, the newest first."""

    async def clear(self, tenant: str) -> None:
        """Remove all pending deliveries and all records."""


class Store(Jobs, Characters, TenantStates, Journals, Protocol):
    """Stores everything by tenant; no tenant sees the data of another.

    Every method raises StoreUnavailableError within seconds if the store cannot do its work.
    Methods that read one tenant raise StoredStateError if its data cannot be used. Methods that
    read many skip unusable data, and removing it always works.
    """

    # What could not be written on closing, and where it was put; None if nothing was lost.
    lost: str | None

    @property
    def outbox(self) -> Outbox:
        """The webhook deliveries, stored together with the jobs they announce."""

    async def forget_jobs(self, tenant: str) -> None:
        """Remove the tenant's jobs and characters, and the pending deliveries of their events."""

    async def forget(self, tenant: str) -> None:
        """Remove everything of the tenant, including its state and its journal."""

    async def check(self) -> None:
        """Write and remove something, to find out whether the store works."""

    def start(self) -> None:
        """Start background work; called once, by the event loop that uses the store."""

    async def close(self) -> None:
        """Release all resources; the store is not used afterwards."""
