"""The operations on a world's clock."""

from collections.abc import Callable

from mock_server.control import records
from mock_server.control.access import tenant_meant
from mock_server.domain.clock import Clock, TenantClock
from mock_server.http.errors import CONFLICT, CONTROL_INVALID, ApiError
from mock_server.http.exchange import Handler, Inbound, JsonReply
from mock_server.tenants import TenantRepository, TenantState


class ClockHandlers:
    """``getClock``, ``setClock``, ``advanceClock`` and ``moveClock``."""

    def __init__(self, tenants: TenantRepository) -> None:
        self._worlds = tenants

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {
            "getClock": self.get,
            "setClock": self.set,
            "advanceClock": self.advance,
            "moveClock": self.move_to,
        }

    async def get(self, request: Inbound) -> JsonReply:
        """What the clock says."""
        world = await self._worlds.read(await tenant_meant(request, self._worlds))
        return JsonReply(records.clock(world.clock))

    async def set(self, request: Inbound) -> JsonReply:
        """Choose how it runs.

        Raises:
            ApiError: 400, a setting does not belong to the mode.
        """
        fields = request.body.fields
        mode = fields["mode"]
        for name, its in (("speed", "running"), ("step_s", "stepping")):
            if name in fields and mode != its:
                message = f"'{name}' belongs to the mode '{its}', not to '{mode}'."
                raise ApiError(CONTROL_INVALID, message, param=name)
        if mode == "stepping" and not fields.get("step_s"):
            message = "Say with 'step_s' how many seconds each poll moves the clock on."
            raise ApiError(CONTROL_INVALID, message, param="step_s")

        def change(clock: TenantClock) -> None:
            match mode:
                case "running":
                    clock.run(fields.get("speed", 1.0))
                case "stepping":
                    clock.step(fields["step_s"])
                case _:
                    clock.freeze()

        return await self._changed(request, change)

    async def advance(self, request: Inbound) -> JsonReply:
        """Move it on by seconds."""
        seconds = request.body.fields["seconds"]
        return await self._changed(request, lambda clock: clock.advance(seconds))

    async def move_to(self, request: Inbound) -> JsonReply:
        """Move it on to an instant.

        Raises:
            ApiError: 400, the instant has passed.
        """
        instant_ms = int(request.body.fields["instant_ms"])
        return await self._changed(request, lambda clock: clock.move_to(instant_ms))

    async def _changed(self, request: Inbound, change: Callable[[TenantClock], None]) -> JsonReply:
        def set_clock(world: TenantState) -> Clock:
            clock = world.clock
            if not isinstance(clock, TenantClock):
                why = "This server was built with one clock for all worlds."
                raise ApiError(CONTROL_INVALID, why)
            try:
                change(clock)
            except ValueError as error:
                # What was asked for is right in itself, and at odds with where the clock is.
                message = f"The clock stays as it is: {error}."
                raise ApiError(CONTROL_INVALID, message, status=CONFLICT) from error
            return clock

        tenant = await tenant_meant(request, self._worlds)
        return JsonReply(records.clock(await self._worlds.change(tenant, set_clock)))
