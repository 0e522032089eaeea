"""What is due is sent once, tried again on the clock, and ended when nobody wants it any more."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import pytest

from mock_server.domain.webhooks import VIDEO_FAILED, Delivery, DeliveryState
from mock_server.stores import MemoryStore, StoreUnavailableError
from mock_server.stores.memory.outbox import MemoryOutbox
from mock_server.webhooks.post import Answer
from tests.mock_server.facts import ENDS_MS, STUCK, delivery, endpoint, job
from tests.mock_server.webhooks.senders import SenderUnderTest, sending

T = TypeVar("T")
OK, DOWN = Answer(status=200), Answer(status=500)
LIFE_S = (ENDS_MS - job().created_ms) / 1000
PATIENCE_S = 30


def with_tenant(*answers: Answer) -> Callable[[Callable[[SenderUnderTest], Awaitable[T]]], T]:
    """Runs a body for a tenant with a job in progress; its receiver gives those answers."""

    def run(body: Callable[[SenderUnderTest], Awaitable[T]]) -> T:
        async def begin() -> T:
            async with asyncio.timeout(PATIENCE_S), sending(*answers) as it:
                await it.tenants.store.add(job(), [delivery()])
                return await body(it)

        return asyncio.run(begin())

    return run


def states(of: Sequence[Delivery]) -> list[str]:
    """What became of each."""
    return [each.state.value for each in of]


def test_nothing_is_sent_before_it_is_due() -> None:
    """A delivery waits for the job's end on the tenant's clock, to the millisecond."""

    async def body(it: SenderUnderTest) -> list[int]:
        counts = []
        for seconds in (LIFE_S - 0.001, 0.001, 0):
            it.clock.advance(seconds)
            await it.deliver()
            counts.append(len(it.poster.heard))
        return counts

    assert with_tenant()(body) == [0, 1, 1]


def test_it_is_tried_again_on_the_clock() -> None:
    """A failure is tried again under the same id when the clock says so, and all is on record."""

    async def body(it: SenderUnderTest) -> tuple[list[int], Delivery]:
        counts = []
        it.clock.advance(LIFE_S)
        for seconds in (0, 4.999, 0.001, 299, 1):
            it.clock.advance(seconds)
            await it.deliver()
            counts.append(len(it.poster.heard))
        assert len({headers["webhook-id"] for _, headers in it.poster.heard}) == 1
        assert it.counted == {"5xx": 1, "none": 1, "2xx": 1}
        return counts, (await it.records())[0]

    counts, record = with_tenant(DOWN, Answer(error="no"), OK)(body)
    assert counts == [1, 1, 2, 2, 3]
    assert record.state is DeliveryState.DELIVERED
    assert [(tried.status, tried.error) for tried in record.attempts] == [
        (500, None),
        (None, "no"),
        (200, None),
    ]
    assert [tried.at_ms - ENDS_MS for tried in record.attempts] == [0, 5000, 305_000]


def test_deliver_and_the_background_send_once() -> None:
    """The first caller sends, and the second waits for the outcome."""

    async def body(it: SenderUnderTest) -> tuple[int, list[str]]:
        it.poster.held = asyncio.Event()
        it.clock.advance(LIFE_S)
        it.sender.start()
        await it.poster.arrived.wait()
        sent, _, _ = await asyncio.gather(it.deliver(), it.deliver(), it.poster.release())
        return len(it.poster.heard), states(sent)

    assert with_tenant()(body) == (1, ["delivered"])


def test_many_are_sent_a_few_at_a_time() -> None:
    """A receiver has no more than eight requests at a time, and gets all of them."""

    async def body(it: SenderUnderTest) -> tuple[int, int]:
        more = [delivery(event_id=f"evt_{number}") for number in range(2, 31)]
        await it.tenants.store.outbox.add("tenant", more)
        it.poster.held = asyncio.Event()
        it.clock.advance(LIFE_S)
        asked = asyncio.ensure_future(it.deliver())
        await it.poster.arrived.wait()
        await it.poster.release()
        return it.poster.most_at_once, len(await asked)

    assert with_tenant()(body) == (8, 30)


def test_gone_disables_the_endpoint() -> None:
    """After 410 nothing is sent there any more, and what was pending says why."""

    async def body(it: SenderUnderTest) -> tuple[int, list[str], str | None]:
        await it.tenants.store.outbox.add("tenant", [delivery(event_id="evt_2", due_ms=2**41)])
        it.clock.advance(LIFE_S)
        await it.deliver()
        it.clock.advance(10**9)
        await it.deliver()
        records = await it.records()
        assert all("410 Gone" in (record.reason or "") for record in records)
        (only,) = await it.endpoints.all("tenant")
        return len(it.poster.heard), states(records), only.disabled

    sent, ended, disabled = with_tenant(Answer(status=410), OK)(body)
    assert (sent, ended) == (1, ["dropped", "dropped"])
    assert disabled is not None
    assert "410" in disabled


@pytest.mark.parametrize("how", ["remove", "disable", "narrow"])
def test_an_endpoint_that_does_not_subscribe_gets_nothing(how: str) -> None:
    """What is pending for an endpoint that was removed, disabled or changed is dropped."""

    async def body(it: SenderUnderTest) -> tuple[int, list[str]]:
        if how == "remove":
            assert await it.endpoints.remove("tenant", "we_1")
            assert not await it.endpoints.remove("tenant", "we_1")
        elif how == "disable":
            await it.endpoints.disable("tenant", "we_1", "by hand")
        else:
            await it.endpoints.edit(
                *("tenant", "we_1", lambda it, _now: replace(it, event_types=(VIDEO_FAILED,)))
            )
        it.clock.advance(LIFE_S)
        await it.deliver()
        assert (await it.records())[0].reason
        return len(it.poster.heard), states(await it.records())

    assert with_tenant()(body) == (0, ["dropped"])


def test_what_is_pending_goes_where_the_endpoint_points() -> None:
    """A changed address counts for attempts to come."""

    async def body(it: SenderUnderTest) -> list[str]:
        it.clock.advance(LIFE_S)
        await it.deliver()
        new = "http://127.0.0.1:9/new"
        await it.endpoints.edit("tenant", "we_1", lambda it, _now: replace(it, url=new))
        it.clock.advance(5)
        await it.deliver()
        return [url for url, _ in it.poster.heard]

    assert with_tenant(DOWN, OK)(body) == [endpoint().url, "http://127.0.0.1:9/new"]


def test_a_new_endpoint_gets_the_events_of_jobs_in_progress() -> None:
    """Of jobs that were there before it and end after, and of no others, however many there are."""

    async def body(it: SenderUnderTest) -> tuple[int, int]:
        store = it.tenants.store
        await store.add(job(STUCK, id="stuck"))
        for number in range(1200):
            token = f"{number:032x}"
            await store.add(job(id=f"video_{number}", token=token))
        await store.add(job(id="ended", created_ms=0))
        it.clock.advance(LIFE_S - 1)
        await it.endpoints.add("tenant", lambda state: (state, endpoint(id="we_2")))
        pending = await store.outbox.pending("tenant", 9999)
        return len(pending), sum(each.endpoint_id == "we_2" for each in pending)

    assert with_tenant()(body) == (1202, 1201)


class FailingOutbox(MemoryOutbox):
    """Fails a given number of times."""

    failures = 0

    async def due(self, tenant: str, wall_ms: int | None) -> int | None:
        """When the next is due, or nothing at all."""
        if self.failures:
            self.failures -= 1
            raise StoreUnavailableError("gone")
        return await super().due(tenant, wall_ms)


def test_it_goes_on_when_the_store_is_back(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that fails for a while delays what is due, and is logged once."""
    monkeypatch.setattr("mock_server.webhooks.sender.TICK_MS", 1)

    async def body() -> int:
        store = MemoryStore()
        store.outbox = outbox = FailingOutbox()
        async with asyncio.timeout(PATIENCE_S), sending(store=store) as it:
            await store.add(job(), [delivery()])
            it.clock.advance(LIFE_S)
            outbox.failures = 5
            it.sender.start()
            await it.poster.arrived.wait()
            return len(it.poster.heard)

    assert asyncio.run(body()) == 1
    logged = [record.getMessage() for record in caplog.records if "webhooks" in record.name]
    assert logged == [
        "webhooks are paused until the store answers: gone",
        "webhooks are sent again",
    ]


def test_the_end_waits_for_an_attempt_or_leaves_it() -> None:
    """An attempt that is answered at the end is on record; nothing new is begun."""

    async def body(it: SenderUnderTest) -> list[str]:
        it.poster.held = asyncio.Event()
        it.clock.advance(LIFE_S)
        it.sender.start()
        await it.poster.arrived.wait()
        await asyncio.gather(it.sender.close(), it.poster.release())
        return states(await it.records())

    assert with_tenant()(body) == ["delivered"]


def test_an_attempt_that_is_left_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was under way when a sender was ended is sent by another once the claim is over."""
    monkeypatch.setattr("mock_server.webhooks.sender._DRAIN_S", 0)

    async def body(it: SenderUnderTest) -> list[int | None]:
        outbox = it.tenants.store.outbox
        it.poster.held = asyncio.Event()
        it.clock.advance(LIFE_S)
        it.sender.start()
        await it.poster.arrived.wait()
        await it.sender.close()
        claim_ends = 2**50
        return [await outbox.due("tenant", 0), await outbox.due("tenant", claim_ends)]

    assert with_tenant()(body) == [None, ENDS_MS]
