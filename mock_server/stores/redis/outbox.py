"""The outbox of the store in Redis."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from mock_server.domain.webhooks import KEPT, Delivery, DeliveryState
from mock_server.stores import encoding
from mock_server.stores.encoding import readable
from mock_server.stores.protocol import ASIDE_MS, StoredStateError
from mock_server.stores.redis import scripts
from mock_server.stores.redis.connection import RedisConnection
from mock_server.stores.redis.scripts import (
    OUTBOXES,
    PENDING_KINDS,
    PREFIX,
    RECORDS,
    key,
    keys,
)

_DELIVERY_KINDS = PENDING_KINDS[:2]
# Deliveries that are added or dropped at a time.
_AT_ONCE = 256
_log = logging.getLogger(__name__)


class RedisOutbox:
    """Implements ``Outbox``.

    Each tenant has a hash of pending deliveries, sorted sets of their due times and claims, and a
    list of records.
    """

    shared = True

    def __init__(self, redis: RedisConnection) -> None:
        self._redis = redis

    async def add(self, tenant: str, deliveries: Sequence[Delivery]) -> None:
        for start in range(0, len(deliveries), _AT_ONCE):
            part = deliveries[start : start + _AT_ONCE]
            await self._redis.run(
                scripts.ADD_DELIVERIES, delivery_keys(tenant), *delivery_arguments(tenant, part)
            )

    async def tenants(self) -> Sequence[str]:
        around = f"{PREFIX}:", f":{PENDING_KINDS[0]}"
        found = await self._redis.run(scripts.PENDING_TENANTS, [OUTBOXES], *around)
        return sorted(name.decode(errors="replace") for name in found)

    async def due(self, tenant: str, wall_ms: int | None) -> int | None:
        where = keys(tenant, PENDING_KINDS[1:])
        found = await self._redis.run(scripts.DUE, where, "" if wall_ms is None else wall_ms)
        return None if found is None else int(float(found))

    async def claim(
        self, tenant: str, *, due_ms: int, wall_ms: int, until_ms: int, limit: int
    ) -> Sequence[Delivery]:
        asked = due_ms, wall_ms, until_ms, limit
        claimed: list[Delivery] = []
        for name, raw in await self._redis.run(scripts.CLAIM, keys(tenant, PENDING_KINDS), *asked):
            try:
                claimed.append(encoding.decode_delivery(tenant, raw))
            except StoredStateError as error:
                _log.warning("set aside an unreadable delivery: %s", error)
                await self._redis.do("ZADD", key(tenant, "due"), "XX", ASIDE_MS, name)
                await self._redis.do("ZREM", key(tenant, "claims"), name)
        return claimed

    async def settle(self, delivery: Delivery) -> bool:
        where = keys(delivery.tenant, (*PENDING_KINDS, RECORDS))
        again = delivery.due_ms if delivery.state is DeliveryState.PENDING else ""
        facts = delivery.id, encoding.encode_delivery(delivery), again, KEPT
        return bool(await self._redis.run(scripts.SETTLE, where, *facts))

    async def withdraw(self, tenant: str, ids: Sequence[str]) -> None:
        await self._redis.run(scripts.WITHDRAW, keys(tenant, PENDING_KINDS), *ids)

    async def drop(self, tenant: str, endpoint_id: str, reason: str) -> None:
        pending = await self._pending(tenant, -1)
        meant = [delivery for delivery in pending if delivery.endpoint_id == endpoint_id]
        for start in range(0, len(meant), _AT_ONCE):
            part = meant[start : start + _AT_ONCE]
            ended = (replace(each, state=DeliveryState.DROPPED, reason=reason) for each in part)
            await asyncio.gather(*map(self.settle, ended))

    async def pending(self, tenant: str, limit: int) -> Sequence[Delivery]:
        return await self._pending(tenant, limit - 1) if limit else ()

    async def records(self, tenant: str, limit: int) -> Sequence[Delivery]:
        found = await self._redis.do("LRANGE", key(tenant, RECORDS), 0, limit - 1)
        return list(readable(partial(encoding.decode_delivery, tenant), found))

    async def clear(self, tenant: str) -> None:
        await self._redis.do("UNLINK", *keys(tenant, (*PENDING_KINDS, RECORDS)))

    async def _pending(self, tenant: str, last: int) -> list[Delivery]:
        found = await self._redis.run(scripts.PENDING, keys(tenant, PENDING_KINDS[:2]), last)
        return list(readable(partial(encoding.decode_delivery, tenant), found))


def delivery_keys(tenant: str) -> list[str]:
    """The keys that storing deliveries writes to."""
    return [*keys(tenant, _DELIVERY_KINDS), OUTBOXES]


def delivery_arguments(tenant: str, deliveries: Iterable[Delivery]) -> list[Any]:
    """The arguments of a script that stores deliveries."""
    flat: list[Any] = [tenant]
    for each in deliveries:
        flat += each.id, each.due_ms, encoding.encode_delivery(each)
    return flat
