"""The operations on a world as a whole: look, reset, forget; and its jobs."""

from collections.abc import Iterable
from typing import Any

from mock_server.control import records
from mock_server.control.access import tenant_meant
from mock_server.http.exchange import Handler, Inbound, JsonReply
from mock_server.tenants import TenantRepository


class WorldHandlers:
    """``getWorld``, ``resetWorld``, ``forgetWorld`` and ``listJobs``."""

    def __init__(self, tenants: TenantRepository) -> None:
        self._worlds = tenants

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {
            "getWorld": self.get,
            "resetWorld": self.reset,
            "forgetWorld": self.forget,
            "listJobs": self.jobs,
        }

    async def get(self, request: Inbound) -> JsonReply:
        """What is set."""
        tenant = await tenant_meant(request, self._worlds)
        return JsonReply(await shown(self._worlds, tenant))

    async def reset(self, request: Inbound) -> JsonReply:
        """Put parts back to how they began."""
        tenant = await tenant_meant(request, self._worlds)
        await reset(self._worlds, tenant, request.body.fields["scopes"])
        return JsonReply(await shown(self._worlds, tenant))

    async def forget(self, request: Inbound) -> JsonReply:
        """Drop everything."""
        await self._worlds.store.forget(await tenant_meant(request, self._worlds))
        return JsonReply({"done": True})

    async def jobs(self, request: Inbound) -> JsonReply:
        """The newest jobs."""
        tenant = await tenant_meant(request, self._worlds)
        now = (await self._worlds.read(tenant)).clock.now()
        limit = request.query["limit"]
        page = await self._worlds.store.page(tenant, after=None, limit=limit, newest_first=True)
        jobs = page.jobs if page else ()
        return JsonReply(
            {
                "jobs": [records.job(job, now) for job in jobs],
                "has_more": page is not None and page.has_more,
            }
        )


async def shown(tenants: TenantRepository, tenant: str) -> dict[str, Any]:
    """Everything that is set in a world."""
    return records.world(tenant, await tenants.read(tenant), await tenants.store.noted(tenant))


async def reset(tenants: TenantRepository, tenant: str, scopes: Iterable[str]) -> None:
    """Put parts of one world back to how they began."""
    asked = set(scopes)
    if "all" in asked:
        await tenants.store.forget(tenant)
        return
    if "jobs" in asked:
        await tenants.store.forget_jobs(tenant)
    if "journal" in asked:
        await tenants.store.clear_journal(tenant)
    if "webhooks" in asked:
        await tenants.store.outbox.clear(tenant)
    await tenants.reset(tenant, asked)
