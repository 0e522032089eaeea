"""The store in Redis.

Each tenant has a hash of jobs, sorted sets of their order and ends, a hash of characters, a string
with its state and a list of journal entries.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar
from weakref import WeakValueDictionary

from mock_server.domain.bill import (
    UNBOUND,
    OverBudgetError,
    Removed,
    Terms,
    Totals,
    require_affordable,
    totals,
)
from mock_server.domain.job import Character, Job, ends_ms
from mock_server.domain.retention import ALL, MOST_AT_ONCE, Retention
from mock_server.domain.tenant import StoredTenant
from mock_server.domain.webhooks import Delivery
from mock_server.journal.entry import Entry
from mock_server.journal.journal import Journal, JournalLimits
from mock_server.stores import encoding
from mock_server.stores.encoding import StateCache, readable
from mock_server.stores.protocol import (
    MOST_CHARACTERS,
    SERVER,
    Change,
    JobPage,
    StoredStateError,
    StoreUnavailableError,
)
from mock_server.stores.redis import scripts
from mock_server.stores.redis.connection import RedisConnection
from mock_server.stores.redis.outbox import RedisOutbox, delivery_arguments, delivery_keys
from mock_server.stores.redis.scripts import (
    OUTBOXES,
    PENDING_KINDS,
    PREFIX,
    RECORDS,
    SIZES,
    TENANTS,
    TOTAL,
    key,
    keys,
)

T = TypeVar("T")

_CHECKED = f"{PREFIX}:checked"
_BILLED_KEYS = "jobs", "order", "ends", "number", "removed", "onces", "once_ends", "removed_jobs"
_JOB_KEYS = (*_BILLED_KEYS, "characters")
# Stands for the number of a job where the budget does not suffice.
_NEVER = "over budget"
_JOURNAL_KEYS = ("journal", "noted")
# The prefix and the suffix of the key of any tenant's journal.
_JOURNAL_KEY_PARTS = key("*", _JOURNAL_KEYS[0]).split("*")
# Seconds that a change of a tenant waits for earlier ones.
_TURN_S = 5.0


class RedisStore:
    """Implements ``Store`` in one Redis, which several processes and machines may use."""

    # Every acknowledged write is in Redis.
    lost: str | None = None

    def __init__(self, address: str, retention: Retention = ALL) -> None:
        """Connect to the Redis at an address; raises StoreError."""
        self._redis = RedisConnection(address)
        self._retention = retention
        self.outbox = RedisOutbox(self._redis)
        self._states = StateCache()
        # Changes within this process take turns; only those of other processes cause a retry.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def add(
        self, job: Job, deliveries: Sequence[Delivery] = (), terms: Terms = UNBOUND
    ) -> Job:
        if terms.budget is None:
            return await self._add(job, deliveries, terms) or job
        # Jobs of this process take turns; only those of other processes cause a retry.
        async with self._turn(job.tenant):
            while True:
                number, over = await self._affordable(job, terms.budget)
                found = await self._add(job, deliveries, terms, number)
                if found is not None:
                    return found
                if over is not None:
                    raise over

    async def _affordable(self, job: Job, budget: int) -> tuple[str, OverBudgetError | None]:
        """The number of the newest job if a budget suffices for another one, or why it does not."""
        found, number = await self._bill(job.tenant, job.created_ms)
        try:
            require_affordable(job, found, budget)
        except OverBudgetError as error:
            return _NEVER, error
        return number, None

    async def _add(
        self, job: Job, deliveries: Sequence[Delivery], terms: Terms, number: str = ""
    ) -> Job | None:
        """Add a job, or return an earlier one; None if ``number`` is not that of the newest job."""
        end, bound = ends_ms(job), self._retention
        aged = "" if bound.age_ms is None else job.created_ms - bound.age_ms
        count = "" if bound.count is None else bound.count
        facts = (job.id, encoding.encode_job(job), "" if end is None else end, job.created_ms)
        where = keys(job.tenant, _BILLED_KEYS)
        values = [*facts, aged, count, MOST_AT_ONCE, number, *(terms.once or ("", ""))]
        if deliveries:
            where += delivery_keys(job.tenant)
            values += delivery_arguments(job.tenant, deliveries)
        found = await self._redis.run(scripts.ADD_JOB, where, *values)
        if isinstance(found, bytes):
            return encoding.decode_job(job.tenant, found)
        return job if found is None else None

    async def get(self, tenant: str, job_id: str) -> Job | None:
        raw = await self._redis.do("HGET", key(tenant, "jobs"), job_id)
        return None if raw is None else encoding.decode_job(tenant, raw)

    async def delete(
        self, tenant: str, job_id: str, now_ms: int, withdrawn: Sequence[str] = ()
    ) -> bool:
        kinds = ("jobs", "order", "ends", "removed", "removed_jobs", *PENDING_KINDS)
        where = keys(tenant, kinds)
        return bool(await self._redis.run(scripts.DELETE_JOB, where, job_id, now_ms, *withdrawn))

    async def bill(self, tenant: str, now_ms: int) -> Totals:
        return (await self._bill(tenant, now_ms))[0]

    async def removed(self, tenant: str) -> Sequence[Removed]:
        stored = await self._redis.do("LRANGE", key(tenant, "removed_jobs"), 0, -1)
        return list(readable(partial(_removed, tenant), stored))

    async def _bill(self, tenant: str, now_ms: int) -> tuple[Totals, str]:
        """The bill, and the number of the newest job ever."""
        where = keys(tenant, ("jobs", "removed", "number"))
        stored, counts, number = await self._redis.run(scripts.BILL, where)
        jobs, unpriced, charged, refunded = (int(count or 0) for count in counts)
        removed = Totals(jobs, unpriced, 0, charged, refunded)
        decoded = readable(partial(encoding.decode_job, tenant), stored)
        found = await asyncio.to_thread(totals, decoded, now_ms, removed)
        return found, number.decode()

    async def replace(
        self, job: Job, deliveries: Sequence[Delivery], withdrawn: Sequence[str]
    ) -> bool:
        end = ends_ms(job)
        where = keys(job.tenant, ("jobs", "ends", *PENDING_KINDS))
        values = [job.id, encoding.encode_job(job), "" if end is None else end]
        values += [len(withdrawn), *withdrawn, *delivery_arguments(job.tenant, deliveries)]
        return bool(await self._redis.run(scripts.REPLACE_JOB, [*where, OUTBOXES], *values))

    async def page(
        self, tenant: str, *, after: str | None, limit: int, newest_first: bool
    ) -> JobPage | None:
        where, last = keys(tenant, ("jobs", "order")), after or ""
        jobs: list[Job] = []
        # Unreadable jobs are replaced by the ones after them.
        while wanted := limit + 1 - len(jobs):
            query = (last, wanted, "1" if newest_first else "0")
            found = await self._redis.run(scripts.PAGE, where, *query)
            if found is None:
                return None
            ids, stored = found
            jobs += readable(partial(encoding.decode_job, tenant), stored)
            if len(ids) < wanted:
                break
            last = ids[-1]
        return JobPage(jobs[:limit], has_more=len(jobs) > limit)

    async def add_character(self, character: Character) -> bool:
        where, raw = key(character.tenant, "characters"), encoding.encode_character(character)
        if int(await self._redis.do("HLEN", where)) >= MOST_CHARACTERS:
            return False
        await self._redis.do("HSET", where, character.id, raw)
        return True

    async def get_character(self, tenant: str, character_id: str) -> Character | None:
        raw = await self._redis.do("HGET", key(tenant, "characters"), character_id)
        return None if raw is None else encoding.decode_character(raw)

    async def tenant_state(self, tenant: str) -> StoredTenant | None:
        return self._states.decode(tenant, await self._redis.do("GET", key(tenant, "world")))

    async def change_tenant(self, tenant: str, change: Change[T]) -> T:
        """Replace a tenant's state, starting again if it has changed meanwhile."""
        where = [key(tenant, "world"), key(SERVER, "world")]
        async with self._turn(tenant):
            own, server = [raw or b"" for raw in await self._redis.do("MGET", *where)]
            while True:
                old = self._states.decode(tenant, own or None)
                changed, found = change(old, self._states.decode(SERVER, server or None))
                new = changed.stored()
                if new == old:
                    return found
                values = (own, server, encoding.encode_tenant(new), tenant)
                current = await self._redis.run(scripts.CHANGE_STATE, [*where, TENANTS], *values)
                if current is None:
                    return found
                own, server = current

    # This store keeps every tenant.
    touch_tenant = change_tenant

    async def tenants(self) -> Sequence[str]:
        names = {
            name.decode(errors="replace") for name in await self._redis.do("SMEMBERS", TENANTS)
        }
        return sorted(names - {SERVER})

    async def lasting(self) -> int:
        return int(await self._redis.do("SCARD", TENANTS))

    async def note(self, tenant: str, entry: Entry, limits: JournalLimits) -> None:
        bounds = (limits.entries, limits.size, limits.total)
        values = (tenant, encoding.encode_entry(entry), *bounds, *_JOURNAL_KEY_PARTS)
        await self._redis.run(scripts.ADD_ENTRY, _journal_keys(tenant), *values)

    async def journal(self, tenant: str) -> Journal:
        last, kept = await self._redis.run(scripts.READ_JOURNAL, keys(tenant, _JOURNAL_KEYS))
        if not last.isdigit():
            raise StoredStateError("the last number of the journal is not a number", "journal")
        first = int(last) - len(kept) + 1
        entries = (encoding.decode_entry(number, raw) for number, raw in enumerate(kept, first))
        return Journal.of(entries, int(last))

    async def noted(self, tenant: str) -> int:
        return int(await self._redis.do("LLEN", key(tenant, "journal")))

    async def clear_journal(self, tenant: str) -> None:
        await self._redis.run(scripts.CLEAR_JOURNAL, _journal_keys(tenant), tenant)

    async def forget_jobs(self, tenant: str) -> None:
        await self._redis.do("UNLINK", *keys(tenant, (*_JOB_KEYS, *PENDING_KINDS)))

    async def forget(self, tenant: str) -> None:
        await self.clear_journal(tenant)
        kinds = (*_JOB_KEYS, *PENDING_KINDS, RECORDS, "world")
        await self._redis.run(scripts.FORGET, [TENANTS, *keys(tenant, kinds)], tenant)

    async def check(self) -> None:
        """Write and remove something; reads alone would also work on a replica or a full Redis."""
        await self._redis.run(scripts.CHECK, [_CHECKED, TOTAL, TENANTS, OUTBOXES])

    def start(self) -> None:
        """There is no background work."""

    async def close(self) -> None:
        await self._redis.close()

    @asynccontextmanager
    async def _turn(self, tenant: str) -> AsyncIterator[None]:
        turn = self._turns.setdefault(tenant, asyncio.Lock())
        try:
            async with asyncio.timeout(_TURN_S):
                await turn.acquire()
        except TimeoutError as error:
            why = "too many changes of one tenant wait for each other"
            raise StoreUnavailableError(why) from error
        try:
            yield
        finally:
            turn.release()


def _removed(tenant: str, raw: bytes) -> Removed:
    at_ms, _, job = raw.partition(b" ")
    return encoding.decode_removed(tenant, int(at_ms) if at_ms.isdigit() else None, job)


def _journal_keys(tenant: str) -> list[str]:
    return [*keys(tenant, _JOURNAL_KEYS), SIZES, TOTAL]
