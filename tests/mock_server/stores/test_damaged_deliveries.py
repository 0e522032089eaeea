"""A delivery that cannot be read keeps none of the others from being sent, listed or dropped."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import redis

from benchmarks.redis_server import shared_redis
from mock_server.domain.webhooks import DeliveryState
from mock_server.stores import Store, open_store
from tests.mock_server.facts import ENDS_MS, delivery

EVENTS = ("evt_1", "evt_2", "evt_3")
WALL_MS = 1


def in_file(path: Path) -> Callable[[str], None]:
    """Damages the first delivery in a file."""

    first = {"deliveries": "id = 'evt_1.we_1'", "records": "number = 1"}

    def damage(table: str) -> None:
        with closing(sqlite3.connect(path)) as file, file:
            file.execute(f"UPDATE {table} SET delivery = x'00' WHERE {first[table]}")

    return damage


def in_redis(address: str) -> Callable[[str], None]:
    """Damages the first delivery in a Redis."""

    def damage(table: str) -> None:
        with redis.Redis.from_url(address) as it:
            client: Any = it
            if table == "records":
                client.lset("video-gateway-mock:tenant:records", -1, b"no")
            else:
                client.hset("video-gateway-mock:tenant:deliveries", "evt_1.we_1", b"no")

    return damage


Body = Callable[[Store, Callable[[str], None]], Awaitable[list[object]]]


@pytest.fixture(params=["sqlite", pytest.param("redis", marks=pytest.mark.needs("redis-server"))])
def with_three(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Body], list[object]]:
    """Runs something on a store with three deliveries that are due."""
    if request.param == "sqlite":
        address, damage = f"sqlite:///{tmp_path}/jobs.db", in_file(tmp_path / "jobs.db")
    else:
        address = shared_redis().address
        damage = in_redis(address)
        with redis.Redis.from_url(address) as client:
            client.flushall()

    def run(body: Body) -> list[object]:
        async def whole() -> list[object]:
            store = open_store(address)
            await store.outbox.add("tenant", [delivery(event_id=each) for each in EVENTS])
            found = await body(store, damage)
            await store.close()
            return found

        return asyncio.run(whole())

    return run


def test_the_others_are_claimed(with_three: Callable[[Body], list[object]]) -> None:
    """It is set aside, so that it is not claimed again and nothing waits for it."""

    async def body(store: Store, damage: Callable[[str], None]) -> list[object]:
        damage("deliveries")
        claimed: list[object] = []
        for _ in range(3):
            found = await store.outbox.claim(
                "tenant", due_ms=ENDS_MS, wall_ms=WALL_MS, until_ms=WALL_MS + 9, limit=1
            )
            claimed += [each.event_id for each in found]
        due = await store.outbox.due("tenant", WALL_MS)
        return [*claimed, due is not None and due > ENDS_MS * 1000]

    assert with_three(body) == ["evt_2", "evt_3", True]


def test_the_others_are_listed_and_dropped(with_three: Callable[[Body], list[object]]) -> None:
    """Readable deliveries are listed while pending, dropped with a reason, and kept as records."""

    async def body(store: Store, damage: Callable[[str], None]) -> list[object]:
        damage("deliveries")
        pending = [each.event_id for each in await store.outbox.pending("tenant", 9)]
        await store.outbox.drop("tenant", "we_1", "gone")
        records = await store.outbox.records("tenant", 9)
        assert {each.state for each in records} == {DeliveryState.DROPPED}
        return [pending, sorted(each.event_id for each in records)]

    assert with_three(body) == [["evt_2", "evt_3"], ["evt_2", "evt_3"]]


def test_a_record_that_cannot_be_read_is_passed_over(
    with_three: Callable[[Body], list[object]],
) -> None:
    """The log of deliveries has the others."""

    async def body(store: Store, damage: Callable[[str], None]) -> list[object]:
        await store.outbox.drop("tenant", "we_1", "gone")
        damage("records")
        return [len(await store.outbox.records("tenant", 9))]

    assert with_three(body) == [2]
