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

from mock_server.domain.job import Job, Phase, Stage, Timeline
from mock_server.stores import JobPage, Store
from tests.mock_server.facts import character, job
from tests.mock_server.stores.outbox_suite import OutboxSuite
from tests.mock_server.stores.tenant_suite import TenantStateSuite
from tests.properties import examples

Open = Callable[[], AbstractAsyncContextManager[Store]]

TENANTS = st.sampled_from(("ann", "bob"))
# Few, so that ids are found again, deleted twice, and asked of the wrong tenant.
IDS = st.sampled_from([f"video_{number}" for number in range(8)])


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

    def teardown(self) -> None:
        """Close the store."""
        self._runner.run(self._stack.aclose())
        self._runner.close()

    def _of(self, tenant: str) -> list[Job]:
        return [job for job in self._jobs if job.tenant == tenant]

    def _find(self, tenant: str, job_id: str) -> Job | None:
        return next((job for job in self._of(tenant) if job.id == job_id), None)

    @rule(tenant=TENANTS, job_id=IDS)
    def add(self, tenant: str, job_id: str) -> None:
        """Ids are drawn at random, so no tenant gets one twice."""
        if self._find(tenant, job_id) is None:
            # All at one instant: order of creation must not hang on the clock.
            new = job(tenant=tenant, id=job_id, token=f"{next(self._births):032x}")
            self._runner.run(self._store.add(new))
            self._jobs.append(new)

    @rule(tenant=TENANTS, job_id=IDS)
    def get(self, tenant: str, job_id: str) -> None:
        """The tenant's own job or nothing."""
        found = self._runner.run(self._store.get(tenant, job_id))

        assert found == self._find(tenant, job_id)

    @rule(tenant=TENANTS, job_id=IDS)
    def delete(self, tenant: str, job_id: str) -> None:
        """Only the tenant's own job goes, and only once."""
        held = self._find(tenant, job_id)

        assert self._runner.run(self._store.delete(tenant, job_id)) is (held is not None)
        self._jobs = [job for job in self._jobs if job is not held]

    @rule(tenant=TENANTS, job_id=IDS, length_ms=st.integers(0, 9))
    def replace(self, tenant: str, job_id: str, length_ms: int) -> None:
        """A job that there is gets other facts, and keeps its place."""
        held = self._find(tenant, job_id)
        plan = Timeline("changed", (Phase(Stage.RUNNING, length_ms),))
        changed = job(tenant=tenant, id=job_id, timeline=plan)

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


class StoreSuite(TenantStateSuite, OutboxSuite):
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
            await store.delete(job().tenant, job().id)
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
