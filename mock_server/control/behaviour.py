"""Operations on a tenant's behaviour: scenario, dialect, requests mode, faults."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from mock_server.control import records
from mock_server.control.access import target_tenant
from mock_server.control.tenants import described
from mock_server.domain.tenant import RequestsMode
from mock_server.faults import FAULTS
from mock_server.faults.active import Match, TooManyFaultsError
from mock_server.faults.fault import Fault
from mock_server.faults.parse import FaultError, make_fault, settings_schema
from mock_server.http.errors import CONTROL_INVALID, TOO_MANY_FAULTS, UNKNOWN_FAULT, ApiError
from mock_server.http.exchange import Handler, Inbound, JsonReply
from mock_server.scenarios.selection import Scenarios
from mock_server.tenants import TenantRepository, TenantState
from mock_server.tenants.defaults import Dialects

_MOST_DIGITS = 9


class BehaviourHandlers:
    """Scenario, dialect, requests mode and faults of one tenant, and lists of what exists."""

    def __init__(self, tenants: TenantRepository, scenarios: Scenarios, dialects: Dialects) -> None:
        self._tenants = tenants
        self._scenarios = scenarios
        self._dialects = dialects

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {
            "listScenarios": self.list_scenarios,
            "setScenario": self.set_scenario,
            "listDialects": self.list_dialects,
            "setDialect": self.set_dialect,
            "setRequestsMode": self.set_requests_mode,
            "listFaultKinds": self.list_fault_kinds,
            "listFaults": self.list_faults,
            "setFault": self.set_fault,
            "endFault": self.end_fault,
            "clearFaults": self.clear_faults,
        }

    async def list_scenarios(self, _request: Inbound) -> JsonReply:
        """The known scenarios with their summaries."""
        known = self._scenarios.known.values()
        return JsonReply({"scenarios": {each.name: each.summary for each in known}})

    async def set_scenario(self, request: Inbound) -> JsonReply:
        """Set the scenario of new jobs.

        Raises:
            ApiError: 400, a scenario is unknown or a weight is out of range.
        """
        scenario = self._scenarios.select(request.body.fields["scenario"])

        return await self._updated(request, lambda state: replace(state, scenario=scenario))

    async def list_dialects(self, _request: Inbound) -> JsonReply:
        """The known dialects with their summaries."""
        known = self._dialects.known.values()
        return JsonReply({"dialects": {each.name: each.summary for each in known}})

    async def set_dialect(self, request: Inbound) -> JsonReply:
        """Set the dialect used for responses.

        Raises:
            ApiError: 400, the dialect is unknown.
        """
        dialect = self._dialects.named(request.body.fields["dialect"])

        return await self._updated(request, lambda state: replace(state, dialect=dialect))

    async def set_requests_mode(self, request: Inbound) -> JsonReply:
        """Set how strictly requests are checked against the contract."""
        mode = RequestsMode(request.body.fields["requests_mode"])
        return await self._updated(request, lambda state: replace(state, requests_mode=mode))

    async def list_fault_kinds(self, _request: Inbound) -> JsonReply:
        """Every kind of fault with the JSON schema of its settings."""
        return JsonReply({"kinds": await asyncio.to_thread(_kinds)})

    async def list_faults(self, request: Inbound) -> JsonReply:
        """The active faults."""
        state = await self._tenants.read(await target_tenant(request, self._tenants))
        return JsonReply({"faults": [records.fault(active) for active in state.faults.faults]})

    async def set_fault(self, request: Inbound) -> JsonReply:
        """Set a fault.

        Raises:
            ApiError: 400, the kind or a setting is invalid; 409, there are too many faults.
        """
        tenant = await target_tenant(request, self._tenants)
        fault, match = parse_fault(request.body.fields)

        def update(state: TenantState) -> TenantState:
            return replace(state, faults=state.faults.add(fault, match, state.clock.now()))

        try:
            added = (await self._tenants.update(tenant, update)).faults.faults[-1]
            return JsonReply(records.fault(added))
        except TooManyFaultsError as error:
            raise too_many_faults(error) from error

    async def end_fault(self, request: Inbound) -> JsonReply:
        """End one fault.

        Raises:
            ApiError: 404, it is not active.
        """
        tenant = await target_tenant(request, self._tenants)
        wanted = request.path["fault_id"]
        valid = wanted.isascii() and wanted.isdecimal() and len(wanted) <= _MOST_DIGITS
        number = int(wanted) if valid else 0

        def change(state: TenantState) -> tuple[TenantState, bool]:
            faults = state.faults.remove(number)
            return replace(state, faults=faults), faults != state.faults

        if not await self._tenants.change(tenant, change):
            message = f"No fault '{wanted[:80]}' is set; GET /_mock/faults lists those that are."
            raise ApiError(UNKNOWN_FAULT, message, param="fault_id")
        return JsonReply({"done": True})

    async def clear_faults(self, request: Inbound) -> JsonReply:
        """End all faults."""
        tenant = await target_tenant(request, self._tenants)
        await self._tenants.update(tenant, without_faults)
        return JsonReply({"done": True})

    async def _updated(
        self, request: Inbound, update: Callable[[TenantState], TenantState]
    ) -> JsonReply:
        tenant = await target_tenant(request, self._tenants)
        await self._tenants.update(tenant, update)
        return JsonReply(await described(self._tenants, tenant))


@cache
def _kinds() -> Mapping[str, Any]:
    """Every kind with its settings; made once, which takes some hundredths of a second."""
    return {
        name: {"summary": kind.summary, "settings": settings_schema(name)}
        for name, kind in FAULTS.items()
    }


def parse_fault(fields: Mapping[str, Any]) -> tuple[Fault, Match]:
    """The fault that a call describes, and which requests it is used on.

    Raises:
        ApiError: 400, the kind or a setting is invalid.
    """
    settings = {name: value for name, value in fields.items() if name != "kind"}
    try:
        return make_fault(fields["kind"], settings)
    except FaultError as error:
        raise ApiError(CONTROL_INVALID, f"{error}.") from error


def without_faults(state: TenantState) -> TenantState:
    """A state whose faults have all ended."""
    return replace(state, faults=state.faults.clear())


def too_many_faults(error: TooManyFaultsError) -> ApiError:
    """The refusal of one fault too many."""
    return ApiError(TOO_MANY_FAULTS, f"T{str(error)[1:]}.")
