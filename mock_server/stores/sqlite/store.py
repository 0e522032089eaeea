"""The store in a SQLite file, read and written by the event loop.

In WAL mode a reader waits for nobody, and a look-up by a key takes some microseconds, less than it
takes to hand it to a thread and back.
"""

import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from mock_server.domain.job import Character, Job, ends_ms
from mock_server.domain.retention import ALL, MOST_AT_ONCE, Retention
from mock_server.domain.tenant import StoredTenant
from mock_server.domain.webhooks import Delivery
from mock_server.journal.entry import Entry
from mock_server.journal.journal import Journal
from mock_server.journal.limits import JournalLimits
from mock_server.stores import encoding
from mock_server.stores.protocol import MOST_CHARACTERS, MOST_TENANTS, SERVER, Change, JobPage
from mock_server.stores.readable import readable
from mock_server.stores.sqlite import journals, outbox, trial
from mock_server.stores.sqlite.file import prepare
from mock_server.stores.sqlite.outbox import SqliteOutbox
from mock_server.stores.sqlite.reader import Reader
from mock_server.stores.sqlite.writer import Writer

T = TypeVar("T")

# How long a write waits for another process, before it is given up.
BUSY_S = 5.0
_REMEMBERED = 10_000
_ADD = "INSERT INTO jobs (tenant, id, ends_ms, job) VALUES (?, ?, ?, ?)"
_GET = "SELECT job FROM jobs WHERE tenant = ? AND id = ?"
_NUMBER = "SELECT number FROM jobs WHERE tenant = ? AND id = ?"
_DELETE = "DELETE FROM jobs WHERE tenant = ? AND id = ?"
_NEWEST = (
    "SELECT number, job FROM jobs WHERE tenant = ? AND number < ? ORDER BY number DESC LIMIT ?"
)
_OLDEST = "SELECT number, job FROM jobs WHERE tenant = ? AND number > ? ORDER BY number LIMIT ?"
_COUNT = "SELECT jobs FROM counts WHERE tenant = ?"
_REMOVE = """DELETE FROM jobs WHERE number IN (
    SELECT number FROM jobs WHERE tenant = ? AND ends_ms < ? ORDER BY ends_ms LIMIT ?)"""
_CLEAR = """DELETE FROM jobs WHERE number IN (
    SELECT number FROM jobs WHERE tenant = ? AND number <= ? ORDER BY number LIMIT ?)"""
_CLEARED_AT_ONCE = 1000
_CHARACTERS = "SELECT count(*) FROM characters WHERE tenant = ?"
_WORLDS = "SELECT coalesce(max(rowid), 0) FROM worlds", "SELECT count(*) FROM worlds"
_WORLD = "SELECT facts FROM worlds WHERE tenant = ?"
_SET_WORLD = "INSERT INTO worlds VALUES (?, ?) ON CONFLICT DO UPDATE SET facts = excluded.facts"
_JOURNAL = """SELECT number, entry FROM journal
    WHERE tenant = ? AND typeof(number) = 'integer' ORDER BY number"""
_JOB_TABLES = ("characters", "deliveries")
_TABLES = (*_JOB_TABLES, "worlds", "journal", "records")


class SqliteStore:
    """Everything in one file."""

    lost: str | None = None

    def __init__(self, path: Path, retention: Retention = ALL, busy_s: float = BUSY_S) -> None:
        """Use a file, which is made where there is none.

        Raises:
            StoreError: it cannot be used.
        """
        prepare(path, busy_s)
        self._retention = retention
        self._writer = Writer(path, busy_s)
        self._reader = Reader(path, self._writer)
        self.outbox = SqliteOutbox(self._reader, self._writer)
        self._worlds: dict[str, tuple[bytes, StoredTenant]] = {}

    async def add(self, job: Job, deliveries: Sequence[Delivery] = ()) -> None:
        """Keep a new job, and what is to be sent when it ends."""
        row = (job.tenant, job.id, ends_ms(job), encoding.encode_job(job))

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(_ADD, row)
            outbox.insert(connection, deliveries)
            if self._retention:
                _make_room(connection, self._retention, job)

        await self._writer.do(work)

    async def get(self, tenant: str, job_id: str) -> Job | None:
        """The tenant's job with that id."""
        row = await self._reader.one(_GET, tenant, job_id)
        return None if row is None else encoding.decode_job(tenant, row[0])

    async def delete(self, tenant: str, job_id: str, withdrawn: Sequence[str] = ()) -> bool:
        """Remove the tenant's job; whether there was one."""

        def work(connection: sqlite3.Connection) -> bool:
            if not connection.execute(_DELETE, (tenant, job_id)).rowcount:
                return False
            outbox.remove(connection, tenant, withdrawn)
            return True

        return await self._writer.do(work)

    async def page(
        self, tenant: str, *, after: str | None, limit: int, newest_first: bool
    ) -> JobPage | None:
        """Up to ``limit`` jobs in order of creation that follow the job ``after``."""
        start = 2**63 - 1 if newest_first else -1
        if after is not None:
            row = await self._reader.one(_NUMBER, tenant, after)
            if row is None:
                return None
            start = row[0]
        query = _NEWEST if newest_first else _OLDEST
        jobs: list[Job] = []
        # In the place of jobs that cannot be read come those after them.
        while wanted := limit + 1 - len(jobs):
            rows = await self._reader.all(query, tenant, start, wanted)
            jobs += readable(partial(encoding.decode_job, tenant), (raw for _, raw in rows))
            if len(rows) < wanted:
                break
            start = rows[-1][0]
        return JobPage(jobs[:limit], has_more=len(jobs) > limit)

    async def add_character(self, character: Character) -> bool:
        """Keep a new character."""
        row = (character.tenant, character.id, encoding.encode_character(character))

        def work(connection: sqlite3.Connection) -> bool:
            (count,) = connection.execute(_CHARACTERS, row[:1]).fetchone()
            if count >= MOST_CHARACTERS:
                return False
            connection.execute("INSERT INTO characters VALUES (?, ?, ?)", row)
            return True

        return await self._writer.do(work)

    async def get_character(self, tenant: str, character_id: str) -> Character | None:
        """The tenant's character with that id."""
        query = "SELECT character FROM characters WHERE tenant = ? AND id = ?"
        row = await self._reader.one(query, tenant, character_id)
        return None if row is None else encoding.decode_character(row[0])

    async def tenant_state(self, tenant: str) -> StoredTenant | None:
        """The facts of a world."""
        row = await self._reader.one(_WORLD, tenant)
        if row is None:
            return None
        known = self._worlds.get(tenant)
        if known is not None and known[0] == row[0]:
            return known[1]
        if len(self._worlds) >= _REMEMBERED:
            self._worlds.clear()
        facts = encoding.decode_tenant(tenant, row[0])
        self._worlds[tenant] = row[0], facts
        return facts

    async def change_tenant(self, tenant: str, change: Change[T]) -> T:
        """Put new facts in the place of the old."""

        def work(connection: sqlite3.Connection) -> T:
            old = _facts(connection, tenant)
            changed, found = change(old, _facts(connection, SERVER))
            new = changed.stored()
            if new != old:
                connection.execute(_SET_WORLD, (tenant, encoding.encode_tenant(new)))
            return found

        return await self._writer.do(work)

    # Whatever is kept stays.
    touch_tenant = change_tenant

    async def tenants(self) -> Sequence[str]:
        """Whose worlds there are, in the order in which they were first seen."""
        rows = await self._reader.all(
            "SELECT tenant FROM worlds WHERE tenant != ? ORDER BY rowid", SERVER
        )
        return [tenant for (tenant,) in rows]

    async def lasting(self) -> int:
        """How many worlds there are, or were at most; they are only counted where it matters."""
        at_most, exactly = _WORLDS
        ((found,),) = await self._reader.all(at_most)
        if found >= MOST_TENANTS:
            ((found,),) = await self._reader.all(exactly)
        return int(found)

    async def note(self, tenant: str, entry: Entry, limits: JournalLimits) -> None:
        """Keep an entry under the next number."""
        raw = encoding.encode_entry(entry)
        await self._writer.do(lambda connection: journals.note(connection, tenant, raw, limits))

    async def journal(self, tenant: str) -> Journal:
        """What is kept."""
        rows = await self._reader.all(_JOURNAL, tenant)
        entries = [encoding.decode_entry(*row) for row in rows]
        return Journal.of(entries, entries[-1].number if entries else 0)

    async def noted(self, tenant: str) -> int:
        """How many entries are kept."""
        row = await self._reader.one("SELECT count(*) FROM journal WHERE tenant = ?", tenant)
        return 0 if row is None else int(row[0])

    async def clear_journal(self, tenant: str) -> None:
        """Forget them all."""
        await self._clear(("journal",), tenant)

    async def forget_jobs(self, tenant: str) -> None:
        """Remove the tenant's jobs and characters."""
        await self._clear_jobs(tenant)
        await self._clear(_JOB_TABLES, tenant)

    async def forget(self, tenant: str) -> None:
        """Remove everything of the tenant's."""
        await self._clear_jobs(tenant)
        await self._clear(_TABLES, tenant)

    async def check(self) -> None:
        """Write a row of each kind and remove it, in one transaction; read what there is."""
        await self._writer.do(trial.write)
        await self._reader.one(trial.READ)

    def start(self) -> None:
        """Nothing goes on in the background."""

    async def close(self) -> None:
        """Close the file once everything is written."""
        await self._writer.close()
        self._reader.close()

    async def _clear(self, tables: Sequence[str], tenant: str) -> None:
        def work(connection: sqlite3.Connection) -> None:
            for table in tables:
                connection.execute(f"DELETE FROM {table} WHERE tenant = ?", (tenant,))

        await self._writer.do(work)

    async def _clear_jobs(self, tenant: str) -> None:
        """Remove the jobs there are now, some at a time: there may be a million."""
        newest = await self._reader.one("SELECT max(number) FROM jobs WHERE tenant = ?", tenant)
        some = (tenant, newest[0] if newest else None, _CLEARED_AT_ONCE)
        while await self._writer.do(lambda connection: connection.execute(_CLEAR, some).rowcount):
            pass


def _facts(connection: sqlite3.Connection, tenant: str) -> StoredTenant | None:
    row = connection.execute(_WORLD, (tenant,)).fetchone()
    return None if row is None else encoding.decode_tenant(tenant, row[0])


def _make_room(connection: sqlite3.Connection, retention: Retention, job: Job) -> None:
    tenant, now = job.tenant, job.created_ms
    if retention.age_ms is not None:
        connection.execute(_REMOVE, (tenant, now - retention.age_ms, MOST_AT_ONCE))
    row = connection.execute(_COUNT, (tenant,)).fetchone()
    surplus = retention.surplus(row[0]) if row and isinstance(row[0], int) else 0
    if surplus:
        connection.execute(_REMOVE, (tenant, now, surplus))
