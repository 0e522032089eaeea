"""The store in a SQLite file, read and written in the event loop.

In WAL mode readers never wait, and a look-up by key takes some microseconds, less than handing it
to a thread and back.
"""

import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from mock_server.domain.bill import UNBOUND, Removed, Terms, Totals
from mock_server.domain.job import Character, Job, ends_ms
from mock_server.domain.retention import ALL, MOST_AT_ONCE, Retention
from mock_server.domain.tenant import StoredTenant
from mock_server.domain.webhooks import Delivery
from mock_server.journal.entry import Entry
from mock_server.journal.journal import Journal, JournalLimits
from mock_server.stores import encoding
from mock_server.stores.encoding import StateCache, readable
from mock_server.stores.protocol import MOST_CHARACTERS, MOST_TENANTS, SERVER, Change, JobPage
from mock_server.stores.sqlite import bills, outbox
from mock_server.stores.sqlite.connections import Reader, Writer
from mock_server.stores.sqlite.outbox import SqliteOutbox
from mock_server.stores.sqlite.schema import READ_TRIAL, prepare, write_trial

T = TypeVar("T")

# How long a write waits for another process, in seconds.
BUSY_S = 5.0
_ADD = """INSERT INTO jobs (tenant, id, ends_ms, job, price, waiting, ended, removed)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_GET = "SELECT job FROM jobs WHERE tenant = ? AND id = ?"
_NUMBER = "SELECT number FROM jobs WHERE tenant = ? AND id = ?"
_REPLACE = """UPDATE jobs SET ends_ms = ?, job = ?, price = ?, waiting = ?, ended = ?, removed = ?
    WHERE tenant = ? AND id = ?"""
_DELETE = f"DELETE FROM jobs WHERE tenant = ? AND id = ? {bills.COSTS}"
_NEWEST = (
    "SELECT number, job FROM jobs WHERE tenant = ? AND number < ? ORDER BY number DESC LIMIT ?"
)
_OLDEST = "SELECT number, job FROM jobs WHERE tenant = ? AND number > ? ORDER BY number LIMIT ?"
_COUNT = "SELECT jobs FROM counts WHERE tenant = ?"
_REMOVE = f"""DELETE FROM jobs WHERE number IN (
    SELECT number FROM jobs WHERE tenant = ? AND ends_ms < ? ORDER BY ends_ms LIMIT ?)
    {bills.COSTS}"""
_CLEAR = """DELETE FROM jobs WHERE number IN (
    SELECT number FROM jobs WHERE tenant = ? AND number <= ? ORDER BY number LIMIT ?)"""
_CLEARED_AT_ONCE = 1000
_CHARACTERS = "SELECT count(*) FROM characters WHERE tenant = ?"
_STATES = "SELECT coalesce(max(rowid), 0) FROM worlds", "SELECT count(*) FROM worlds"
_STATE = "SELECT facts FROM worlds WHERE tenant = ?"
_SET_STATE = "INSERT INTO worlds VALUES (?, ?) ON CONFLICT DO UPDATE SET facts = excluded.facts"
_JOURNAL = """SELECT number, entry FROM journal
    WHERE tenant = ? AND typeof(number) = 'integer' ORDER BY number"""
_NEXT_NUMBER = "SELECT coalesce(max(number), 0) + 1 FROM journal WHERE tenant = ?"
_ADD_ENTRY = "INSERT INTO journal VALUES (?, ?, ?)"
_DROP_ENTRIES = "DELETE FROM journal WHERE tenant = ? AND number <= ?"
_JOURNAL_SIZE = "SELECT bytes FROM journal_sizes WHERE tenant = ?"
_LARGEST_JOURNAL = (
    "SELECT tenant, bytes FROM journal_sizes WHERE tenant != '' ORDER BY bytes DESC LIMIT 1"
)
_ENTRY_SIZES = "SELECT number, length(entry) FROM journal WHERE tenant = ? ORDER BY number"
_ALL_JOURNALS = ""
_JOB_TABLES = ("characters", "deliveries", "removed_jobs", "removed_entries", "onces")
_TABLES = (*_JOB_TABLES, "worlds", "journal", "records")


class SqliteStore:
    """Implements ``Store`` in one file, which several processes may use."""

    lost: str | None = None

    def __init__(self, path: Path, retention: Retention = ALL, busy_s: float = BUSY_S) -> None:
        """Open the file, creating it if needed; raises StoreError if it cannot be used."""
        prepare(path, busy_s)
        self._retention = retention
        self._writer = Writer(path, busy_s)
        self._reader = Reader(path, self._writer)
        self.outbox = SqliteOutbox(self._reader, self._writer)
        self._states = StateCache()

    async def add(
        self, job: Job, deliveries: Sequence[Delivery] = (), terms: Terms = UNBOUND
    ) -> Job:
        row = (job.tenant, job.id, ends_ms(job), encoding.encode_job(job), *bills.columns(job))

        def work(connection: sqlite3.Connection) -> Job:
            if terms is not UNBOUND:
                earlier = bills.agreed(connection, job, row[3], terms)
                if earlier is not None:
                    return encoding.decode_job(job.tenant, earlier)
            connection.execute(_ADD, row)
            outbox.insert(connection, deliveries)
            if self._retention:
                _make_room(connection, self._retention, job)
            return job

        return await self._writer.do(work)

    async def get(self, tenant: str, job_id: str) -> Job | None:
        row = await self._reader.one(_GET, tenant, job_id)
        return None if row is None else encoding.decode_job(tenant, row[0])

    async def delete(
        self, tenant: str, job_id: str, now_ms: int, withdrawn: Sequence[str] = ()
    ) -> bool:
        def work(connection: sqlite3.Connection) -> bool:
            removed = connection.execute(_DELETE, (tenant, job_id)).fetchall()
            if not removed:
                return False
            bills.settle(connection, tenant, removed, now_ms)
            outbox.remove(connection, tenant, withdrawn)
            return True

        return await self._writer.do(work)

    async def replace(
        self, job: Job, deliveries: Sequence[Delivery], withdrawn: Sequence[str]
    ) -> bool:
        facts = (ends_ms(job), encoding.encode_job(job), *bills.columns(job))
        row = (*facts, job.tenant, job.id)

        def work(connection: sqlite3.Connection) -> bool:
            if not connection.execute(_REPLACE, row).rowcount:
                return False
            outbox.remove(connection, job.tenant, withdrawn)
            outbox.insert(connection, deliveries)
            return True

        return await self._writer.do(work)

    async def bill(self, tenant: str, now_ms: int) -> Totals:
        return bills.totals(await self._reader.all(bills.TOTALS, tenant, now_ms))

    async def removed(self, tenant: str) -> Sequence[Removed]:
        rows = await self._reader.all(bills.REMOVED, tenant)
        return list(readable(lambda row: encoding.decode_removed(tenant, *row), rows))

    async def page(
        self, tenant: str, *, after: str | None, limit: int, newest_first: bool
    ) -> JobPage | None:
        start = 2**63 - 1 if newest_first else -1
        if after is not None:
            row = await self._reader.one(_NUMBER, tenant, after)
            if row is None:
                return None
            start = row[0]
        query = _NEWEST if newest_first else _OLDEST
        jobs: list[Job] = []
        # Unreadable jobs are replaced by the ones after them.
        while wanted := limit + 1 - len(jobs):
            rows = await self._reader.all(query, tenant, start, wanted)
            jobs += readable(partial(encoding.decode_job, tenant), (raw for _, raw in rows))
            if len(rows) < wanted:
                break
            start = rows[-1][0]
        return JobPage(jobs[:limit], has_more=len(jobs) > limit)

    async def add_character(self, character: Character) -> bool:
        row = (character.tenant, character.id, encoding.encode_character(character))

        def work(connection: sqlite3.Connection) -> bool:
            (count,) = connection.execute(_CHARACTERS, row[:1]).fetchone()
            if count >= MOST_CHARACTERS:
                return False
            connection.execute("INSERT INTO characters VALUES (?, ?, ?)", row)
            return True

        return await self._writer.do(work)

    async def get_character(self, tenant: str, character_id: str) -> Character | None:
        query = "SELECT character FROM characters WHERE tenant = ? AND id = ?"
        row = await self._reader.one(query, tenant, character_id)
        return None if row is None else encoding.decode_character(row[0])

    async def tenant_state(self, tenant: str) -> StoredTenant | None:
        row = await self._reader.one(_STATE, tenant)
        return self._states.decode(tenant, row[0] if row else None)

    async def change_tenant(self, tenant: str, change: Change[T]) -> T:
        def work(connection: sqlite3.Connection) -> T:
            old = _state(connection, tenant)
            changed, found = change(old, _state(connection, SERVER))
            new = changed.stored()
            if new != old:
                connection.execute(_SET_STATE, (tenant, encoding.encode_tenant(new)))
            return found

        return await self._writer.do(work)

    # This store keeps every tenant.
    touch_tenant = change_tenant

    async def tenants(self) -> Sequence[str]:
        rows = await self._reader.all(
            "SELECT tenant FROM worlds WHERE tenant != ? ORDER BY rowid", SERVER
        )
        return [tenant for (tenant,) in rows]

    async def lasting(self) -> int:
        """Count the tenants, or return an upper bound while that is below the limit."""
        at_most, exactly = _STATES
        ((found,),) = await self._reader.all(at_most)
        if found >= MOST_TENANTS:
            ((found,),) = await self._reader.all(exactly)
        return int(found)

    async def note(self, tenant: str, entry: Entry, limits: JournalLimits) -> None:
        raw = encoding.encode_entry(entry)
        await self._writer.do(lambda connection: _note(connection, tenant, raw, limits))

    async def journal(self, tenant: str) -> Journal:
        rows = await self._reader.all(_JOURNAL, tenant)
        entries = [encoding.decode_entry(*row) for row in rows]
        return Journal.of(entries, entries[-1].number if entries else 0)

    async def noted(self, tenant: str) -> int:
        row = await self._reader.one("SELECT count(*) FROM journal WHERE tenant = ?", tenant)
        return 0 if row is None else int(row[0])

    async def clear_journal(self, tenant: str) -> None:
        await self._clear(("journal",), tenant)

    async def forget_jobs(self, tenant: str) -> None:
        await self._clear_jobs(tenant)
        await self._clear(_JOB_TABLES, tenant)

    async def forget(self, tenant: str) -> None:
        await self._clear_jobs(tenant)
        await self._clear(_TABLES, tenant)

    async def check(self) -> None:
        await self._writer.do(write_trial)
        await self._reader.one(READ_TRIAL)

    def start(self) -> None:
        """There is no background work."""

    async def close(self) -> None:
        await self._writer.close()
        self._reader.close()

    async def _clear(self, tables: Sequence[str], tenant: str) -> None:
        def work(connection: sqlite3.Connection) -> None:
            for table in tables:
                connection.execute(f"DELETE FROM {table} WHERE tenant = ?", (tenant,))

        await self._writer.do(work)

    async def _clear_jobs(self, tenant: str) -> None:
        """Remove the present jobs in steps, because there may be a million."""
        newest = await self._reader.one("SELECT max(number) FROM jobs WHERE tenant = ?", tenant)
        some = (tenant, newest[0] if newest else None, _CLEARED_AT_ONCE)
        while await self._writer.do(lambda connection: connection.execute(_CLEAR, some).rowcount):
            pass


def _state(connection: sqlite3.Connection, tenant: str) -> StoredTenant | None:
    row = connection.execute(_STATE, (tenant,)).fetchone()
    return None if row is None else encoding.decode_tenant(tenant, row[0])


def _make_room(connection: sqlite3.Connection, retention: Retention, job: Job) -> None:
    tenant, now = job.tenant, job.created_ms

    def remove(before_ms: int, most: int) -> None:
        removed = connection.execute(_REMOVE, (tenant, before_ms, most)).fetchall()
        bills.settle(connection, tenant, removed, now)

    if retention.age_ms is not None:
        remove(now - retention.age_ms, MOST_AT_ONCE)
    row = connection.execute(_COUNT, (tenant,)).fetchone()
    surplus = retention.surplus(row[0]) if row and isinstance(row[0], int) else 0
    if surplus:
        remove(now, surplus)


def _note(connection: sqlite3.Connection, tenant: str, raw: bytes, limits: JournalLimits) -> None:
    """Add an entry under the next number and drop the oldest beyond the limits."""
    (number,) = connection.execute(_NEXT_NUMBER, (tenant,)).fetchone()
    connection.execute(_ADD_ENTRY, (tenant, number, raw))
    connection.execute(_DROP_ENTRIES, (tenant, number - limits.entries))
    if _journal_size(connection, tenant) > limits.size:
        _shrink_journal(connection, tenant, limits.size)
    while _journal_size(connection, _ALL_JOURNALS) > limits.total:
        largest, size = connection.execute(_LARGEST_JOURNAL).fetchone()
        # Halved, because finding the largest reads them all.
        if not _shrink_journal(connection, largest, size // 2):
            return


def _journal_size(connection: sqlite3.Connection, tenant: str) -> int:
    row = connection.execute(_JOURNAL_SIZE, (tenant,)).fetchone()
    # A damaged count is ignored.
    return row[0] if row and isinstance(row[0], int) else 0


def _shrink_journal(connection: sqlite3.Connection, tenant: str, most: int) -> bool:
    """Drop the oldest entries but never the newest; return whether any was dropped."""
    surplus, last = _journal_size(connection, tenant) - most, None
    rows = connection.execute(_ENTRY_SIZES, (tenant,))
    (number, size) = rows.fetchone()
    while surplus > 0 and (following := rows.fetchone()):
        surplus, last = surplus - size, number
        number, size = following
    rows.close()
    if last is not None:
        connection.execute(_DROP_ENTRIES, (tenant, last))
    return last is not None
