"""Sends what is due, each tenant's on its own clock, whichever process it was left by."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress

from mock_server.domain.clock import wall_clock
from mock_server.domain.webhooks import Delivery
from mock_server.stores.protocol import SERVER, StoredStateError, StoreUnavailableError
from mock_server.tenants import TenantRepository
from mock_server.webhooks.attempts import Attempts
from mock_server.webhooks.wake_ups import Agenda

# How often a tenant is looked at where nobody tells when its clock or its outbox changes.
TICK_MS = 1000
# How often a shared store is asked for what processes that have ended left behind.
DISCOVER_MS = 5000
# Requests at a time, in all and for one tenant, so that its slow endpoint holds up no other's.
_AT_ONCE, _AT_ONCE_EACH = 64, 8
# While another process has what is waited for, real seconds between two looks.
_PAUSE_S = 0.05
# Real seconds that attempts under way have at the end; then they are left to their claims.
_DRAIN_S = 2.0
# No tenant's name: a look at the store for tenants.
_DISCOVERY = SERVER
_log = logging.getLogger(__name__)


class Sender:
    """Sends in the background once it is started, and at once where it is asked to.

    What it claims it claims for twice as long as an attempt may take. Nothing is sent twice, unless
    a process ends or the store fails before it is known what became of an attempt.
    """

    def __init__(
        self, tenants: TenantRepository, attempts: Attempts, wall: Callable[[], int] = wall_clock
    ) -> None:
        """Send what is in the outbox of the worlds' store."""
        self.attempts = attempts
        self._worlds = tenants
        self._outbox = tenants.store.outbox
        self._wall = wall
        self._claim_ms = round(2000 * attempts.poster.timeout_s)
        self._agenda = Agenda(wall)
        self._under_way: defaultdict[str, set[asyncio.Task[Delivery]]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None
        # Whom the store could not be asked for.
        self._failing: set[str] = set()

    def wake(self, tenant: str) -> None:
        """Something of the tenant's has changed: its outbox, its endpoints or its clock."""
        self._agenda.wake(tenant)

    def start(self) -> None:
        """Send in the background from now on; it sleeps as long as there is nothing to send."""
        self._agenda.wake(_DISCOVERY)
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Send nothing more; what is under way is finished, or left to the end of its claim."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        under_way = {task for tasks in self._under_way.values() for task in tasks}
        if under_way:
            _, unfinished = await asyncio.wait(under_way, timeout=_DRAIN_S)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)
        await self.attempts.poster.close()

    async def deliver(self, tenant: str) -> Sequence[Delivery]:
        """Send all that is due now; what became of each, once each has been tried.

        What another process is sending is waited for, and not among them.

        Raises:
            StoreUnavailableError: the store does not answer.
        """
        now = (await self._worlds.read(tenant)).clock.now()
        tried: list[Delivery] = []
        while True:
            await self._claim(tenant, now)
            under_way = tuple(self._under_way.get(tenant, ()))
            if under_way:
                await asyncio.wait(under_way)
                tried += [task.result() for task in under_way]
                continue
            due = await self._outbox.due(tenant, None)
            if due is None or due > now:
                return tried
            await asyncio.sleep(_PAUSE_S)

    async def _run(self) -> None:
        while True:
            for name in self._agenda.take():
                await self._look(name)
            await self._agenda.wait()

    async def _look(self, name: str) -> None:
        try:
            await (self._discover() if name == _DISCOVERY else self._look_at(name))
        except StoreUnavailableError as error:
            if not self._failing:
                _log.warning("webhooks wait until the store answers: %s", error)
        except StoredStateError as error:
            if name not in self._failing:
                _log.warning("webhooks of %s wait until that is reset: %s", name, error)
        else:
            self._works_again(name)
            return
        self._failing.add(name)
        self._agenda.plan(name, TICK_MS)

    def _works_again(self, name: str) -> None:
        if name in self._failing:
            self._failing.remove(name)
            if not self._failing:
                _log.warning("webhooks are sent again")

    async def _discover(self) -> None:
        for tenant in await self._outbox.tenants():
            self._agenda.wake(tenant)
        if self._outbox.shared:
            self._agenda.plan(_DISCOVERY, DISCOVER_MS)

    async def _look_at(self, tenant: str) -> None:
        """Send what is due, and plan the next look; the end of an attempt brings one by itself."""
        due = await self._outbox.due(tenant, self._wall())
        if due is None:
            # Whoever claims the rest may have ended, which nobody tells.
            if self._outbox.shared and await self._outbox.due(tenant, None) is not None:
                self._agenda.plan(tenant, TICK_MS)
            return
        clock = (await self._worlds.read(tenant)).clock
        wait_ms = clock.wall_ms(max(0, due - clock.now()))
        if due <= clock.now():
            await self._claim(tenant, clock.now())
            self._agenda.plan(tenant, TICK_MS)
        elif clock.stands or self._outbox.shared:
            self._agenda.plan(tenant, TICK_MS if clock.stands else min(TICK_MS, wait_ms))
        else:
            self._agenda.plan(tenant, wait_ms)

    async def _claim(self, tenant: str, now: int) -> None:
        """Begin to send what is due, as much as there is room for."""
        busy = sum(map(len, self._under_way.values()))
        room = min(_AT_ONCE - busy, _AT_ONCE_EACH - len(self._under_way.get(tenant, ())))
        if room <= 0:
            return
        wall = self._wall()
        claimed = await self._outbox.claim(
            tenant, due_ms=now, wall_ms=wall, until_ms=wall + self._claim_ms, limit=room
        )
        for delivery in claimed:
            task = asyncio.get_running_loop().create_task(self._send(delivery))
            self._under_way[tenant].add(task)
            task.add_done_callback(lambda done: self._ended(tenant, done))

    async def _send(self, delivery: Delivery) -> Delivery:
        try:
            return await self.attempts.make(delivery)
        except (StoreUnavailableError, StoredStateError) as error:
            _log.warning("what became of webhook %s is not known: %s", delivery.id, error)
            return delivery

    def _ended(self, tenant: str, task: "asyncio.Task[Delivery]") -> None:
        under_way = self._under_way[tenant]
        under_way.discard(task)
        if not under_way:
            del self._under_way[tenant]
        if not task.cancelled():
            self.wake(tenant)
