"""What every store does, whatever it keeps things in.

A store joins with one line in a test module of its own: ``TestMine = suite_for(open_mine)``.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from itertools import count

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from mock_server.domain.bill import Removed, charged_at_end, has_ended
from mock_server.domain.job import Cost, Job, Phase, Stage, Timeline
from mock_server.stores import JobPage, Store
from tests.mock_server.facts import (
    BORN_MS,
    ENDS_MS,
    FAILING,
    HAPPY,
    STUCK,
    character,
    job,
)
from tests.mock_server.stores.outbox_suite import OutboxSuite
from tests.mock_server.stores.tenant_suite import TenantStateSuite
from tests.mock_server.stores.terms_suite import TermsSuite
from tests.properties import examples

Open = Callable[[], AbstractAsyncContextManager[Store]]

TENANTS = st.sampled_from(("ann", "bob"))
INSTANTS = st.sampled_from((BORN_MS, ENDS_MS - 1, ENDS_MS, ENDS_MS + 10**9))
PLANS = st.sampled_from((HAPPY, FAILING, STUCK))
# Few, so that ids are found again, deleted twice, and asked of the wrong tenant.
IDS = st.sampled_from([f"video_{number}" for number in range(8)])


@st.composite
def costs(draw: st.DrawFn) -> Cost:
    """Any price, and parts of it; often none that is known."""
    price = draw(st.none() | st.integers(0, 10**12))
    part = st.integers(0, price or 0)
    return Cost(price, draw(part), draw(part), draw(part))


COSTS = costs()


class StoreModel(RuleBasedStateMachine):
    """Does everything to a store and to a plain list, and compares what each says."""

    opened: Open

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._store = self._runner.run(self._stack.enter_async_context(type(self).opened()))
        self._jobs: list[Job] = []
        self._births = count()
        self._removed: list[Removed] = []

    def teardown(self) -> None:
        """Close the store."""
        self._runner.run(self._stack.aclose())
        self._runner.close()

    def _of(self, tenant: str) -> list[Job]:
        return [job for job in self._jobs if job.tenant == tenant]

    def _find(self, tenant: str, job_id: str) -> Job | None:
        return next((job for job in self._of(tenant) if job.id == job_id), None)

    @rule(tenant=TENANTS, job_id=IDS, plan=PLANS, cost=COSTS)
    def add(self, tenant: str, job_id: str, plan: Timeline, cost: Cost) -> None:
        """Ids are drawn at random, so no tenant gets one twice."""
        if self._find(tenant, job_id) is None:
            # All at one instant: order of creation must not hang on the clock.
            token = f"{next(self._births):032x}"
            new = job(plan, tenant=tenant, id=job_id, token=token, cost=cost)
            self._runner.run(self._store.add(new))
            self._jobs.append(new)

    @rule(tenant=TENANTS, job_id=IDS)
    def get(self, tenant: str, job_id: str) -> None:
        """The tenant's own job or nothing."""
        found = self._runner.run(self._store.get(tenant, job_id))

        assert found == self._find(tenant, job_id)

    @rule(tenant=TENANTS, job_id=IDS, now=INSTANTS)
    def delete(self, tenant: str, job_id: str, now: int) -> None:
        """Only the tenant's own job goes, and only once."""
        held = self._find(tenant, job_id)

        assert self._runner.run(self._store.delete(tenant, job_id, now)) is (held is not None)
        self._jobs = [job for job in self._jobs if job is not held]
        if held is not None:
            self._removed.append(Removed(held, now))

    @rule(tenant=TENANTS, now=INSTANTS)
    def bill(self, tenant: str, now: int) -> None:
        """What was accepted is reserved, charged or refunded, whether its job is there or not."""
        found = self._runner.run(self._store.bill(tenant, now))
        removed = [each for each in self._removed if each.job.tenant == tenant]
        kept = self._of(tenant)
        ever = [*kept, *(job for job, _ in removed)]
        charged = sum(
            charged_at_end(job) if has_ended(job, now) else job.cost.waiting for job in kept
        )
        charged += sum(
            charged_at_end(job) if has_ended(job, at) else job.cost.removed for job, at in removed
        )

        assert self._runner.run(self._store.removed(tenant)) == removed
        assert found.accepted == sum(job.cost.price or 0 for job in ever)
        assert found.jobs == len(ever)
        assert found.unpriced == sum(job.cost.price is None for job in ever)
        assert found.charged == charged
        assert found.reserved == sum(
            job.cost.price - job.cost.waiting
            for job in kept
            if job.cost.price is not None and not has_ended(job, now)
        )

    @rule(tenant=TENANTS)
    def forget(self, tenant: str) -> None:
        """Forgotten jobs are in no bill."""
        self._runner.run(self._store.forget_jobs(tenant))
        self._jobs = [job for job in self._jobs if job.tenant != tenant]
        self._removed = [each for each in self._removed if each.job.tenant != tenant]

    @rule(tenant=TENANTS, job_id=IDS, length_ms=st.integers(0, 9))
    def replace(self, tenant: str, job_id: str, length_ms: int) -> None:
        """A job that there is gets other facts, and keeps its place."""
        held = self._find(tenant, job_id)
        plan = Timeline("changed", (Phase(Stage.RUNNING, length_ms),))
        cost = held.cost if held else Cost()
        changed = job(tenant=tenant, id=job_id, timeline=plan, cost=cost)

        assert self._runner.run(self._store.replace(changed, (), ())) is (held is not None)
        self._jobs = [changed if each is held else each for each in self._jobs]

    @rule(tenant=TENANTS, after=st.none() | IDS, limit=st.integers(0, 5), newest=st.booleans())
    def page(self, tenant: str, after: str | None, limit: int, newest: bool) -> None:
        """A page is a slice of the tenant's list behind the job named."""
        listed = self._of(tenant)[::-1] if newest else self._of(tenant)
        ids = [job.id for job in listed]
        found = self._page(tenant, after, limit, newest)
        if after is not None and after not in ids:
            assert found is None
            return
        rest = listed if after is None else listed[ids.index(after) + 1 :]

        assert found is not None
        assert (list(found.jobs), found.has_more) == (rest[:limit], len(rest) > limit)

    def _page(self, tenant: str, after: str | None, limit: int, newest: bool) -> JobPage | None:
        return self._runner.run(
            self._store.page(tenant, after=after, limit=limit, newest_first=newest)
        )

    @invariant()
    def lists_are_whole(self) -> None:
        """Everything kept is listed in order of creation, and nothing else is."""
        for tenant in ("ann", "bob", "nobody"):
            found = self._page(tenant, None, 100, newest=False)

            assert found is not None
            assert (list(found.jobs), found.has_more) == (self._of(tenant), False)


class StoreSuite(TenantStateSuite, OutboxSuite, TermsSuite):
    """The behaviour of one store; ``opened`` opens an empty one."""

    def test_it_does_what_a_plain_list_does(self) -> None:
        """Adding, getting, deleting and paging in any order agree with a list in memory."""

        class Model(StoreModel):
            opened = staticmethod(type(self).opened)

        run_state_machine_as_test(
            Model, settings=settings(max_examples=examples(40), stateful_step_count=30)
        )

    def test_facts_come_back_unchanged(self) -> None:
        """A job is got as it was added, request and timeline included."""

        async def body(store: Store) -> Job | None:
            await store.add(job())
            return await store.get(job().tenant, job().id)

        assert self.with_store(body) == job()

    @pytest.mark.parametrize("newest", [True, False])
    def test_pages_join_to_the_whole_list(self, newest: bool) -> None:
        """Following the last id of each page meets every job once, in order."""
        jobs = [job(id=f"video_{number}") for number in range(25)]

        async def body(store: Store) -> list[Job]:
            for new in jobs:
                await store.add(new)
            return await _walk(store, newest)

        assert self.with_store(body) == (jobs[::-1] if newest else jobs)

    def test_a_deleted_job_is_no_place_to_go_on_from(self) -> None:
        """A listing cannot follow a job that is gone."""

        async def body(store: Store) -> JobPage | None:
            await store.add(job())
            await store.delete(job().tenant, job().id, BORN_MS)
            return await store.page(job().tenant, after=job().id, limit=1, newest_first=True)

        assert self.with_store(body) is None

    def test_characters_belong_to_their_tenant(self) -> None:
        """A character comes back unchanged, and only to the tenant that made it."""

        async def body(store: Store) -> list[object]:
            await store.add_character(character())
            asked = ((tenant, id_) for tenant in ("tenant", "other") for id_ in ("char_1", "x"))
            return [await store.get_character(tenant, id_) for tenant, id_ in asked]

        assert self.with_store(body) == [character(), None, None, None]


async def _walk(store: Store, newest: bool) -> list[Job]:
    found: list[Job] = []
    while True:
        after = found[-1].id if found else None
        page = await store.page("tenant", after=after, limit=10, newest_first=newest)
        assert page is not None
        found += page.jobs
        if not page.has_more:
            return found


def suite_for(opened: Open) -> type[StoreSuite]:
    """The test class of one store."""
    return type("TestStore", (StoreSuite,), {"opened": staticmethod(opened)})
