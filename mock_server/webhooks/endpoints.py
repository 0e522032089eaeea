"""Stores endpoints in their tenant's state, and keeps pending deliveries consistent with them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

from mock_server.domain.job import Job, ends_ms
from mock_server.domain.webhooks import Delivery, Endpoint, deliveries
from mock_server.tenants import TenantRepository, TenantState

# Changes an endpoint; called with the instant of the tenant's clock.
Edit = Callable[[Endpoint, int], Endpoint]

REMOVED = "the endpoint was removed"
_PAGE = 500


class Endpoints:
    """Every tenant's endpoints."""

    def __init__(self, tenants: TenantRepository) -> None:
        self._tenants = tenants

    async def all(self, tenant: str) -> tuple[Endpoint, ...]:
        """The tenant's endpoints, the oldest first."""
        return (await self._tenants.read(tenant)).webhooks

    async def find(self, tenant: str, endpoint_id: str) -> Endpoint | None:
        """The tenant's endpoint with that id."""
        return _found(await self.all(tenant), endpoint_id)

    async def add(
        self, tenant: str, make: Callable[[TenantState], tuple[TenantState, Endpoint]]
    ) -> Endpoint:
        """Add the endpoint that ``make`` returns; it also gets the events of unfinished jobs.

        ``make`` returns the tenant's state as well. If it raises, nothing changes.
        """

        def change(state: TenantState) -> tuple[TenantState, Endpoint]:
            state, endpoint = make(state)
            return replace(state, webhooks=(*state.webhooks, endpoint)), endpoint

        endpoint = await self._tenants.change(tenant, change)
        await self._add_missing(tenant, endpoint)
        return endpoint

    async def edit(self, tenant: str, endpoint_id: str, edit: Edit) -> Endpoint | None:
        """Change an endpoint; None if there is no such one.

        Pending deliveries follow the endpoint's new URL; if it is disabled, they are dropped.
        """

        def change(state: TenantState) -> tuple[TenantState, Endpoint | None]:
            before = _found(state.webhooks, endpoint_id)
            if before is None:
                return state, None
            after = edit(before, state.clock.now())
            webhooks = tuple(after if each.id == endpoint_id else each for each in state.webhooks)
            return replace(state, webhooks=webhooks), after

        endpoint = await self._tenants.change(tenant, change)
        if endpoint is None:
            return None
        if endpoint.disabled is not None:
            await self._tenants.store.outbox.drop(tenant, endpoint_id, endpoint.disabled)
        else:
            await self._add_missing(tenant, endpoint)
        return endpoint

    async def disable(self, tenant: str, endpoint_id: str, reason: str) -> Endpoint | None:
        """Stop sending to an endpoint; pending deliveries are dropped with that reason."""
        return await self.edit(
            tenant,
            endpoint_id,
            lambda endpoint, now: replace(endpoint, disabled=reason, updated_ms=now),
        )

    async def remove(self, tenant: str, endpoint_id: str) -> bool:
        """Remove an endpoint and drop its pending deliveries; False if there is no such one."""

        def change(state: TenantState) -> tuple[TenantState, bool]:
            webhooks = tuple(each for each in state.webhooks if each.id != endpoint_id)
            return replace(state, webhooks=webhooks), webhooks != state.webhooks

        removed = await self._tenants.change(tenant, change)
        if removed:
            await self._tenants.store.outbox.drop(tenant, endpoint_id, REMOVED)
        return removed

    async def _add_missing(self, tenant: str, endpoint: Endpoint) -> None:
        """Add deliveries for the jobs that were created before the endpoint and have not ended.

        A job that another process creates at the same moment may be missed.
        """
        now = (await self._tenants.read(tenant)).clock.now()
        outbox = self._tenants.store.outbox
        async for jobs in self._pages(tenant):
            missing: list[Delivery] = []
            for job in jobs:
                if (ends_ms(job) or 0) > now:
                    missing += deliveries(job, (endpoint,))
            if missing:
                await outbox.add(tenant, missing)
                self._tenants.changed(tenant)
            # A tenant may have a million jobs; let other requests run.
            await asyncio.sleep(0)

    async def _pages(self, tenant: str) -> AsyncIterator[list[Job]]:
        after: str | None = None
        while True:
            page = await self._tenants.store.page(
                tenant, after=after, limit=_PAGE, newest_first=True
            )
            if page is None:
                # The last job of the previous page was deleted meanwhile: start over.
                after = None
                continue
            if not page.jobs:
                return
            yield list(page.jobs)
            after = page.jobs[-1].id
            if not page.has_more:
                return


def _found(endpoints: tuple[Endpoint, ...], endpoint_id: str) -> Endpoint | None:
    return next((each for each in endpoints if each.id == endpoint_id), None)
