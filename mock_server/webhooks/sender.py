"""Sends due deliveries in the background, each tenant's on its own clock."""

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

# How often to check a tenant if its next due time cannot be computed: its clock is stopped, or the
# store is shared with processes that do not announce changes.
TICK_MS = 1000
# How often to look in a shared store for deliveries that ended processes left behind.
DISCOVER_MS = 5000
# Limits of concurrent requests: in total, and per tenant, so that a slow endpoint delays no other
# tenant's deliveries.
_MOST_CONCURRENT, _MOST_PER_TENANT = 64, 8
# Real seconds between two checks while another process sends what is waited for.
_PAUSE_S = 0.05
# Real seconds that attempts in progress get at shutdown; afterwards their claims expire.
_DRAIN_S = 2.0
# A slow clock's next instant may be years away.
_LONGEST_WAIT_MS = 3_600_000
# The entry of the schedule that looks for tenants in the store; no tenant has this name.
_DISCOVERY = SERVER
_log = logging.getLogger(__name__)


class Sender:
    """Sends in the background once started, and immediately on ``deliver``.

    Each delivery is claimed for twice as long as an attempt may take. A delivery is sent twice only
    if a process ends, or the store fails, before the outcome of an attempt is stored.
    """

    def __init__(self, tenants: TenantRepository, attempts: Attempts, schedule: "WakeUps") -> None:
        """Send what is in the outbox of the tenants' store.

        ``schedule`` says when to check which tenant; its clock is the real one.
        """
        self.attempts = attempts
        self._tenants = tenants
        self._outbox = tenants.store.outbox
        self._schedule = schedule
        self._claim_ms = round(2000 * attempts.poster.timeout_s)
        self._in_progress: defaultdict[str, set[asyncio.Task[Delivery]]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None
        # Names for which the store failed at the last attempt.
        self._failing: set[str] = set()

    def wake(self, tenant: str) -> None:
        """Check a tenant now, because its outbox, its endpoints or its clock have changed."""
        self._schedule.wake(tenant)

    def start(self) -> None:
        """Start sending in the background; requires a running event loop."""
        self._schedule.wake(_DISCOVERY)
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Stop. Attempts in progress get two seconds; later their claims expire."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        in_progress = {task for tasks in self._in_progress.values() for task in tasks}
        if in_progress:
            _, unfinished = await asyncio.wait(in_progress, timeout=_DRAIN_S)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)
        await self.attempts.poster.close()

    async def deliver(self, tenant: str) -> Sequence[Delivery]:
        """Send all that is due now, and return each delivery after its attempt.

        Deliveries that another process is sending are waited for, but not returned.

        Raises:
            StoreUnavailableError: the store does not answer.
        """
        now = (await self._tenants.read(tenant)).clock.now()
        tried: list[Delivery] = []
        while True:
            await self._claim(tenant, now)
            in_progress = tuple(self._in_progress.get(tenant, ()))
            if in_progress:
                await asyncio.wait(in_progress)
                tried += [task.result() for task in in_progress]
                continue
            due = await self._outbox.due(tenant, None)
            if due is None or due > now:
                return tried
            await asyncio.sleep(_PAUSE_S)

    async def _run(self) -> None:
        while True:
            for name in self._schedule.take():
                await self._check(name)
            await self._schedule.wait()

    async def _check(self, name: str) -> None:
        try:
            await (self._discover() if name == _DISCOVERY else self._check_tenant(name))
        except StoreUnavailableError as error:
            if not self._failing:
                _log.warning("webhooks are paused until the store answers: %s", error)
        except StoredStateError as error:
            if name not in self._failing:
                _log.warning("webhooks of %s are paused until it is reset: %s", name, error)
        else:
            self._recovered(name)
            return
        self._failing.add(name)
        self._schedule.plan(name, TICK_MS)

    def _recovered(self, name: str) -> None:
        if name in self._failing:
            self._failing.remove(name)
            if not self._failing:
                _log.warning("webhooks are sent again")

    async def _discover(self) -> None:
        for tenant in await self._outbox.tenants():
            self._schedule.wake(tenant)
        if self._outbox.shared:
            self._schedule.plan(_DISCOVERY, DISCOVER_MS)

    async def _check_tenant(self, tenant: str) -> None:
        """Start what is due and plan the next check; a finished attempt plans one by itself."""
        due = await self._outbox.due(tenant, self._schedule.wall())
        if due is None:
            # The rest is claimed by another process, which may have ended without notice.
            if self._outbox.shared and await self._outbox.due(tenant, None) is not None:
                self._schedule.plan(tenant, TICK_MS)
            return
        clock = (await self._tenants.read(tenant)).clock
        wait_ms = clock.wall_span_ms(max(0, due - clock.now()))
        if due <= clock.now():
            await self._claim(tenant, clock.now())
            self._schedule.plan(tenant, TICK_MS)
        elif clock.stopped or self._outbox.shared:
            self._schedule.plan(tenant, TICK_MS if clock.stopped else min(TICK_MS, wait_ms))
        else:
            self._schedule.plan(tenant, wait_ms)

    async def _claim(self, tenant: str, now: int) -> None:
        """Start sending what is due, up to the limits of concurrency."""
        busy = sum(map(len, self._in_progress.values()))
        room = min(
            _MOST_CONCURRENT - busy, _MOST_PER_TENANT - len(self._in_progress.get(tenant, ()))
        )
        if room <= 0:
            return
        wall = self._schedule.wall()
        claimed = await self._outbox.claim(
            tenant, due_ms=now, wall_ms=wall, until_ms=wall + self._claim_ms, limit=room
        )
        for delivery in claimed:
            task = asyncio.get_running_loop().create_task(self._send(delivery))
            self._in_progress[tenant].add(task)
            task.add_done_callback(lambda done: self._finished(tenant, done))

    async def _send(self, delivery: Delivery) -> Delivery:
        try:
            return await self.attempts.make(delivery)
        except (StoreUnavailableError, StoredStateError) as error:
            _log.warning("the outcome of webhook %s could not be stored: %s", delivery.id, error)
            return delivery

    def _finished(self, tenant: str, task: "asyncio.Task[Delivery]") -> None:
        in_progress = self._in_progress[tenant]
        in_progress.discard(task)
        if not in_progress:
            del self._in_progress[tenant]
        if not task.cancelled():
            self.wake(tenant)


class WakeUps:
    """A schedule of names by real time; ``wake`` makes a name due now."""

    def __init__(self, wall: Callable[[], int] = wall_clock) -> None:
        """``wall`` is the real clock, in milliseconds."""
        self.wall = wall
        self._planned: dict[str, int] = {}
        self._changed = asyncio.Event()

    def wake(self, name: str) -> None:
        """Make a name due now."""
        self._planned[name] = 0
        self._changed.set()

    def plan(self, name: str, wait_ms: int) -> None:
        """Make a name due after a wait, unless it is due earlier."""
        at = self.wall() + min(wait_ms, _LONGEST_WAIT_MS)
        self._planned[name] = min(at, self._planned.get(name, at))

    def take(self) -> Sequence[str]:
        """Remove and return the names that are due."""
        now = self.wall()
        due = [name for name, at in self._planned.items() if at <= now]
        for name in due:
            del self._planned[name]
        return due

    async def wait(self) -> None:
        """Wait until a name is due or ``wake`` is called."""
        first = min(self._planned.values(), default=None)
        seconds = None if first is None else max(0, first - self.wall()) / 1000
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        self._changed.clear()
