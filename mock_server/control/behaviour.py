"""The operations on what goes wrong in a world: its scenario, its dialect, its faults."""

from collections.abc import Callable

from mock_server.control import records
from mock_server.control.access import tenant_meant
from mock_server.control.parse import Setting, too_many_faults
from mock_server.control.tenants import shown
from mock_server.domain.requests_mode import RequestsMode
from mock_server.faults import FAULTS
from mock_server.faults.active import ActiveFault, TooManyFaultsError
from mock_server.faults.parse import settings_schema
from mock_server.http.errors import UNKNOWN_FAULT, ApiError
from mock_server.http.exchange import Handler, Inbound, JsonReply
from mock_server.tenants import TenantRepository, TenantState

_MOST_DIGITS = 9


class SituationHandlers:
    """Scenarios, dialects and faults of one world, and what there is to choose from."""

    def __init__(self, tenants: TenantRepository, setting: Setting) -> None:
        self._worlds = tenants
        self._setting = setting

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {
            "listScenarios": self.scenarios,
            "setScenario": self.set_scenario,
            "listDialects": self.dialects,
            "setDialect": self.set_dialect,
            "setRequestsMode": self.set_requests_mode,
            "listFaultKinds": self.kinds,
            "listFaults": self.faults,
            "setFault": self.set_fault,
            "endFault": self.end_fault,
            "clearFaults": self.clear_faults,
        }

    async def scenarios(self, _request: Inbound) -> JsonReply:
        """What a job can do."""
        known = self._setting.scenarios.known.values()
        return JsonReply({"scenarios": {one.name: one.summary for one in known}})

    async def set_scenario(self, request: Inbound) -> JsonReply:
        """Choose what new jobs do."""
        course = self._setting.course(request.body.fields["scenario"])

        def change(world: TenantState) -> None:
            world.scenario = course

        return await self._changed(request, change)

    async def dialects(self, _request: Inbound) -> JsonReply:
        """Whose manners there are."""
        known = self._setting.dialects.known.values()
        return JsonReply({"dialects": {one.name: one.summary for one in known}})

    async def set_dialect(self, request: Inbound) -> JsonReply:
        """Choose whose manners the world has."""
        dialect = self._setting.dialect(request.body.fields["dialect"])

        def change(world: TenantState) -> None:
            world.dialect = dialect

        return await self._changed(request, change)

    async def set_requests_mode(self, request: Inbound) -> JsonReply:
        """Choose how strictly the world's requests are held to the contract."""
        mode = RequestsMode(request.body.fields["requests_mode"])

        def change(world: TenantState) -> None:
            world.requests_mode = mode

        return await self._changed(request, change)

    async def kinds(self, _request: Inbound) -> JsonReply:
        """What can go wrong."""
        return JsonReply(
            {
                "kinds": {
                    name: {"summary": kind.summary, "settings": settings_schema(name)}
                    for name, kind in FAULTS.items()
                }
            }
        )

    async def faults(self, request: Inbound) -> JsonReply:
        """What is set to go wrong."""
        world = await self._worlds.read(await tenant_meant(request, self._worlds))
        return JsonReply({"faults": [records.fault(active) for active in world.faults.faults]})

    async def set_fault(self, request: Inbound) -> JsonReply:
        """Set a fault.

        Raises:
            ApiError: 409, there are too many.
        """
        tenant = await tenant_meant(request, self._worlds)
        fault, match = self._setting.fault(request.body.fields)

        def change(world: TenantState) -> ActiveFault:
            return world.faults.add(fault, match, world.clock.now())

        try:
            return JsonReply(records.fault(await self._worlds.change(tenant, change)))
        except TooManyFaultsError as error:
            raise too_many_faults(error) from error

    async def end_fault(self, request: Inbound) -> JsonReply:
        """End one fault.

        Raises:
            ApiError: 404, it is not set.
        """
        tenant = await tenant_meant(request, self._worlds)
        wanted = request.path["fault_id"]
        known = wanted.isascii() and wanted.isdecimal() and len(wanted) <= _MOST_DIGITS
        number = int(wanted) if known else 0
        if not await self._worlds.change(tenant, lambda world: world.faults.remove(number)):
            message = f"No fault '{wanted[:80]}' is set; GET /_mock/faults lists those that are."
            raise ApiError(UNKNOWN_FAULT, message, param="fault_id")
        return JsonReply({"done": True})

    async def clear_faults(self, request: Inbound) -> JsonReply:
        """End them all."""
        tenant = await tenant_meant(request, self._worlds)
        await self._worlds.change(tenant, lambda world: world.faults.clear())
        return JsonReply({"done": True})

    async def _changed(self, request: Inbound, change: Callable[[TenantState], None]) -> JsonReply:
        tenant = await tenant_meant(request, self._worlds)
        await self._worlds.change(tenant, change)
        return JsonReply(await shown(self._worlds, tenant))
