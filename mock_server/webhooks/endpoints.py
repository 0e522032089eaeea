"""Makes, changes and removes endpoints, and keeps what is pending in step with them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

from mock_server.domain.job import Job, ends_ms
from mock_server.domain.webhooks import Delivery, Endpoint, deliveries
from mock_server.tenants import TenantRepository, TenantState

# Changes an endpoint, given the instant of the tenant's clock.
Edit = Callable[[Endpoint, int], Endpoint]

REMOVED = "the endpoint was removed"
_PAGE = 500


class Endpoints:
    """Every tenant's endpoints; they are kept in its world."""

    def __init__(self, tenants: TenantRepository) -> None:
        self._worlds = tenants

    async def all(self, tenant: str) -> tuple[Endpoint, ...]:
        """The tenant's endpoints, the oldest first."""
        return (await self._worlds.read(tenant)).webhooks

    async def find(self, tenant: str, endpoint_id: str) -> Endpoint | None:
        """The tenant's endpoint with that id."""
        return found(await self.all(tenant), endpoint_id)

    async def add(self, tenant: str, make: Callable[[TenantState], Endpoint]) -> Endpoint:
        """A new endpoint, made for the world as it is; it is told of jobs under way, too.

        What ``make`` raises leaves everything as it was.
        """

        def change(world: TenantState) -> Endpoint:
            endpoint = make(world)
            world.webhooks = (*world.webhooks, endpoint)
            return endpoint

        endpoint = await self._worlds.change(tenant, change)
        await self._catch_up(tenant, endpoint)
        return endpoint

    async def edit(self, tenant: str, endpoint_id: str, edit: Edit) -> Endpoint | None:
        """The tenant's endpoint as it is changed; None where there is no such one.

        What is pending goes where it points from then on; nothing does once it is disabled.
        """

        def change(world: TenantState) -> Endpoint | None:
            before = found(world.webhooks, endpoint_id)
            if before is None:
                return None
            after = edit(before, world.clock.now())
            world.webhooks = tuple(
                after if each.id == endpoint_id else each for each in world.webhooks
            )
            return after

        endpoint = await self._worlds.change(tenant, change)
        if endpoint is None:
            return None
        if endpoint.disabled is not None:
            await self._worlds.store.outbox.drop(tenant, endpoint_id, endpoint.disabled)
        else:
            await self._catch_up(tenant, endpoint)
        return endpoint

    async def disable(self, tenant: str, endpoint_id: str, reason: str) -> Endpoint | None:
        """Send nothing there any more; what is pending is dropped for that reason."""
        return await self.edit(
            tenant,
            endpoint_id,
            lambda endpoint, now: replace(endpoint, disabled=reason, updated_ms=now),
        )

    async def remove(self, tenant: str, endpoint_id: str) -> bool:
        """Remove the tenant's endpoint; whether there was one. What is pending is dropped."""

        def change(world: TenantState) -> bool:
            before = world.webhooks
            world.webhooks = tuple(each for each in before if each.id != endpoint_id)
            return world.webhooks != before

        removed = await self._worlds.change(tenant, change)
        if removed:
            await self._worlds.store.outbox.drop(tenant, endpoint_id, REMOVED)
        return removed

    async def _catch_up(self, tenant: str, endpoint: Endpoint) -> None:
        """Have it told of the jobs that were made before it and have yet to end.

        A job that is made by another process in the same moment may not have heard of it.
        """
        now = (await self._worlds.read(tenant)).clock.now()
        outbox = self._worlds.store.outbox
        async for jobs in self._pages(tenant):
            missing: list[Delivery] = []
            for job in jobs:
                if (ends_ms(job) or 0) > now:
                    missing += deliveries(job, (endpoint,))
            if missing:
                await outbox.add(tenant, missing)
                self._worlds.changed(tenant)
            # A tenant may have a million jobs, and others wait for their answers.
            await asyncio.sleep(0)

    async def _pages(self, tenant: str) -> AsyncIterator[list[Job]]:
        after: str | None = None
        while True:
            page = await self._worlds.store.page(
                tenant, after=after, limit=_PAGE, newest_first=True
            )
            if page is None:
                # The last job of the page before was removed meanwhile, and its place with it.
                after = None
                continue
            if not page.jobs:
                return
            yield list(page.jobs)
            after = page.jobs[-1].id
            if not page.has_more:
                return


def found(endpoints: tuple[Endpoint, ...], endpoint_id: str) -> Endpoint | None:
    """The endpoint with that id."""
    return next((each for each in endpoints if each.id == endpoint_id), None)
