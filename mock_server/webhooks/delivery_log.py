"""What was sent and what is to be, as one log; what stands in it can be sent once more."""

from collections.abc import Sequence
from dataclasses import replace

from mock_server.domain.webhooks import KEPT, Delivery, DeliveryState
from mock_server.tenants import TenantRepository
from mock_server.webhooks.sender import Sender

# So many of the deliveries that are due next are looked through.
_MOST_PENDING = 1000


class DeliveryLog:
    """Every tenant's deliveries: the newest that are over, and those that are due next."""

    def __init__(self, tenants: TenantRepository, sender: Sender) -> None:
        """Read the outbox of the worlds' store, and send with ``sender``."""
        self._worlds = tenants
        self._outbox = tenants.store.outbox
        self._sender = sender

    async def all(self, tenant: str) -> Sequence[Delivery]:
        """Each delivery as it is now, in the order of their events."""
        over = await self._outbox.records(tenant, KEPT)
        pending = await self._outbox.pending(tenant, _MOST_PENDING)
        # One that was sent once more has a record for each time; the newest tells of all attempts.
        newest = {each.id: each for each in (*reversed(over), *pending)}
        return sorted(newest.values(), key=lambda each: (each.happened_ms, each.id))

    async def find(self, tenant: str, delivery_id: str) -> Delivery | None:
        """The tenant's delivery with that id."""
        return next((each for each in await self.all(tenant) if each.id == delivery_id), None)

    async def deliver(self, tenant: str) -> Sequence[Delivery]:
        """Send everything that is due now; what was tried."""
        return await self._sender.deliver(tenant)

    async def redeliver(self, delivery: Delivery) -> Delivery:
        """Send one once more, now, with whatever else is due; what became of it."""
        tenant = delivery.tenant
        now = (await self._worlds.read(tenant)).clock.now()
        again = replace(delivery, state=DeliveryState.PENDING, reason=None, due_ms=now)
        await self._outbox.withdraw(tenant, [delivery.id])
        await self._outbox.add(tenant, [again])
        tried = {each.id: each for each in await self._sender.deliver(tenant)}
        # Another process may have come before this one.
        return tried.get(delivery.id) or await self.find(tenant, delivery.id) or again
