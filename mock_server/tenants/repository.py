"""Reads and changes the states of tenants, which a store keeps."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from mock_server.domain.clock import TenantClock
from mock_server.domain.ids import SYSTEM, IdSource
from mock_server.domain.scenario import Mix, Scenario
from mock_server.domain.tenant import Storable
from mock_server.http.errors import TOO_MANY_KEYS, ApiError
from mock_server.stores.protocol import MOST_TENANTS, SERVER, Change, Store, StoredStateError
from mock_server.tenants.defaults import TenantDefaults
from mock_server.tenants.state import SCOPES, TenantState

T = TypeVar("T")

_UNSEEDED_IDS = IdSource(SYSTEM)
# States in memory, beside the store.
_REMEMBERED = 10_000
_AT_ONCE = 50
# The fields of the stored form that belong to a scope, if they have other names.
_FIELDS = {"scenario": ("course",), "faults": ("faults", "made", "by_word")}
_log = logging.getLogger(__name__)


class TenantRepository:
    """Every tenant's state; a tenant exists from its first request on."""

    def __init__(
        self,
        store: Store,
        defaults: TenantDefaults,
        most: int = MOST_TENANTS,
        *,
        changed: Callable[[str], None] = lambda _tenant: None,
    ) -> None:
        """Keep the states of up to ``most`` tenants, each of which begins with ``defaults``.

        ``changed`` is called after each change of a tenant that has webhooks: its clock may have
        been moved.
        """
        self._most = most
        self.store = store
        self.defaults = defaults
        self.changed = changed
        self._remembered: dict[str, tuple[Storable, TenantState]] = {}

    async def read(self, tenant: str) -> TenantState:
        """The tenant's current state.

        Raises:
            StoreUnavailableError: the store does not respond.
            StoredStateError: the stored state cannot be used.
            ApiError: 409, it would be a new tenant, and there are too many.
        """
        kept = await self.store.tenant_state(tenant)
        if isinstance(kept, TenantState):
            return kept
        if kept is None:
            await self._require_room()
            return await self.touch(tenant, lambda state: (state, state))
        try:
            state = self._state(tenant, kept)
        except StoredStateError:
            fallback = self.defaults.fallback(tenant, kept.stored())
            self._remember(tenant, fallback, fallback)
            raise
        return self._remember(tenant, kept, state)

    async def name(self, tenant: str, key_end: str) -> TenantState:
        """Note how the tenant's key ends, and return the state."""

        def named(state: TenantState) -> tuple[TenantState, TenantState]:
            state = replace(state, key_end=key_end)
            return state, state

        return await self.touch(tenant, named)

    def remembered(self, tenant: str) -> TenantState | None:
        """The state when it was last read; for error responses while it cannot be read."""
        known = self._remembered.get(tenant)
        return None if known is None else known[1]

    def change(
        self, tenant: str, change: Callable[[TenantState], tuple[TenantState, T]]
    ) -> Coroutine[Any, Any, T]:
        """Replace the tenant's state by one that ``change`` returns, with a result for the caller.

        No other change happens meanwhile. ``change`` is called again if another process was faster,
        and must have no side effects. If it raises, the state stays as it was.
        """
        return self._changed(self.store.change_tenant, tenant, change)

    async def update(
        self, tenant: str, update: Callable[[TenantState], TenantState]
    ) -> TenantState:
        """Replace the tenant's state by the one that ``update`` returns, and return it."""
        return await self.change(tenant, lambda state: (updated := update(state), updated))

    def touch(
        self, tenant: str, change: Callable[[TenantState], tuple[TenantState, T]]
    ) -> Coroutine[Any, Any, T]:
        """Like ``change``, for what does not make the store keep the tenant forever."""
        return self._changed(self.store.touch_tenant, tenant, change)

    async def _changed(
        self,
        keep: Callable[[str, Change[tuple[TenantState, T]]], Awaitable[tuple[TenantState, T]]],
        tenant: str,
        change: Callable[[TenantState], tuple[TenantState, T]],
    ) -> T:
        def apply(
            kept: Storable | None, server: Storable | None
        ) -> tuple[TenantState, tuple[TenantState, T]]:
            if isinstance(kept, TenantState):
                changed = change(kept)
            elif kept is None:
                changed = change(self._initial(tenant, server))
            else:
                changed = change(self._state(tenant, kept))
            return changed[0], changed

        state, result = await keep(tenant, apply)
        if self._remember(tenant, state, state).webhooks:
            self.changed(tenant)
        return result

    async def update_all(self, update: Callable[[TenantState], TenantState]) -> None:
        """Update the initial state of new tenants, and the state of every tenant."""

        def update_server(state: TenantState) -> TenantState:
            return replace(update(state), begun=state.begun + 1)

        # It is stored like a tenant's state, under a name that no tenant has.
        changes = (await self.update(SERVER, update_server)).begun

        def follow(state: TenantState) -> tuple[TenantState, None]:
            return (update(state) if state.begun < changes else state), None

        async for tenant in self.each_tenant():
            try:
                await self.touch(tenant, follow)
            except StoredStateError as error:
                # Once it is reset, it starts like a new tenant.
                _log.warning(
                    "the state of %s cannot be used and was not updated: %s", tenant, error
                )

    async def require_usable(self, before: "TenantRepository") -> None:
        """Require that every state that ``before`` could use can be used here, too.

        Raises:
            StoredStateError: a state needs a scenario or a dialect that is not known here.
        """
        async for tenant in before.each_tenant():
            try:
                state = await before.read(tenant)
            except StoredStateError:
                continue
            try:
                self.defaults.loaded(tenant, state.stored())
            except StoredStateError as error:
                raise StoredStateError(
                    f"the key of the tenant {tenant} uses what is no longer there: {error}; "
                    "keep it, or set something else for that key"
                ) from error

    async def reload(self) -> None:
        """Give every tenant the scenarios, the dialect and the faults of the present defaults.

        Only states that a store keeps as objects hold those of the defaults that were before; what
        it keeps as data is loaded with the present ones.
        """

        def apply(kept: Storable | None, server: Storable | None) -> tuple[TenantState, None]:
            if kept is None:
                return self._initial(tenant, server), None
            return self.defaults.loaded(tenant, kept.stored()), None

        self._remembered.clear()
        for tenant in (SERVER, *await self.tenants()):
            if isinstance(await self.store.tenant_state(tenant), TenantState):
                await self.store.touch_tenant(tenant, apply)

    async def tenants(self) -> Sequence[str]:
        """The names of all tenants."""
        return await self.store.tenants()

    async def each_tenant(self) -> AsyncIterator[str]:
        """The names of all tenants; lets other tasks run in between, as there may be thousands."""
        for number, tenant in enumerate(await self.tenants(), 1):
            yield tenant
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)

    async def reset(self, tenant: str, scopes: Collection[str]) -> None:
        """Reset parts of the tenant's state: fields named in ``SCOPES``, others are ignored.

        Works on a state that cannot be used because of one of these parts.
        """

        names = [_FIELDS.get(scope, (scope,)) for scope in SCOPES if scope in scopes]

        def apply(kept: Storable | None, server: Storable | None) -> tuple[TenantState, None]:
            initial = self._initial(tenant, server)
            if kept is None:
                return initial, None
            fresh = initial.stored()
            changed = {name: getattr(fresh, name) for each in names for name in each}
            return self.defaults.loaded(tenant, replace(kept.stored(), **changed)), None

        await self.store.change_tenant(tenant, apply)
        self.changed(tenant)

    async def forget_server(self) -> None:
        """Forget what was set for all tenants, if it cannot be used."""
        try:
            self._initial(SERVER, await self.store.tenant_state(SERVER))
        except StoredStateError as error:
            _log.warning("forgotten: %s", error)
            await self.store.forget(SERVER)

    async def polled(self, tenant: str) -> None:
        """Advance the tenant's clock after a poll of a job, if it steps."""
        await self.update(tenant, _after_poll)

    async def ids_of(self, tenant: str) -> IdSource:
        """The source of ids for the tenant's next object."""
        if self.defaults.seed is None:
            return _UNSEEDED_IDS
        return IdSource(await self.change(tenant, lambda state: state.draw("ids")))

    async def draw_job(self, tenant: str, scenario: Scenario | Mix) -> tuple[Scenario, IdSource]:
        """The scenario of the tenant's next job, drawn if it is a mix, and the source of its ids.

        With a seed both are drawn in one change of the state. A scenario that refuses the job draws
        no ids.
        """
        if self.defaults.seed is None:
            drawn = scenario if isinstance(scenario, Scenario) else scenario.draw(SYSTEM)
            return drawn, _UNSEEDED_IDS

        def draw(state: TenantState) -> tuple[TenantState, tuple[Scenario, IdSource]]:
            if isinstance(scenario, Mix):
                state, chance = state.draw("scenarios")
                drawn = scenario.draw(chance)
            else:
                drawn = scenario
            if drawn.refusal is not None:
                return state, (drawn, _UNSEEDED_IDS)
            state, source = state.draw("ids")
            return state, (drawn, IdSource(source))

        return await self.change(tenant, draw)

    async def _require_room(self) -> None:
        if await self.store.lasting() >= self._most:
            message = (
                f"This server keeps the state of at most {self._most} keys: use one of them, "
                "forget one (DELETE /_mock/world), or start with --keys-file."
            )
            raise ApiError(TOO_MANY_KEYS, message)

    def _initial(self, tenant: str, server: Storable | None) -> TenantState:
        return self.defaults.initial(tenant, None if server is None else server.stored())

    def _state(self, tenant: str, kept: Storable) -> TenantState:
        """The state of what a store returned: the state itself, or its stored form."""
        if isinstance(kept, TenantState):
            return kept
        known = self._remembered.get(tenant)
        if known is not None and known[0] is kept:
            return known[1]
        return self.defaults.loaded(tenant, kept.stored())

    def _remember(self, tenant: str, kept: Storable, state: TenantState) -> TenantState:
        if len(self._remembered) >= _REMEMBERED:
            self._remembered.clear()
        self._remembered[tenant] = kept, state
        return state


def _after_poll(state: TenantState) -> TenantState:
    clock = state.clock
    return replace(state, clock=clock.polled()) if isinstance(clock, TenantClock) else state
