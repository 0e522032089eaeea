"""The operations on all worlds at once, those there are and those to come."""

from importlib.metadata import version

from mock_server.control.access import require_admin
from mock_server.control.parse import Setting, too_many_faults
from mock_server.control.tenants import reset, shown
from mock_server.faults.active import TooManyFaultsError
from mock_server.http.exchange import Handler, Inbound, JsonReply
from mock_server.stores.protocol import SERVER, StoredStateError
from mock_server.tenants import TenantRepository, TenantState


class ServerHandlers:
    """What only the admin token may do."""

    def __init__(self, tenants: TenantRepository, setting: Setting) -> None:
        self._worlds = tenants
        self._setting = setting

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {
            "getServer": self.get,
            "resetServer": self.reset,
            "setServerScenario": self.set_scenario,
            "setServerFault": self.set_fault,
            "clearServerFaults": self.clear_faults,
        }

    async def get(self, request: Inbound) -> JsonReply:
        """The server and its worlds."""
        require_admin(request)
        tenants, unusable = [], {}
        async for tenant in self._worlds.each_tenant():
            try:
                tenants.append(await shown(self._worlds, tenant))
            except StoredStateError as error:
                unusable[tenant] = str(error)
        told = {"version": version("video-gateway-mock"), "worlds": tenants, "unusable": unusable}
        return JsonReply(told)

    async def reset(self, request: Inbound) -> JsonReply:
        """Put parts of all worlds back to how they began.

        Raises:
            StoredStateError: a world needs more than that; all others were reset.
        """
        require_admin(request)
        scopes = request.body.fields["scopes"]
        if "all" in scopes:
            await self._worlds.forget_server()
        trouble: StoredStateError | None = None
        async for tenant in self._worlds.each_tenant():
            try:
                await reset(self._worlds, tenant, scopes)
            except StoredStateError as error:
                trouble = StoredStateError(f"the world {tenant}: {error}", SERVER)
        if trouble is not None:
            raise trouble
        return JsonReply({"done": True})

    async def set_scenario(self, request: Inbound) -> JsonReply:
        """Choose what new jobs do."""
        require_admin(request)
        scenario = self._setting.course(request.body.fields["scenario"])

        def change(world: TenantState) -> None:
            world.scenario = scenario

        await self._worlds.change_all(change)
        return JsonReply({"done": True})

    async def set_fault(self, request: Inbound) -> JsonReply:
        """Set a fault everywhere; a world that has no room for one more goes without it.

        Raises:
            ApiError: 400, there are too many that are set everywhere.
        """
        require_admin(request)
        made = self._setting.fault(request.body.fields)

        def change(world: TenantState) -> None:
            # Whatever a tenant has set itself, this is for all who have room.
            if world.tenant == SERVER or world.faults.room_for(*made):
                world.faults.add(*made, world.clock.now())

        try:
            await self._worlds.change_all(change)
        except TooManyFaultsError as error:
            raise too_many_faults(error) from error
        return JsonReply({"done": True})

    async def clear_faults(self, request: Inbound) -> JsonReply:
        """End all faults everywhere."""
        require_admin(request)
        await self._worlds.change_all(lambda world: world.faults.clear())
        return JsonReply({"done": True})
