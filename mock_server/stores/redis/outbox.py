"""The outbox of the store in Redis."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from mock_server.domain.webhooks import KEPT, Delivery, DeliveryState
from mock_server.stores import encoding
from mock_server.stores.protocol import ASIDE_MS, StoredStateError
from mock_server.stores.readable import readable
from mock_server.stores.redis import outbox_scripts as scripts
from mock_server.stores.redis.connection import RedisConnection
from mock_server.stores.redis.keys import OUTBOXES, PENDING_KINDS, PREFIX, RECORDS, key, keys

_ADDED_TO = PENDING_KINDS[:2]
# As many deliveries as are ended at once.
_AT_ONCE = 256
_log = logging.getLogger(__name__)


class RedisOutbox:
    """A hash of what is pending a tenant, its order and its claims, and a list of records."""

    shared = True

    def __init__(self, redis: RedisConnection) -> None:
        self._redis = redis

    async def add(self, tenant: str, deliveries: Sequence[Delivery]) -> None:
        """Keep deliveries."""
        for start in range(0, len(deliveries), _AT_ONCE):
            part = deliveries[start : start + _AT_ONCE]
            await self._redis.run(scripts.OUT, added_to(tenant), *arguments(tenant, part))

    async def tenants(self) -> Sequence[str]:
        """Who has anything pending."""
        around = f"{PREFIX}:", f":{PENDING_KINDS[0]}"
        found = await self._redis.run(scripts.TENANTS, [OUTBOXES], *around)
        return sorted(name.decode(errors="replace") for name in found)

    async def due(self, tenant: str, wall_ms: int | None) -> int | None:
        """When the next pending delivery is due."""
        where = keys(tenant, PENDING_KINDS[1:])
        found = await self._redis.run(scripts.DUE, where, "" if wall_ms is None else wall_ms)
        return None if found is None else int(float(found))

    async def claim(
        self, tenant: str, *, due_ms: int, wall_ms: int, until_ms: int, limit: int
    ) -> Sequence[Delivery]:
        """Up to ``limit`` deliveries that are due and nobody claims."""
        asked = due_ms, wall_ms, until_ms, limit
        claimed: list[Delivery] = []
        for name, raw in await self._redis.run(scripts.CLAIM, keys(tenant, PENDING_KINDS), *asked):
            try:
                claimed.append(encoding.decode_delivery(tenant, raw))
            except StoredStateError as error:
                _log.warning("put aside: %s", error)
                await self._redis.do("ZADD", key(tenant, "due"), "XX", ASIDE_MS, name)
                await self._redis.do("ZREM", key(tenant, "claims"), name)
        return claimed

    async def settle(self, delivery: Delivery) -> bool:
        """Put what became of a claimed delivery in its place."""
        where = keys(delivery.tenant, (*PENDING_KINDS, RECORDS))
        again = delivery.due_ms if delivery.state is DeliveryState.PENDING else ""
        facts = delivery.id, encoding.encode_delivery(delivery), again, KEPT
        return bool(await self._redis.run(scripts.SETTLE, where, *facts))

    async def withdraw(self, tenant: str, ids: Sequence[str]) -> None:
        """Forget pending deliveries."""
        await self._redis.run(scripts.WITHDRAW, keys(tenant, PENDING_KINDS), *ids)

    async def drop(self, tenant: str, endpoint_id: str, reason: str) -> None:
        """End all that is pending for an endpoint, each by itself."""
        pending = await self._pending(tenant, -1)
        meant = [delivery for delivery in pending if delivery.endpoint_id == endpoint_id]
        for start in range(0, len(meant), _AT_ONCE):
            part = meant[start : start + _AT_ONCE]
            ended = (replace(each, state=DeliveryState.DROPPED, reason=reason) for each in part)
            await asyncio.gather(*map(self.settle, ended))

    async def pending(self, tenant: str, limit: int) -> Sequence[Delivery]:
        """Up to ``limit`` pending deliveries."""
        return await self._pending(tenant, limit - 1) if limit else ()

    async def records(self, tenant: str, limit: int) -> Sequence[Delivery]:
        """Up to ``limit`` deliveries that are over."""
        found = await self._redis.do("LRANGE", key(tenant, RECORDS), 0, limit - 1)
        return list(readable(partial(encoding.decode_delivery, tenant), found))

    async def clear(self, tenant: str) -> None:
        """Forget everything."""
        await self._redis.do("UNLINK", *keys(tenant, (*PENDING_KINDS, RECORDS)))

    async def _pending(self, tenant: str, last: int) -> list[Delivery]:
        found = await self._redis.run(scripts.PENDING, keys(tenant, PENDING_KINDS[:2]), last)
        return list(readable(partial(encoding.decode_delivery, tenant), found))


def added_to(tenant: str) -> list[str]:
    """The keys that deliveries are kept under."""
    return [*keys(tenant, _ADDED_TO), OUTBOXES]


def arguments(tenant: str, deliveries: Iterable[Delivery]) -> list[Any]:
    """What scripts take deliveries as."""
    told: list[Any] = [tenant]
    for each in deliveries:
        told += each.id, each.due_ms, encoding.encode_delivery(each)
    return told
