"""Operations on the whole server, which need the admin token."""

from dataclasses import replace
from importlib.metadata import version

from mock_server.control.access import require_admin
from mock_server.control.behaviour import parse_fault, too_many_faults, without_faults
from mock_server.control.reloads import Reloads
from mock_server.control.tenants import described, reset
from mock_server.faults.active import TooManyFaultsError
from mock_server.http.exchange import Handler, Inbound, JsonReply
from mock_server.scenarios.selection import Scenarios
from mock_server.stores.protocol import SERVER, StoredStateError
from mock_server.tenants import TenantRepository, TenantState


class ServerHandlers:
    """Operations on all tenants, present and future."""

    def __init__(self, tenants: TenantRepository, scenarios: Scenarios, reloads: Reloads) -> None:
        self._tenants = tenants
        self._scenarios = scenarios
        self._reloads = reloads

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {
            "getServer": self.get,
            "listKeys": self.list_keys,
            "resetServer": self.reset,
            "setServerScenario": self.set_scenario,
            "setServerFault": self.set_fault,
            "clearServerFaults": self.clear_faults,
        }

    async def get(self, request: Inbound) -> JsonReply:
        """The server's version and the state of every tenant."""
        require_admin(request)
        tenants, unusable = [], {}
        async for tenant in self._tenants.each_tenant():
            try:
                tenants.append(await described(self._tenants, tenant))
            except StoredStateError as error:
                unusable[tenant] = str(error)
        return JsonReply(
            {
                "version": version("video-gateway-mock"),
                "worlds": tenants,
                "unusable": unusable,
                "reload_error": self._reloads.error,
            }
        )

    async def list_keys(self, request: Inbound) -> JsonReply:
        """The API keys that have sent requests, and how each of them ends."""
        require_admin(request)
        names = await self._tenants.tenants()
        found = names[-request.query["limit"] :]
        keys = [{"tenant": name, "key_end": await self._key_end(name)} for name in found]
        reload_error = self._reloads.error
        return JsonReply({"count": len(names), "keys": keys, "reload_error": reload_error})

    async def _key_end(self, tenant: str) -> str:
        try:
            return (await self._tenants.read(tenant)).key_end
        except StoredStateError:
            return ""

    async def reset(self, request: Inbound) -> JsonReply:
        """Reset parts of every tenant's state.

        Raises:
            StoredStateError: a tenant needs a reset of other parts; all others were reset.
        """
        require_admin(request)
        scopes = request.body.fields["scopes"]
        if "all" in scopes:
            await self._tenants.forget_server()
        failure: StoredStateError | None = None
        async for tenant in self._tenants.each_tenant():
            try:
                await reset(self._tenants, tenant, scopes)
            except StoredStateError as error:
                failure = StoredStateError(f"the tenant {tenant}: {error}", SERVER)
        if failure is not None:
            raise failure
        return JsonReply({"done": True})

    async def set_scenario(self, request: Inbound) -> JsonReply:
        """Set the scenario of new jobs.

        Raises:
            ApiError: 400, a scenario is unknown or a weight is out of range.
        """
        require_admin(request)
        scenario = self._scenarios.select(request.body.fields["scenario"])
        await self._tenants.update_all(lambda state: replace(state, scenario=scenario))
        return JsonReply({"done": True})

    async def set_fault(self, request: Inbound) -> JsonReply:
        """Set a fault for every tenant that does not have the maximum of faults already.

        Raises:
            ApiError: 400, the kind or a setting is invalid; 409, too many faults are set for all.
        """
        require_admin(request)
        fault = parse_fault(request.body.fields)

        def update(state: TenantState) -> TenantState:
            if state.tenant != SERVER and not state.faults.room_for(*fault):
                return state
            return replace(state, faults=state.faults.add(*fault, state.clock.now()))

        try:
            await self._tenants.update_all(update)
        except TooManyFaultsError as error:
            raise too_many_faults(error) from error
        return JsonReply({"done": True})

    async def clear_faults(self, request: Inbound) -> JsonReply:
        """End all faults of all tenants."""
        require_admin(request)
        await self._tenants.update_all(without_faults)
        return JsonReply({"done": True})
