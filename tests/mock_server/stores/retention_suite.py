"""What every store does with jobs that have ended when there is a retention."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

import pytest

from mock_server.domain.bill import Totals
from mock_server.domain.job import Cost, Phase, Stage, Timeline
from mock_server.domain.retention import Retention
from mock_server.stores import Store
from tests.mock_server.facts import BORN_MS, STUCK, job

OpenWith = Callable[[Retention], AbstractAsyncContextManager[Store]]


def brief(seconds: int) -> Timeline:
    """A job plan that ends after so many seconds."""
    return Timeline("brief", (Phase(Stage.RUNNING, seconds * 1000),))


class RetentionSuite:
    """The retention of one store; ``opened_with`` opens an empty one."""

    opened_with: OpenWith

    def kept(self, retention: Retention, plans: list[Timeline]) -> list[int]:
        """The numbers of the jobs left of some, one born each second."""

        async def run() -> list[int]:
            async with type(self).opened_with(retention) as store:
                for number, plan in enumerate(plans):
                    born = BORN_MS + number * 1000
                    await store.add(job(plan, id=f"video_{number}", created_ms=born))
                page = await store.page("tenant", after=None, limit=100, newest_first=False)
                assert page is not None
                return [int(each.id.removeprefix("video_")) for each in page.jobs]

        return asyncio.run(run())

    def test_without_bounds_everything_stays(self) -> None:
        """Nothing is removed unless it was asked for."""
        assert self.kept(Retention(), [brief(0)] * 5) == [0, 1, 2, 3, 4]

    def test_the_oldest_make_room(self) -> None:
        """Beyond the count the jobs that ended first go."""
        assert self.kept(Retention(count=3), [brief(0)] * 6) == [3, 4, 5]

    def test_what_ended_first_goes_first(self) -> None:
        """A job born earlier stays if it ended later."""
        assert self.kept(Retention(count=2), [brief(3), brief(0), brief(0), brief(0)]) == [0, 3]

    @pytest.mark.parametrize("plan", [STUCK, brief(1000)])
    def test_a_job_that_has_not_ended_stays(self, plan: Timeline) -> None:
        """Jobs that wait or run are never removed, however many they are."""
        assert self.kept(Retention(count=2), [plan] * 4) == [0, 1, 2, 3]

    def test_too_old_goes(self) -> None:
        """A job that ended longer ago than the age goes, whatever the count."""
        assert self.kept(Retention(age_ms=2000, count=100), [brief(0)] * 5) == [2, 3, 4]

    def test_a_deleted_job_makes_room(self) -> None:
        """Jobs that were deleted do not count."""

        async def run() -> int:
            async with type(self).opened_with(Retention(count=2)) as store:
                for number in range(2):
                    await store.add(job(brief(0), id=f"{number}", created_ms=BORN_MS + number))
                await store.delete("tenant", "1", BORN_MS)
                await store.add(job(brief(0), id="2", created_ms=BORN_MS + 2))
                page = await store.page("tenant", after=None, limit=9, newest_first=False)
                return len(page.jobs) if page else 0

        assert asyncio.run(run()) == 2

    def test_a_job_that_was_ended_early_makes_room(self) -> None:
        """The end that a replaced job has counts, not the one that it was to have."""

        async def run() -> list[str]:
            async with type(self).opened_with(Retention(count=2)) as store:
                for plan, job_id in ((STUCK, "stuck"), (brief(1000), "long"), (brief(1000), "new")):
                    await store.add(job(plan, id=job_id))
                await store.replace(job(brief(1), id="stuck"), (), ())
                await store.replace(job(brief(2000), id="long"), (), ())
                await store.add(job(brief(0), id="last", created_ms=BORN_MS + 1_500_000))
                page = await store.page("tenant", after=None, limit=9, newest_first=False)
                return [each.id for each in page.jobs] if page else []

        assert asyncio.run(run()) == ["long", "last"]

    @pytest.mark.parametrize("retention", [Retention(count=1), Retention(age_ms=1)])
    def test_what_makes_room_stays_in_the_bill(self, retention: Retention) -> None:
        """A removed job has cost what an ended one costs, priced or not; it is listed."""
        costs = [Cost(300, failed=7, removed=8), Cost(), Cost(50, failed=7), Cost(9)]

        async def run() -> tuple[int, list[str], Totals]:
            async with type(self).opened_with(retention) as store:
                for number, cost in enumerate(costs):
                    plan = replace(
                        brief(0), outcome=Stage.FAILED if number == 2 else Stage.COMPLETED
                    )
                    born = BORN_MS + number * 1000
                    await store.add(job(plan, id=f"{number}", created_ms=born, cost=cost))
                page = await store.page("tenant", after=None, limit=9, newest_first=False)
                removed = [each.job.id for each in await store.removed("tenant")]
                bill = await store.bill("tenant", BORN_MS + 10_000)
                return len(page.jobs) if page else 0, removed, bill

        kept, removed, bill = asyncio.run(run())

        assert kept < len(costs)
        assert removed == [f"{number}" for number in range(len(costs) - kept)]
        assert bill == Totals(jobs=4, unpriced=1, charged=316, refunded=43)


def retention_suite_for(opened_with: OpenWith) -> type[RetentionSuite]:
    """The test class of one store."""
    return type("TestRetention", (RetentionSuite,), {"opened_with": staticmethod(opened_with)})
