"""The operations on a world as a whole: look, reset, forget; and its jobs."""

from collections.abc import Iterable

from mock_server.control import told
from mock_server.control.access import tenant_meant
from mock_server.exchange import Handler, Inbound, JsonReply
from mock_server.stores.protocol import Store
from mock_server.worlds import Worlds


class WorldHandlers:
    """``getWorld``, ``resetWorld``, ``forgetWorld`` and ``listJobs``."""

    def __init__(self, worlds: Worlds, store: Store) -> None:
        self._worlds = worlds
        self._store = store

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
        tenant = tenant_meant(request, self._worlds)
        return JsonReply(told.world(tenant, self._worlds.of(tenant)))

    async def reset(self, request: Inbound) -> JsonReply:
        """Put parts back to how they began."""
        tenant = tenant_meant(request, self._worlds)
        await reset(self._worlds, self._store, tenant, request.body.fields["scopes"])
        return JsonReply(told.world(tenant, self._worlds.of(tenant)))

    async def forget(self, request: Inbound) -> JsonReply:
        """Drop everything."""
        await reset(self._worlds, self._store, tenant_meant(request, self._worlds), ["all"])
        return JsonReply({"done": True})

    async def jobs(self, request: Inbound) -> JsonReply:
        """The newest jobs."""
        tenant = tenant_meant(request, self._worlds)
        now = self._worlds.clock_of(tenant).now()
        limit = request.query["limit"]
        page = await self._store.page(tenant, after=None, limit=limit, newest_first=True)
        jobs = page.jobs if page else ()
        return JsonReply(
            {
                "jobs": [told.job(job, now) for job in jobs],
                "has_more": page is not None and page.has_more,
            }
        )


async def reset(worlds: Worlds, store: Store, tenant: str, scopes: Iterable[str]) -> None:
    """Put parts of one world back to how they began."""
    asked = set(scopes)
    if {"all", "jobs"} & asked:
        await store.forget(tenant)
    if "all" in asked:
        worlds.forget(tenant)
    else:
        worlds.reset(tenant, asked)
