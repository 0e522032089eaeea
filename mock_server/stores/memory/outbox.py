"""The outbox of the store in memory."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from sortedcontainers import SortedList

from mock_server.domain.webhooks import KEPT, Delivery, DeliveryState


@dataclass(slots=True)
class _Tray:
    """The deliveries of one tenant.

    ``due`` holds pairs of instant and id in order; ``claims`` says until when each id is claimed.
    """

    pending: dict[str, Delivery] = field(default_factory=dict)
    due: "SortedList[tuple[int, str]]" = field(default_factory=SortedList)
    claims: dict[str, int] = field(default_factory=dict)
    records: deque[Delivery] = field(default_factory=lambda: deque(maxlen=KEPT))

    def put(self, delivery: Delivery) -> None:
        self.pending[delivery.id] = delivery
        self.due.add((delivery.due_ms, delivery.id))

    def take(self, delivery_id: str) -> Delivery | None:
        delivery = self.pending.pop(delivery_id, None)
        if delivery is not None:
            self.due.remove((delivery.due_ms, delivery_id))
            self.claims.pop(delivery_id, None)
        return delivery

    def free(self, wall_ms: int | None) -> Iterator[Delivery]:
        """The deliveries unclaimed at the real instant ``wall_ms``, the earliest due first."""
        for _, delivery_id in self.due:
            if wall_ms is None or self.claims.get(delivery_id, 0) <= wall_ms:
                yield self.pending[delivery_id]


class MemoryOutbox:
    """Implements ``Outbox`` in memory. A tenant that never had a delivery uses no memory."""

    shared = False

    def __init__(self) -> None:
        self._trays: dict[str, _Tray] = {}

    async def add(self, tenant: str, deliveries: Sequence[Delivery]) -> None:
        self.keep(tenant, deliveries)

    def keep(self, tenant: str, deliveries: Iterable[Delivery]) -> None:
        """Store pending deliveries, and finished ones as records in the given order."""
        for delivery in deliveries:
            tray = self._trays.setdefault(tenant, _Tray())
            if delivery.state is not DeliveryState.PENDING:
                tray.records.append(delivery)
            elif delivery.id not in tray.pending:
                tray.put(delivery)

    async def tenants(self) -> Sequence[str]:
        return [tenant for tenant, tray in self._trays.items() if tray.pending]

    async def due(self, tenant: str, wall_ms: int | None) -> int | None:
        return next((free.due_ms for free in self._tray(tenant).free(wall_ms)), None)

    async def claim(
        self, tenant: str, *, due_ms: int, wall_ms: int, until_ms: int, limit: int
    ) -> Sequence[Delivery]:
        tray = self._tray(tenant)
        found = list(islice(tray.free(wall_ms), limit))
        claimed = [delivery for delivery in found if delivery.due_ms <= due_ms]
        tray.claims.update((delivery.id, until_ms) for delivery in claimed)
        return claimed

    async def settle(self, delivery: Delivery) -> bool:
        tray = self._tray(delivery.tenant)
        if tray.take(delivery.id) is None:
            return False
        self.keep(delivery.tenant, (delivery,))
        return True

    async def withdraw(self, tenant: str, ids: Sequence[str]) -> None:
        self.remove(tenant, ids)

    def remove(self, tenant: str, ids: Iterable[str]) -> None:
        """Remove pending deliveries."""
        tray = self._tray(tenant)
        for delivery_id in ids:
            tray.take(delivery_id)

    async def drop(self, tenant: str, endpoint_id: str, reason: str) -> None:
        tray = self._tray(tenant)
        for delivery in list(tray.free(None)):
            if delivery.endpoint_id == endpoint_id:
                tray.take(delivery.id)
                ended = replace(delivery, state=DeliveryState.DROPPED, reason=reason)
                tray.records.append(ended)

    async def pending(self, tenant: str, limit: int) -> Sequence[Delivery]:
        return list(islice(self._tray(tenant).free(None), limit))

    async def records(self, tenant: str, limit: int) -> Sequence[Delivery]:
        return list(islice(reversed(self._tray(tenant).records), limit))

    async def clear(self, tenant: str) -> None:
        self.forget(tenant)

    def forget(self, tenant: str) -> None:
        self._trays.pop(tenant, None)

    def everything(self) -> list[Delivery]:
        """All pending deliveries and all records, the oldest record of each tenant first."""
        trays = self._trays.values()
        return [
            one for tray in trays for each in (tray.pending.values(), tray.records) for one in each
        ]

    def all_pending(self, tenant: str) -> list[str]:
        return list(self._tray(tenant).pending)

    def _tray(self, tenant: str) -> _Tray:
        return self._trays.get(tenant) or _Tray()
