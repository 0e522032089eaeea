"""Operations on one tenant as a whole."""

from collections.abc import Awaitable, Callable, Iterable, Mapping

from mock_server.control import records
from mock_server.control.access import target_tenant
from mock_server.http.exchange import Handler, Inbound, JsonReply
from mock_server.tenants import TenantRepository


class TenantHandlers:
    """``getWorld``, ``resetWorld``, ``forgetWorld``, ``listJobs`` and ``fillExamples``.

    ``fill_examples`` creates what the contract's examples name, and returns the ids by kind.
    """

    def __init__(
        self,
        tenants: TenantRepository,
        fill_examples: Callable[[str], Awaitable[Mapping[str, list[str]]]],
    ) -> None:
        self._tenants = tenants
        self._fill_examples = fill_examples

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {
            "getWorld": self.get,
            "resetWorld": self.reset,
            "forgetWorld": self.forget,
            "listJobs": self.jobs,
            "fillExamples": self.fill_examples,
        }

    async def get(self, request: Inbound) -> JsonReply:
        """The tenant's state."""
        tenant = await target_tenant(request, self._tenants)
        return JsonReply(await described(self._tenants, tenant))

    async def reset(self, request: Inbound) -> JsonReply:
        """Reset parts of the tenant's state."""
        tenant = await target_tenant(request, self._tenants)
        await reset(self._tenants, tenant, request.body.fields["scopes"])
        return JsonReply(await described(self._tenants, tenant))

    async def forget(self, request: Inbound) -> JsonReply:
        """Delete the tenant."""
        await self._tenants.store.forget(await target_tenant(request, self._tenants))
        return JsonReply({"done": True})

    async def jobs(self, request: Inbound) -> JsonReply:
        """The newest jobs."""
        tenant = await target_tenant(request, self._tenants)
        now = (await self._tenants.read(tenant)).clock.now()
        limit = request.query["limit"]
        page = await self._tenants.store.page(tenant, after=None, limit=limit, newest_first=True)
        jobs = page.jobs if page else ()
        return JsonReply(
            {
                "jobs": [records.job(job, now) for job in jobs],
                "has_more": page is not None and page.has_more,
            }
        )

    async def fill_examples(self, request: Inbound) -> JsonReply:
        """Create the objects that the contract's examples name."""
        tenant = await target_tenant(request, self._tenants)
        return JsonReply(records.examples(await self._fill_examples(tenant)))


async def described(tenants: TenantRepository, tenant: str) -> records.JsonObject:
    """The JSON object of a tenant's state."""
    return records.tenant(tenant, await tenants.read(tenant), await tenants.store.noted(tenant))


async def reset(tenants: TenantRepository, tenant: str, scopes: Iterable[str]) -> None:
    """Reset the named parts of a tenant's state; ``all`` deletes the tenant."""
    wanted = set(scopes)
    if "all" in wanted:
        await tenants.store.forget(tenant)
        return
    if "jobs" in wanted:
        await tenants.store.forget_jobs(tenant)
    if "journal" in wanted:
        await tenants.store.clear_journal(tenant)
    if "webhooks" in wanted:
        await tenants.store.outbox.clear(tenant)
    await tenants.reset(tenant, wanted)
