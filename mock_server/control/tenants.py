"""Operations on one tenant as a whole, and on its clock."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace

from mock_server.control import records
from mock_server.control.access import target_tenant
from mock_server.domain.clock import TenantClock
from mock_server.http.errors import CONFLICT, CONTROL_INVALID, ApiError
from mock_server.http.exchange import Handler, Inbound, JsonReply
from mock_server.tenants import TenantRepository, TenantState


class TenantHandlers:
    """``getWorld``, ``resetWorld``, ``forgetWorld`` and ``fillExamples``.

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


class ClockHandlers:
    """``getClock``, ``setClock``, ``advanceClock`` and ``moveClock``."""

    def __init__(self, tenants: TenantRepository) -> None:
        self._tenants = tenants

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {
            "getClock": self.get,
            "setClock": self.set,
            "advanceClock": self.advance,
            "moveClock": self.move_to,
        }

    async def get(self, request: Inbound) -> JsonReply:
        """The clock's instant and mode."""
        state = await self._tenants.read(await target_tenant(request, self._tenants))
        return JsonReply(records.clock(state.clock))

    async def set(self, request: Inbound) -> JsonReply:
        """Set the clock's mode.

        Raises:
            ApiError: 400, a setting belongs to another mode or is missing.
        """
        fields = request.body.fields
        mode = fields["mode"]
        for name, its_mode in (("speed", "running"), ("step_s", "stepping")):
            if name in fields and mode != its_mode:
                message = f"'{name}' belongs to the mode '{its_mode}', not to '{mode}'."
                raise ApiError(CONTROL_INVALID, message, param=name)
        if mode == "stepping" and not fields.get("step_s"):
            message = "The mode 'stepping' needs 'step_s': the seconds that each poll adds."
            raise ApiError(CONTROL_INVALID, message, param="step_s")

        def change(clock: TenantClock) -> TenantClock:
            match mode:
                case "running":
                    return clock.run(fields.get("speed", 1.0))
                case "stepping":
                    return clock.step(fields["step_s"])
                case _:
                    return clock.freeze()

        return await self._changed(request, change)

    async def advance(self, request: Inbound) -> JsonReply:
        """Advance the clock by seconds."""
        seconds = request.body.fields["seconds"]
        return await self._changed(request, lambda clock: clock.advance(seconds))

    async def move_to(self, request: Inbound) -> JsonReply:
        """Advance the clock to an instant.

        Raises:
            ApiError: 409, the instant has passed.
        """
        instant_ms = int(request.body.fields["instant_ms"])
        return await self._changed(request, lambda clock: clock.move_to(instant_ms))

    async def _changed(
        self, request: Inbound, change: Callable[[TenantClock], TenantClock]
    ) -> JsonReply:
        def update(state: TenantState) -> TenantState:
            clock = state.clock
            if not isinstance(clock, TenantClock):
                message = "This server was built with one clock for all API keys."
                raise ApiError(CONTROL_INVALID, message)
            try:
                return replace(state, clock=change(clock))
            except ValueError as error:
                # The request is valid by itself and conflicts with the clock's state.
                message = f"The clock was not changed: {error}."
                raise ApiError(CONTROL_INVALID, message, status=CONFLICT) from error

        tenant = await target_tenant(request, self._tenants)
        return JsonReply(records.clock((await self._tenants.update(tenant, update)).clock))
