"""The store in Redis does what every store does, and says so when Redis is not there."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import redis

from benchmarks.redis_server import free_port, running_redis, shared_redis
from mock_server.domain.bill import Terms, Totals
from mock_server.domain.retention import ALL, Retention
from mock_server.stores import Store, StoreError, StoreUnavailableError, open_store
from tests.mock_server.facts import BORN_MS, job
from tests.mock_server.stores.retention_suite import retention_suite_for
from tests.mock_server.stores.store_suite import suite_for
from tests.mock_server.stores.tenant_suite import counted
from tests.mock_server.stores.terms_suite import offered, priced

pytestmark = pytest.mark.needs("redis-server")


@asynccontextmanager
async def redis_store(retention: Retention = ALL) -> AsyncIterator[Store]:
    """A store in a Redis that was emptied."""
    address = shared_redis().address
    with redis.Redis.from_url(address) as client:
        client.flushall()
    store = open_store(address, retention)
    yield store
    await store.close()


TestRedisStore = suite_for(redis_store)
TestRedisRetention = retention_suite_for(redis_store)


def test_two_stores_of_a_redis_see_the_same() -> None:
    """What one has kept the other finds, and changes through both are all made."""

    async def run() -> tuple[object, list[int]]:
        async with redis_store() as one:
            other = open_store(shared_redis().address)
            await one.add(job())
            both = (one, other)
            changes = [store.change_tenant("ann", counted) for store in both for _ in range(20)]
            made = await asyncio.gather(*changes)
            found = await other.get("tenant", job().id)
            await other.close()
            return found, sorted(made)

    assert asyncio.run(run()) == (job(), list(range(1, 41)))


def test_a_budget_holds_over_several_stores() -> None:
    """Two processes that accept jobs of one key at once accept no more than it pays for."""

    async def run() -> tuple[int, Totals]:
        async with redis_store() as one:
            other = open_store(shared_redis().address)
            offers = [
                offered(store, priced(10 * place + number), Terms(budget=550))
                for number in range(8)
                for place, store in enumerate((one, other))
            ]
            kept = await asyncio.gather(*offers)
            bill = await other.bill("tenant", BORN_MS)
            await other.close()
            return sum(each is not None for each in kept), bill

    assert asyncio.run(run()) == (5, Totals(jobs=5, reserved=500))


def test_a_job_that_is_added_again_is_there_once() -> None:
    """A create that is sent twice, as after a lost answer of Redis, keeps one job."""

    async def run() -> int:
        async with redis_store() as store:
            await store.add(job())
            await store.add(job())
            page = await store.page("tenant", after=None, limit=10, newest_first=True)
            return len(page.jobs) if page else 0

    assert asyncio.run(run()) == 1


def test_a_missing_redis_is_reported_at_the_start() -> None:
    """The error names the place and the way out, and no password."""
    port = free_port()
    with pytest.raises(
        StoreError, match=f"no Redis answers at 127.0.0.1:{port}.*start one"
    ) as refused:
        open_store(f"redis://user:secret-word@127.0.0.1:{port}/0")

    assert "secret-word" not in str(refused.value)


@pytest.mark.parametrize("address", ["redis://host:port", "redis://127.0.0.1:99999"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    """An invalid port is reported with the form of an address."""
    with pytest.raises(StoreError, match=r"invalid.*redis://HOST:PORT/DB"):
        open_store(address)


def test_redis_may_go_and_come_back() -> None:
    """While Redis is gone every call says so, and with it back the same store works on."""

    async def run() -> object:
        with running_redis() as server:
            store = open_store(server.address)
            await store.add(job())
            server.stop()
            for _ in range(3):
                with pytest.raises(StoreUnavailableError, match=f"127.0.0.1:{server.port}"):
                    await store.get("tenant", job().id)
            server.start()
            await store.add(job())
            found = await store.get("tenant", job().id)
            await store.close()
            return found

    assert asyncio.run(run()) == job()


def test_a_redis_that_hangs_is_given_up() -> None:
    """A Redis that accepts connections but never replies is reported like a missing one."""

    async def run() -> object:
        with running_redis() as server:
            store = open_store(server.address)
            await store.add(job())
            assert server.process is not None
            server.process.send_signal(signal.SIGSTOP)
            with pytest.raises(StoreUnavailableError):
                await store.get("tenant", job().id)
            server.process.send_signal(signal.SIGCONT)
            found = await store.get("tenant", job().id)
            await store.close()
            return found

    assert asyncio.run(run()) == job()
