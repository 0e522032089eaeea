"""On which terms every store accepts a job: within a budget, and once for all equal requests."""

import asyncio

from mock_server.domain.bill import (
    MOST_REMOVED,
    Once,
    OverBudgetError,
    Removed,
    Terms,
    Totals,
)
from mock_server.domain.job import Cost, Job
from mock_server.stores import Store
from tests.mock_server.facts import BORN_MS, ENDS_MS, FAILING, STUCK, delivery, job
from tests.mock_server.stores.outbox_model import Open

PRICED = Cost(100, failed=0, removed=100)
ONCE = Once("mark", BORN_MS + 1000)


def priced(number: int, created_ms: int = BORN_MS) -> Job:
    """A job that costs 100, is charged if it is removed, and fails."""
    return job(FAILING, id=f"video_{number}", created_ms=created_ms, cost=PRICED)


async def offered(store: Store, new: Job, terms: Terms) -> str | None:
    """The id of the job that the store keeps for a new one; None if the budget does not suffice."""
    try:
        return (await store.add(new, (), terms)).id
    except OverBudgetError:
        return None


async def ids(store: Store) -> list[str]:
    """The ids of all jobs."""
    page = await store.page("tenant", after=None, limit=100, newest_first=False)
    return [each.id for each in page.jobs] if page else []


class TermsSuite:
    """The terms of one store; ``opened`` opens an empty one."""

    opened: Open

    def test_a_budget_holds_however_many_ask_at_once(self) -> None:
        """Of requests at the same time as many are accepted as the budget pays for, no more."""

        async def run() -> tuple[list[str | None], list[str], Totals]:
            async with type(self).opened() as store:
                offers = (offered(store, priced(each), Terms(budget=350)) for each in range(9))
                kept = await asyncio.gather(*offers)
                return kept, await ids(store), await store.bill("tenant", BORN_MS)

        kept, stored, bill = asyncio.run(run())

        assert sorted(each for each in kept if each) == sorted(stored)
        assert bill == Totals(jobs=3, reserved=300)

    def test_what_is_refunded_can_be_spent_again(self) -> None:
        """A job that has failed costs nothing; one that was cancelled keeps its price."""

        async def run() -> list[str | None]:
            terms = Terms(budget=200)
            async with type(self).opened() as store:
                found = [await offered(store, priced(each), terms) for each in range(3)]
                await store.delete("tenant", "video_0", BORN_MS)
                late = [priced(each, ENDS_MS) for each in (3, 4)]
                return found + [await offered(store, each, terms) for each in late]

        assert asyncio.run(run()) == ["video_0", "video_1", None, "video_3", None]

    def test_a_budget_of_exactly_the_price_suffices_once(self) -> None:
        """Once nothing is left, a job without a price is refused, too."""

        async def run() -> list[str | None]:
            async with type(self).opened() as store:
                jobs = (job(id="free"), priced(1), job(id="unknown"))
                return [await offered(store, each, Terms(budget=100)) for each in jobs]

        assert asyncio.run(run()) == ["free", "video_1", None]

    def test_equal_requests_at_once_make_one_job(self) -> None:
        """Each gets the same job; nothing else is stored, not even what was to be sent."""

        async def run() -> tuple[set[str], list[str], int]:
            async with type(self).opened() as store:
                offers = (
                    store.add(priced(each), [delivery(event_id=f"{each}")], Terms(once=ONCE))
                    for each in range(9)
                )
                kept = {each.id for each in await asyncio.gather(*offers)}
                pending = await store.outbox.pending("tenant", 99)
                return kept, await ids(store), len(pending)

        kept, stored, pending = asyncio.run(run())

        assert kept == set(stored)
        assert (len(stored), pending) == (1, 1)

    def test_a_repeated_request_gets_its_job_whatever_became_of_it(self) -> None:
        """Though it was removed, and the budget is used up; after the mark's end it is new."""

        async def run() -> list[str | None]:
            async with type(self).opened() as store:
                found = [await offered(store, priced(0), Terms(100, ONCE))]
                await store.delete("tenant", "video_0", BORN_MS)
                for number, born in ((1, BORN_MS), (2, BORN_MS + 999), (3, BORN_MS + 1000)):
                    terms = Terms(100 if number < 3 else None, Once("mark", born + 1000))
                    found.append(await offered(store, priced(number, born), terms))
                await store.forget_jobs("tenant")
                found.append(await offered(store, job(STUCK, id="new"), Terms(once=ONCE)))
                return found

        assert asyncio.run(run()) == ["video_0", "video_0", "video_0", "video_3", "new"]

    def test_of_removed_jobs_the_newest_are_listed(self) -> None:
        """With the instants of their removal, so that a bill can show them; all are in its sums."""

        async def run() -> tuple[list[Removed], Totals]:
            async with type(self).opened() as store:
                for number in range(MOST_REMOVED + 2):
                    await store.add(priced(number))
                    await store.delete("tenant", f"video_{number}", BORN_MS + number)
                return list(await store.removed("tenant")), await store.bill("tenant", BORN_MS)

        removed, bill = asyncio.run(run())

        numbers = range(2, MOST_REMOVED + 2)
        assert removed == [Removed(priced(each), BORN_MS + each) for each in numbers]
        assert bill.jobs == MOST_REMOVED + 2

    def test_marks_of_one_tenant_are_not_another_s(self) -> None:
        """The same mark of another tenant creates a job of that tenant."""

        async def run() -> list[str | None]:
            async with type(self).opened() as store:
                jobs = (job(id="mine"), job(id="yours", tenant="other"), job(id="third"))
                return [await offered(store, each, Terms(once=ONCE)) for each in jobs]

        assert asyncio.run(run()) == ["mine", "yours", "mine"]
