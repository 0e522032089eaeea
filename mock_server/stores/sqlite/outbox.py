"""The outbox of the store in a SQLite file."""

import logging
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from mock_server.domain.webhooks import KEPT, Delivery, DeliveryState
from mock_server.stores import encoding
from mock_server.stores.encoding import readable
from mock_server.stores.protocol import ASIDE_MS, StoredStateError
from mock_server.stores.sqlite.connections import Reader, Writer

_COLUMNS = "(tenant, id, due_ms, endpoint, delivery)"
_ADD = f"INSERT INTO deliveries {_COLUMNS} VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
# One look-up for each tenant, however many deliveries are pending.
_TENANTS = """WITH RECURSIVE names (name) AS (
    SELECT min(tenant) FROM deliveries UNION ALL
    SELECT (SELECT min(tenant) FROM deliveries WHERE tenant > name) FROM names
    WHERE name IS NOT NULL
) SELECT name FROM names WHERE name IS NOT NULL"""
_DUE = """SELECT due_ms FROM deliveries WHERE tenant = ? AND claimed_ms <= ?
    ORDER BY due_ms LIMIT 1"""
_CLAIMABLE = """SELECT id, delivery FROM deliveries
    WHERE tenant = ? AND due_ms <= ? AND claimed_ms <= ? ORDER BY due_ms, id LIMIT ?"""
_SET_ASIDE = "UPDATE deliveries SET due_ms = ? WHERE tenant = ? AND id = ?"
_CLAIM = "UPDATE deliveries SET claimed_ms = ? WHERE tenant = ? AND id = ?"
_AGAIN = """UPDATE deliveries SET due_ms = ?, claimed_ms = 0, delivery = ?
    WHERE tenant = ? AND id = ?"""
_REMOVE = "DELETE FROM deliveries WHERE tenant = ? AND id = ?"
_OF_ENDPOINT = "DELETE FROM deliveries WHERE tenant = ? AND endpoint = ? RETURNING delivery"
_RECORD = "INSERT INTO records (tenant, delivery) VALUES (?, ?)"
_TRIM = """DELETE FROM records WHERE tenant = ?1 AND number <= (
    SELECT number FROM records WHERE tenant = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)"""
_PENDING = "SELECT delivery FROM deliveries WHERE tenant = ? ORDER BY due_ms, id LIMIT ?"
_RECORDS = "SELECT delivery FROM records WHERE tenant = ? ORDER BY number DESC LIMIT ?"
# Later than any claim.
_NEVER_MS = 2**63 - 1
_log = logging.getLogger(__name__)


class SqliteOutbox:
    """Implements ``Outbox`` with one table of pending deliveries and one of records."""

    shared = True

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def add(self, tenant: str, deliveries: Sequence[Delivery]) -> None:
        await self._writer.do(lambda connection: insert(connection, deliveries))

    async def tenants(self) -> Sequence[str]:
        return [tenant for (tenant,) in await self._reader.all(_TENANTS)]

    async def due(self, tenant: str, wall_ms: int | None) -> int | None:
        free_at = _NEVER_MS if wall_ms is None else wall_ms
        row = await self._reader.one(_DUE, tenant, free_at)
        return row[0] if row and isinstance(row[0], int) else None

    async def claim(
        self, tenant: str, *, due_ms: int, wall_ms: int, until_ms: int, limit: int
    ) -> Sequence[Delivery]:
        def work(connection: sqlite3.Connection) -> list[Delivery]:
            found = connection.execute(_CLAIMABLE, (tenant, due_ms, wall_ms, limit)).fetchall()
            claimed: list[Delivery] = []
            for delivery_id, raw in found:
                try:
                    claimed.append(encoding.decode_delivery(tenant, raw))
                except StoredStateError as error:
                    _log.warning("set aside an unreadable delivery: %s", error)
                    connection.execute(_SET_ASIDE, (ASIDE_MS, tenant, delivery_id))
                else:
                    connection.execute(_CLAIM, (until_ms, tenant, delivery_id))
            return claimed

        return await self._writer.do(work)

    async def settle(self, delivery: Delivery) -> bool:
        tenant, raw = delivery.tenant, encoding.encode_delivery(delivery)

        def work(connection: sqlite3.Connection) -> bool:
            if delivery.state is DeliveryState.PENDING:
                again = (delivery.due_ms, raw, tenant, delivery.id)
                return connection.execute(_AGAIN, again).rowcount > 0
            if not connection.execute(_REMOVE, (tenant, delivery.id)).rowcount:
                return False
            _record(connection, tenant, (raw,))
            return True

        return await self._writer.do(work)

    async def withdraw(self, tenant: str, ids: Sequence[str]) -> None:
        await self._writer.do(lambda connection: remove(connection, tenant, ids))

    async def drop(self, tenant: str, endpoint_id: str, reason: str) -> None:
        def work(connection: sqlite3.Connection) -> None:
            found = connection.execute(_OF_ENDPOINT, (tenant, endpoint_id)).fetchall()
            pending = readable(partial(encoding.decode_delivery, tenant), (raw for (raw,) in found))
            ended = (replace(each, state=DeliveryState.DROPPED, reason=reason) for each in pending)
            _record(connection, tenant, map(encoding.encode_delivery, ended))

        await self._writer.do(work)

    async def pending(self, tenant: str, limit: int) -> Sequence[Delivery]:
        return await self._some(_PENDING, tenant, limit)

    async def records(self, tenant: str, limit: int) -> Sequence[Delivery]:
        return await self._some(_RECORDS, tenant, limit)

    async def clear(self, tenant: str) -> None:
        def work(connection: sqlite3.Connection) -> None:
            for table in ("deliveries", "records"):
                connection.execute(f"DELETE FROM {table} WHERE tenant = ?", (tenant,))

        await self._writer.do(work)

    async def _some(self, query: str, tenant: str, limit: int) -> list[Delivery]:
        rows = await self._reader.all(query, tenant, limit)
        return list(readable(partial(encoding.decode_delivery, tenant), (raw for (raw,) in rows)))


def insert(connection: sqlite3.Connection, deliveries: Iterable[Delivery]) -> None:
    """Store deliveries within a transaction."""
    for each in deliveries:
        raw = encoding.encode_delivery(each)
        connection.execute(_ADD, (each.tenant, each.id, each.due_ms, each.endpoint_id, raw))


def remove(connection: sqlite3.Connection, tenant: str, ids: Iterable[str]) -> None:
    """Remove pending deliveries within a transaction."""
    connection.executemany(_REMOVE, ((tenant, delivery_id) for delivery_id in ids))


def _record(connection: sqlite3.Connection, tenant: str, ended: Iterable[bytes]) -> None:
    connection.executemany(_RECORD, ((tenant, raw) for raw in ended))
    connection.execute(_TRIM, (tenant, KEPT))
