"""Reads and changes worlds, wherever they are kept."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from typing import TypeVar

from mock_server.domain.clock import Clock
from mock_server.domain.ids import IdSource
from mock_server.domain.randomness import SYSTEM
from mock_server.domain.scenario import Mix, Scenario
from mock_server.domain.tenant import TenantFacts
from mock_server.http.errors import TOO_MANY_KEYS, ApiError
from mock_server.stores.protocol import MOST_TENANTS, SERVER, Change, Store, StoredStateError
from mock_server.tenants.defaults import TenantDefaults
from mock_server.tenants.state import SCOPES, TenantState
from mock_server.tenants.stored import facts_of

T = TypeVar("T")

_UNSEEDED_IDS = IdSource(SYSTEM)
# Worlds are small; so many are held ready, and made again from their facts beyond that.
_REMEMBERED = 10_000
_AT_ONCE = 50
# What a part of a world is called among its facts, where that is not its own name.
_FACTS = {"scenario": ("course",), "faults": ("faults", "made", "by_word")}
_log = logging.getLogger(__name__)


class TenantRepository:
    """Every tenant's world, begun when it is first seen."""

    def __init__(self, store: Store, defaults: TenantDefaults, most: int = MOST_TENANTS) -> None:
        """Keep up to ``most`` worlds in ``store``; every one of them begins like ``beginning``."""
        self._most = most
        self.store = store
        self.defaults = defaults
        # Told of every change of a world that has webhooks: its clock may have been moved.
        self.changed: Callable[[str], None] = _nobody_told
        self._remembered: dict[str, tuple[TenantFacts, TenantState]] = {}

    async def read(self, tenant: str) -> TenantState:
        """The tenant's world as it is now, to be read alone; ``change`` changes it.

        Raises:
            StoreUnavailableError: the store does not answer.
            StoredStateError: what it has kept of the world cannot be used.
            ApiError: 409, it would be a new one, and there are too many.
        """
        facts = await self.store.world(tenant)
        if facts is None:
            await self._require_room()
            return await self.touch(tenant, lambda world: world)
        known = self._remembered.get(tenant)
        if known is not None and known[0] is facts:
            return known[1]
        try:
            world = self.defaults.world_of(tenant, facts)
        except StoredStateError:
            self._remember(tenant, TenantFacts(), self.defaults.fallback(tenant, facts))
            raise
        return self._remember(tenant, facts, world)

    def remembered(self, tenant: str) -> TenantState | None:
        """The world as it was when it was last read, for when it cannot be."""
        known = self._remembered.get(tenant)
        return None if known is None else known[1]

    async def change(self, tenant: str, change: Callable[[TenantState], T]) -> T:
        """What ``change`` finds out while it changes the world; nobody else does meanwhile.

        It may be called again where another process came before it, and must change nothing else.
        What it raises leaves the world as it was.
        """
        return await self._changed(self.store.change_world, tenant, change)

    async def touch(self, tenant: str, change: Callable[[TenantState], T]) -> T:
        """Change a world, where that alone is no reason to keep it for ever."""
        return await self._changed(self.store.touch_world, tenant, change)

    async def _changed(
        self,
        keep: Callable[[str, Change[T]], Awaitable[T]],
        tenant: str,
        change: Callable[[TenantState], T],
    ) -> T:
        watched = False
        made: tuple[TenantFacts, TenantState] | None = None

        def apply(facts: TenantFacts | None, server: TenantFacts | None) -> tuple[TenantFacts, T]:
            nonlocal watched, made
            world = (
                self.defaults.world(tenant, server)
                if facts is None
                else self.defaults.world_of(tenant, facts)
            )
            found = change(world)
            watched = bool(world.webhooks)
            made = facts_of(world), world
            return made[0], found

        found = await keep(tenant, apply)
        if made is not None:
            self._remember(tenant, *made)
        if watched:
            self.changed(tenant)
        return found

    async def change_all(self, change: Callable[[TenantState], None]) -> None:
        """Change what all worlds begin with, then each that had begun before."""

        def begin(world: TenantState) -> int:
            change(world)
            world.begun += 1
            return world.begun

        # Kept like a world of its own, under a name that no tenant has.
        changes = await self.change(SERVER, begin)

        def follow(world: TenantState) -> None:
            if world.begun < changes:
                change(world)

        async for tenant in self.each_tenant():
            try:
                await self.touch(tenant, follow)
            except StoredStateError as error:
                # Once it is reset, it begins like all others.
                _log.warning("passed over the world of %s: %s", tenant, error)

    async def tenants(self) -> Sequence[str]:
        """The names of all worlds there are."""
        return await self.store.tenants()

    async def each_tenant(self) -> AsyncIterator[str]:
        """The same, one by one: there may be thousands, and others have their turn between them."""
        for number, tenant in enumerate(await self.tenants(), 1):
            yield tenant
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)

    async def reset(self, tenant: str, scopes: Collection[str]) -> None:
        """Put parts of the tenant's world back to how they began: names of a world's fields."""

        def apply(
            facts: TenantFacts | None, server: TenantFacts | None
        ) -> tuple[TenantFacts, None]:
            fresh = self.defaults.world(tenant, server)
            begun = facts_of(fresh)
            if facts is None:
                return begun, None
            names = [_FACTS.get(scope, (scope,)) for scope in SCOPES if scope in scopes]
            changed = {name: getattr(begun, name) for each in names for name in each}
            kept = replace(facts, **changed)
            return facts_of(self.defaults.world_of(tenant, kept)), None

        await self.store.change_world(tenant, apply)
        self.changed(tenant)

    async def forget_server(self) -> None:
        """Forget what was set for all worlds, where it cannot be used."""
        try:
            facts = await self.store.world(SERVER)
            if facts is not None:
                self.defaults.world(SERVER, facts)
        except StoredStateError as error:
            _log.warning("forgotten: %s", error)
            await self.store.forget(SERVER)

    async def polled(self, tenant: str, clock: Clock) -> None:
        """A job was polled: the clock moves on, where it does that by steps."""
        if clock.steps:
            await self.change(tenant, lambda world: world.clock.polled())

    async def ids_of(self, tenant: str) -> IdSource:
        """Where the ids of the tenant's next job come from."""
        if self.defaults.seed is None:
            return _UNSEEDED_IDS
        return IdSource(await self._draw(tenant, "ids"))

    async def drawn(self, tenant: str, course: Scenario | Mix) -> Scenario:
        """What the tenant's next job does in such a course; of a mix, by lot."""
        if isinstance(course, Scenario):
            return course
        if self.defaults.seed is None:
            return course.draw(SYSTEM)
        return course.draw(await self._draw(tenant, "scenarios"))

    async def _require_room(self) -> None:
        if await self.store.lasting() >= self._most:
            message = (
                f"This server keeps what {self._most} keys have made, and takes no new ones: use "
                "a key that it knows, forget one (DELETE /_mock/world), or start with --keys-file."
            )
            raise ApiError(TOO_MANY_KEYS, message)

    async def _draw(self, tenant: str, use: str) -> random.Random:
        return await self.change(tenant, lambda world: world.draw(use))

    def _remember(self, tenant: str, facts: TenantFacts, world: TenantState) -> TenantState:
        if len(self._remembered) >= _REMEMBERED:
            self._remembered.clear()
        self._remembered[tenant] = facts, world
        return world


def _nobody_told(_tenant: str) -> None:
    """Nothing is sent."""
