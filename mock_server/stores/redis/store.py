"""The store in Redis: a hash of jobs a tenant and their order, a text a world, a list a journal."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar
from weakref import WeakValueDictionary

from mock_server.domain.job import Character, Job, ends_ms
from mock_server.domain.retention import ALL, MOST_AT_ONCE, Retention
from mock_server.domain.tenant import StoredTenant
from mock_server.domain.webhooks import Delivery
from mock_server.journal.entry import Entry
from mock_server.journal.journal import Journal
from mock_server.journal.limits import JournalLimits
from mock_server.stores import encoding
from mock_server.stores.protocol import (
    MOST_CHARACTERS,
    SERVER,
    Change,
    JobPage,
    StoredStateError,
    StoreUnavailableError,
)
from mock_server.stores.readable import readable
from mock_server.stores.redis import journal_scripts, scripts
from mock_server.stores.redis.connection import RedisConnection
from mock_server.stores.redis.keys import (
    OUTBOXES,
    PENDING_KINDS,
    PREFIX,
    RECORDS,
    SIZES,
    TOTAL,
    WORLDS,
    key,
    keys,
)
from mock_server.stores.redis.outbox import RedisOutbox, added_to, arguments

T = TypeVar("T")

_CHECKED = f"{PREFIX}:checked"
_JOB_KEYS = ("jobs", "order", "ends", "number", "characters")
_JOURNAL_KEYS = ("journal", "noted")
# What stands before and behind a tenant in the key of its journal.
_OTHERS = key("*", _JOURNAL_KEYS[0]).split("*")
_REMEMBERED = 10_000
# Seconds that a change waits for those before it.
_TURN_S = 5.0


class RedisStore:
    """Everything in one Redis, which several processes and machines may use at once."""

    # Whatever was answered is in Redis.
    lost: str | None = None

    def __init__(self, address: str, retention: Retention = ALL) -> None:
        """Use the Redis at an address.

        Raises:
            StoreError: none answers there.
        """
        self._redis = RedisConnection(address)
        self._retention = retention
        self.outbox = RedisOutbox(self._redis)
        self._worlds: dict[str, tuple[bytes, StoredTenant]] = {}
        # Changes of one process take turns, so that only processes have to try again.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def add(self, job: Job, deliveries: Sequence[Delivery] = ()) -> None:
        """Keep a new job, and what is to be sent when it ends."""
        end, bound = ends_ms(job), self._retention
        aged = "" if bound.age_ms is None else job.created_ms - bound.age_ms
        count = "" if bound.count is None else bound.count
        facts = (job.id, encoding.encode_job(job), "" if end is None else end, job.created_ms)
        where = keys(job.tenant, _JOB_KEYS[:4])
        told = [*facts, aged, count, MOST_AT_ONCE]
        if deliveries:
            where += added_to(job.tenant)
            told += arguments(job.tenant, deliveries)
        await self._redis.run(scripts.ADD, where, *told)

    async def get(self, tenant: str, job_id: str) -> Job | None:
        """The tenant's job with that id."""
        raw = await self._redis.do("HGET", key(tenant, "jobs"), job_id)
        return None if raw is None else encoding.decode_job(tenant, raw)

    async def delete(self, tenant: str, job_id: str, withdrawn: Sequence[str] = ()) -> bool:
        """Remove the tenant's job; whether there was one."""
        where = keys(tenant, ("jobs", "order", "ends", *PENDING_KINDS))
        return bool(await self._redis.run(scripts.DELETE, where, job_id, *withdrawn))

    async def page(
        self, tenant: str, *, after: str | None, limit: int, newest_first: bool
    ) -> JobPage | None:
        """Up to ``limit`` jobs in order of creation that follow the job ``after``."""
        where, last = keys(tenant, ("jobs", "order")), after or ""
        jobs: list[Job] = []
        # In the place of jobs that cannot be read come those after them.
        while wanted := limit + 1 - len(jobs):
            asked = (last, wanted, "1" if newest_first else "0")
            found = await self._redis.run(scripts.PAGE, where, *asked)
            if found is None:
                return None
            ids, stored = found
            jobs += readable(partial(encoding.decode_job, tenant), stored)
            if len(ids) < wanted:
                break
            last = ids[-1]
        return JobPage(jobs[:limit], has_more=len(jobs) > limit)

    async def add_character(self, character: Character) -> bool:
        """Keep a new character."""
        where, raw = key(character.tenant, "characters"), encoding.encode_character(character)
        if int(await self._redis.do("HLEN", where)) >= MOST_CHARACTERS:
            return False
        await self._redis.do("HSET", where, character.id, raw)
        return True

    async def get_character(self, tenant: str, character_id: str) -> Character | None:
        """The tenant's character with that id."""
        raw = await self._redis.do("HGET", key(tenant, "characters"), character_id)
        return None if raw is None else encoding.decode_character(raw)

    async def tenant_state(self, tenant: str) -> StoredTenant | None:
        """The facts of a world."""
        return self._facts(tenant, await self._redis.do("GET", key(tenant, "world")))

    async def change_tenant(self, tenant: str, change: Change[T]) -> T:
        """Put new facts in the place of the old; where those have changed, try again."""
        where = [key(tenant, "world"), key(SERVER, "world")]
        async with self._turn(tenant):
            own, server = [raw or b"" for raw in await self._redis.do("MGET", *where)]
            while True:
                old = self._facts(tenant, own or None)
                changed, found = change(old, self._facts(SERVER, server or None))
                new = changed.stored()
                if new == old:
                    return found
                told = (own, server, encoding.encode_tenant(new), tenant)
                current = await self._redis.run(scripts.CHANGE, [*where, WORLDS], *told)
                if current is None:
                    return found
                own, server = current

    # Whatever is kept stays.
    touch_tenant = change_tenant

    async def tenants(self) -> Sequence[str]:
        """Whose worlds there are, by name."""
        names = {name.decode(errors="replace") for name in await self._redis.do("SMEMBERS", WORLDS)}
        return sorted(names - {SERVER})

    async def lasting(self) -> int:
        """How many worlds there are."""
        return int(await self._redis.do("SCARD", WORLDS))

    async def note(self, tenant: str, entry: Entry, limits: JournalLimits) -> None:
        """Keep an entry under the next number."""
        told = (tenant, encoding.encode_entry(entry), *limits, *_OTHERS)
        await self._redis.run(journal_scripts.NOTE, _journal_keys(tenant), *told)

    async def journal(self, tenant: str) -> Journal:
        """What is kept."""
        last, kept = await self._redis.run(journal_scripts.READ, keys(tenant, _JOURNAL_KEYS))
        if not last.isdigit():
            raise StoredStateError("the journal's last number is none", "journal")
        first = int(last) - len(kept) + 1
        entries = (encoding.decode_entry(number, raw) for number, raw in enumerate(kept, first))
        return Journal.of(entries, int(last))

    async def noted(self, tenant: str) -> int:
        """How many entries are kept."""
        return int(await self._redis.do("LLEN", key(tenant, "journal")))

    async def clear_journal(self, tenant: str) -> None:
        """Forget them all."""
        await self._redis.run(journal_scripts.CLEAR, _journal_keys(tenant), tenant)

    async def forget_jobs(self, tenant: str) -> None:
        """Remove the tenant's jobs and characters."""
        await self._redis.do("UNLINK", *keys(tenant, (*_JOB_KEYS, *PENDING_KINDS)))

    async def forget(self, tenant: str) -> None:
        """Remove everything of the tenant's."""
        await self.clear_journal(tenant)
        kinds = (*_JOB_KEYS, *PENDING_KINDS, RECORDS, "world")
        await self._redis.run(scripts.FORGET, [WORLDS, *keys(tenant, kinds)], tenant)

    async def check(self) -> None:
        """Write something that is gone at once: a full Redis, or a replica, answers reads alone."""
        await self._redis.run(scripts.CHECK, [_CHECKED, TOTAL, WORLDS, OUTBOXES])

    def start(self) -> None:
        """Nothing goes on in the background."""

    async def close(self) -> None:
        """End the connection."""
        await self._redis.close()

    @asynccontextmanager
    async def _turn(self, tenant: str) -> AsyncIterator[None]:
        turn = self._turns.setdefault(tenant, asyncio.Lock())
        try:
            async with asyncio.timeout(_TURN_S):
                await turn.acquire()
        except TimeoutError as error:
            why = "too many changes of one world wait for each other"
            raise StoreUnavailableError(why) from error
        try:
            yield
        finally:
            turn.release()

    def _facts(self, tenant: str, raw: bytes | None) -> StoredTenant | None:
        """The facts of a text, the same object as long as the text is the same."""
        if raw is None:
            return None
        known = self._worlds.get(tenant)
        if known is not None and known[0] == raw:
            return known[1]
        if len(self._worlds) >= _REMEMBERED:
            self._worlds.clear()
        facts = encoding.decode_tenant(tenant, raw)
        self._worlds[tenant] = raw, facts
        return facts


def _journal_keys(tenant: str) -> list[str]:
    return [*keys(tenant, _JOURNAL_KEYS), SIZES, TOTAL]
